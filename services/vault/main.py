"""The vault, put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.chassis.http import Part, serve
from services.chassis.settings import Settings
from services.vault.api import routes
from services.vault.duplicates import Duplicates
from services.vault.forgetting import Forgetting
from services.vault.giving_rights import giving_rights
from services.vault.journal import Journal
from services.vault.keeping import Keeping
from services.vault.keys import Keys
from services.vault.letting_go import LettingGo
from services.vault.looking import Looking
from services.vault.looking_after import looking_after
from services.vault.readings import Readings
from services.vault.safe import Safe
from services.vault.schedule import Schedules
from services.vault.searching import Searching
from services.vault.sorting import Sorting
from services.vault.sweeping import Sweep
from services.vault.values import Values

LARGEST_BODY = 32 * 1024 * 1024  # bytes: a page of the office's register


def build(settings: Settings) -> FastAPI:
    secret = settings.secret.get_secret_value()
    safe = Safe(settings.database_url)
    schedules, journal = Schedules(safe), Journal(safe, secret)
    values = Values(safe, schedules, journal)
    searching, sorting = Searching(safe, values, journal), Sorting(safe, values, journal)
    keys, keeping = Keys(safe, values, secret), Keeping(safe, schedules)
    given = giving_rights(settings, safe, keeping, schedules, journal)
    forgetting = Forgetting(safe, values, given.rights.held)
    api = routes(keeping, values, forgetting, searching, sorting, keys)
    readings, looking = Readings(safe, journal), Looking(safe, schedules)
    duplicates = Duplicates(safe, values, journal)
    api.include_router(looking_after(schedules, readings, looking, duplicates))
    api.include_router(given.routes)
    sweep = Sweep(safe, settings.nats_url)
    letting_go = LettingGo(safe, schedules, given.shredder.rewrite)
    parts: tuple[Part, ...] = (safe, journal, *given.parts, sweep, letting_go)
    return serve("vault", settings, api, *parts, largest_body=LARGEST_BODY)
