"""HR at the directory's doors, with a vault that answers over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from contracts.envelope import Fact
from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.chassis.moments import HERE
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.directory.alarms import alarms_of
from services.directory.stating import Assignment, Statement, Stating
from tests.doors import answering

NURSING = Assignment(unit_code="6051", since=date(2024, 4, 1), title_code="2471", primary=True)
LISE = Statement(
    source="hr-main",
    key="004217",
    fields={"name": "Lise Morin", "email": "lise.morin@example.org", "title": "Infirmière"},
    assignments=(NURSING,),
)


def today() -> date:
    """Asked for when it is needed: a run of all tests may begin on one day and end on the next."""
    return datetime.now(HERE).date()


def yesterday() -> date:
    return today() - timedelta(days=1)


def tomorrow() -> date:
    return today() + timedelta(days=1)


def run(establishment: str = "north") -> Provenance:
    """One more run of HR."""
    return Provenance(establishment=establishment, actor="hr-main", channel="file")


@asynccontextmanager
async def an_hr_door(installation: Installation) -> AsyncIterator["Desk"]:
    async with answering(installation, "vault") as housed:
        settings = housed.settings("directory")
        store = Store("directory", settings.database_url, alarms_of)
        async with store, Vault(settings) as vault:
            yield Desk(store, vault, Stating(store, vault, settings.secret))


class Desk:
    """What HR and the office do, and what the facts then say."""

    def __init__(self, store: Store, vault: Vault, stating: Stating) -> None:
        self.store, self.vault, self.stating = store, vault, stating

    async def facts(self, staff: UUID, establishment: str = "north") -> list[Fact | None]:
        return [one.fact() for one in await self.store.read_stream(establishment, staff)]

    async def kinds(self, staff: UUID) -> list[str]:
        return [type(fact).__name__ for fact in await self.facts(staff)]

    async def known(self, staff: UUID, establishment: str = "north") -> dict[str, str]:
        """What the vault has of them."""
        known = await self.vault.know(run(establishment), Purpose.STAFF, [staff])
        return known.get(staff, {})


def saying(said: Statement, **otherwise: Any) -> Statement:
    """The same, but for this."""
    return msgspec.structs.replace(said, **otherwise)
