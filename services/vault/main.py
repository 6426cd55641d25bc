"""The vault, put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.chassis.http import serve
from services.chassis.settings import Settings
from services.vault.api import routes
from services.vault.keys import Keys
from services.vault.safe import Safe
from services.vault.values import Values

LARGEST_BODY = 32 * 1024 * 1024  # bytes: a page of the office's register


def build(settings: Settings) -> FastAPI:
    safe = Safe(settings.database_url)
    return serve(
        "vault", settings, routes(Values(safe), Keys(safe)), safe, largest_body=LARGEST_BODY
    )
