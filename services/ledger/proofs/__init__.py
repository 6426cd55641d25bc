"""How the ledger proves itself to whoever does not trust it."""

from __future__ import annotations

from fastapi import APIRouter

from services.chassis.settings import Settings
from services.chassis.working import Worker
from services.ledger.book import Book
from services.ledger.proofs import api, giving_api, witness_api
from services.ledger.proofs.bundling import Bundling
from services.ledger.proofs.cosigning import Cosigning
from services.ledger.proofs.keyring import Keyring
from services.ledger.proofs.proving import Proving
from services.ledger.proofs.sealing import Sealer
from services.ledger.proofs.showing import Showing
from services.ledger.proofs.witnesses import Box, Witnesses, WitnessSettings
from services.ledger.reading import History


def proofs(settings: Settings, book: Book) -> tuple[APIRouter, Worker, Worker]:
    """The routes, who signs, and who shows what is signed to witnesses."""
    out, box = WitnessSettings(), Box(settings.secret)
    keyring = Keyring(book, settings.secret, settings.log)
    sealer = Sealer(book, keyring)
    proving = Proving(book, keyring, sealer)
    plain = settings.receivers_on_loopback
    witnesses = Witnesses(book, box, out, plain=plain)
    cosigning = Cosigning(book, settings.secret, settings.log)
    routes = APIRouter()
    routes.include_router(api.routes(proving, keyring, sealer))
    routes.include_router(witness_api.routes(witnesses, cosigning))
    routes.include_router(giving_api.routes(Bundling(proving, History(book))))
    return routes, sealer, Showing(book, box, out, loopback=plain)
