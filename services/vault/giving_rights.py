"""What the law gives a person, put together: its facts, its routes, and who works on it."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import APIRouter

from services.chassis.alarms import Alarms
from services.chassis.hearing import Listener
from services.chassis.http import Part
from services.chassis.operating import operating
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.vault import copying_api, rights_api
from services.vault.application import Rights
from services.vault.asking import Others
from services.vault.assessing import Assessing
from services.vault.calendar import Calendar
from services.vault.carrying_out import CarryingOut, when_ordered
from services.vault.erasing import DESTROY, DestroyedAgain, Shredder
from services.vault.journal import Journal
from services.vault.keeping import Keeping
from services.vault.merging import Aliases
from services.vault.messages import listen
from services.vault.portability import Copying
from services.vault.safe import Safe
from services.vault.schedule import Schedules
from services.vault.standing import Standing


class Given(NamedTuple):
    """Routes, and parts that live as long as the service does, in this order."""

    routes: APIRouter
    parts: tuple[Part, ...]
    rights: Rights
    shredder: Shredder


def giving_rights(
    settings: Settings, safe: Safe, keeping: Keeping, schedules: Schedules, journal: Journal
) -> Given:
    store = Store("vault", settings.database_url, when_ordered)
    others = Others(settings)
    shredder = Shredder(safe, settings.secret.get_secret_value())
    standing = Standing(safe, schedules, others)
    aliases = Aliases(safe)
    rights = Rights(store, keeping, standing.what_keeps, aliases.files_of)
    carrying = CarryingOut(store, rights, safe, shredder, others)
    calendar = Calendar(safe, rights, standing)
    alarms = Alarms(store, settings.database_url)
    alarms.when(DESTROY)(carrying.carry_out)
    api = rights_api.routes(rights, carrying, shredder, calendar)
    api.include_router(
        copying_api.routes(Copying(safe, journal, others), Assessing(safe, schedules))
    )
    listener = listen(Listener(store, settings.nats_url), aliases)
    api.include_router(operating(store, settings, listener))
    again = DestroyedAgain(store, shredder)
    parts = (store, again, others, Relay(store, settings), alarms, calendar, listener)
    return Given(api, parts, rights, shredder)
