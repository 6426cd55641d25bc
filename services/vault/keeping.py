"""Values come in: reserved for a fact that is about to be written, and found again by it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from contracts.envelope import PersonalRef
from contracts.vault import Purpose, Reservation
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.vault.commitments import commitment, new_salt
from services.vault.names import END, NEXT, SORTED, contact_of, grams_in, is_name, sort_key
from services.vault.safe import Safe
from services.vault.schedule import Schedules, Terms

FULL_NAME = "full name"  # with a space: no value's field can be called so
NAMES = ("family_name", "given_name")
# Why a value is kept that a register brought in: as the service would keep it itself.
BROUGHT_IN = {
    "directory": Purpose.STAFF,
    "recruitment": Purpose.RECRUITMENT,
    "intake": Purpose.REQUEST,
    "training": Purpose.INVOLVEMENT,
    "accompaniment": Purpose.INVOLVEMENT,
    "evaluation": Purpose.EVALUATION,
}

# The claims come first and are locked: a sweep that is about to destroy them waits, or is done.
KEEP = """
with new as (
    select * from unnest($2::uuid[], $3::bytea[], $4::uuid[], $5::uuid[], $6::text[], $7::bytea[],
        $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
    with ordinality as new (ref, digest, claim, subject, field, salt, value, commitment, purpose,
        rule, grams, sort, contact, place)
), claimed as (
    insert into claims (establishment, claim, service, refs)
    select $1, claim, $15, array_agg(ref) from new where $15::text is not null
    group by claim order by claim
    on conflict (claim, establishment) do update
    set since = now(), doubted = null, refs = claims.refs || excluded.refs
    returning claim
), added as (
    insert into kept (establishment, ref, digest, claim, subject, field, salt, value, commitment,
        purpose, rule, grams, kept_by, kept_for, kept_as)
    select $1, ref, digest, claim, subject, field, salt, value, commitment, purpose, rule,
        string_to_array(grams, '|'), $16, $17, $18
    from new left join claimed using (claim)
    where not exists (
        select from erased where establishment = $1 and erased.subject = new.subject
    )
    order by place
    on conflict (digest) do nothing
    returning ref, number
), carded as (
    insert into cards (establishment, subject, field, number, sort, contact)
    select distinct on (subject, field) $1, subject, field, number, sort, contact
    from added join new using (ref) where sort is not null order by subject, field, number desc
    on conflict (establishment, subject, field) do update
    set number = excluded.number, sort = excluded.sort, contact = excluded.contact
    where cards.number < excluded.number
)
select count(*) from added
"""
KEPT = """
select ref, commitment from unnest($1::bytea[]) with ordinality as asked (digest, place)
join kept using (digest) order by place
"""
CARD = f"""
insert into cards (establishment, subject, field, number, sort)
select $1, subject, '{FULL_NAME}', max(number),
    coalesce(max(sort) filter (where field = 'family_name'), '{END}') || '{NEXT}'
    || coalesce(max(sort) filter (where field = 'given_name'), '{END}')
from cards
where establishment = $1 and subject = any($2::uuid[]) and field in ('family_name', 'given_name')
group by subject order by subject
on conflict (establishment, subject, field) do update
set number = excluded.number, sort = excluded.sort
"""
LATEST = """
select distinct on (subject, field) subject, field, number, value from kept
where establishment = $1 and subject = any($2::uuid[]) and field = any($3::text[])
    and not exists (
        select from claims where claims.establishment = $1 and claims.claim = kept.claim
            and doubted is not null
    )
order by subject, field, number desc
"""


class PersonErased(Refusal):
    """This person's file was destroyed. Nothing more is kept of them under this reference."""

    french = "Le dossier de cette personne a été détruit. Rien n’est repris sous cette référence."


class Keeping:
    """What comes in. A newer value stands beside the older one, and says who gave it."""

    def __init__(self, safe: Safe, schedules: Schedules) -> None:
        self._safe = safe
        self._schedules = schedules

    async def keep(
        self, by: Provenance, asked: Sequence[Reservation], service: str | None = None
    ) -> list[PersonalRef]:
        """A reference for each, in order. What was kept for the same fact keeps its reference.

        `service`: whose facts these are for; it is asked later whether it wrote them.
        Raises PersonErased, and then nothing is kept.
        """
        if not asked:
            return []
        terms = await self._schedules.of(by.establishment)
        rows = [_row(by.establishment, terms, service, one) for one in asked]
        columns = list(zip(*rows, strict=True))
        who = by.actor, by.onbehalfof, by.role
        async with self._safe.opened(by) as connection:
            added = await connection.fetchval(KEEP, by.establishment, *columns, service, *who)
            if named := {one.subject for one in asked if one.field in NAMES}:
                await connection.execute(CARD, by.establishment, named)
            if added == len(rows):
                return [PersonalRef(ref=row[0], commitment=row[7]) for row in rows]
            before = await connection.fetch(KEPT, columns[1])
            if len(before) < len(rows):
                raise PersonErased
        return [PersonalRef(ref=ref, commitment=commitment) for ref, commitment in before]


def _row(
    establishment: str, terms: Terms, service: str | None, asked: Reservation
) -> tuple[Any, ...]:
    salt = new_salt()
    said = (establishment, str(asked.claim), str(asked.subject), asked.field, asked.value)
    purpose = asked.purpose
    if purpose is Purpose.REGISTER:
        purpose = BROUGHT_IN.get(service or "", purpose)
    return (
        uuid4(),
        sha256("\n".join(said).encode()).digest(),
        asked.claim,
        asked.subject,
        asked.field,
        salt,
        asked.value,
        commitment(salt, asked.field, asked.value),
        purpose.value,
        terms.purposes[purpose].rule,
        ("|".join(grams_in(asked.value)) or None) if is_name(asked.field) else None,
        sort_key(asked.value) if asked.field in SORTED else None,
        contact_of(asked.field, asked.value),
    )


async def card_again(connection: Connection, establishment: str, subjects: Sequence[UUID]) -> None:
    """Make the cards of these subjects anew from what is kept of them now.

    For whoever destroys values; inside the caller's transaction.
    """
    await connection.execute(
        "delete from cards where establishment = $1 and subject = any($2::uuid[])",
        establishment, subjects,
    )  # fmt: skip
    rows = await connection.fetch(LATEST, establishment, subjects, list(SORTED))
    cards = [
        (establishment, subject, field, number, sort_key(value), contact_of(field, value))
        for subject, field, number, value in rows
    ]
    await connection.executemany("insert into cards values ($1, $2, $3, $4, $5, $6)", cards)
    await connection.execute(CARD, establishment, subjects)
