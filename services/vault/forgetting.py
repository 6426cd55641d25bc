"""Lets go of single values: each destroyed for good, and the journal says that it was, and why."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from uuid import UUID

from contracts.journal import Asked, PersonalFilesRead
from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.vault.keeping import card_again
from services.vault.safe import Safe
from services.vault.schedule import sees
from services.vault.values import Values

FOUND = """
select ref, subject, field, purpose from kept where establishment = $1 and ref = any($2::uuid[])
"""
# What was destroyed leaves free space behind: the tables are to be written anew, some night.
DESTROY = """
with gone as (
    delete from kept where establishment = $1 and ref = any($2::uuid[]) returning ref
)
insert into forgotten (establishment, ref) select $1, ref from gone on conflict do nothing
returning ref
"""

type Held = Callable[[Provenance, Sequence[UUID]], Awaitable[set[UUID]]]


class HeldByLaw(Refusal):
    """A legal hold keeps this file whole: nothing of it may be let go for now."""

    french = "Une suspension légale garde ce dossier entier : rien ne peut en être retiré."
    passing = True


class Forgetting:
    """Of a field with several values the one before counts again; a reference leads nowhere."""

    def __init__(self, safe: Safe, values: Values, held: Held) -> None:
        self._safe = safe
        self._values = values
        self._held = held

    async def forget(self, by: Provenance, purpose: Purpose, refs: Collection[UUID]) -> int:
        """How many of these were here. Asking again destroys nothing more.

        The journal has its line before anything goes. Raises NotForThisPurpose, HeldByLaw.
        """
        asked = PersonalFilesRead(asked=Asked.FORGOTTEN, purpose=purpose, subjects=())
        terms = await self._values.permitted(by, asked)
        async with self._safe.opened(by) as connection:
            found = await connection.fetch(FOUND, by.establishment, refs)
        mine = [one for one in found if sees(by, one["subject"], one["purpose"])]
        if not mine:
            return 0
        subjects = sorted({one["subject"] for one in mine})
        if await self._held(by, subjects):
            raise HeldByLaw
        await self._values.written(
            by, terms, asked, [(one["subject"], one["field"]) for one in mine]
        )
        async with self._safe.opened(by) as connection:
            gone = await connection.fetch(DESTROY, by.establishment, [one["ref"] for one in mine])
            await card_again(connection, by.establishment, subjects)
        return len(gone)
