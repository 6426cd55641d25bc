"""Proofs over HTTP: what was signed, that an entry is in it, and that nothing was taken back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from contracts.ledger import CheckpointShown, ConsistencyProof, InclusionProof, KeyShown
from services.chassis.domain import NotFound
from services.chassis.http import Body, By, Name
from services.ledger.proofs.keyring import Keyring
from services.ledger.proofs.proving import Proving
from services.ledger.proofs.sealing import Sealer

type Size = Annotated[int, Query(ge=1, lt=2**63)]


class EpochOpened(Body):
    """Why another log begins; a code, such as `restored`."""

    why: Name


def routes(proving: Proving, keyring: Keyring, sealer: Sealer) -> APIRouter:
    """`checkpoints`, `proofs` and `keys`."""
    api = APIRouter(tags=["proof"])

    @api.get("/checkpoints")
    async def list_checkpoints(
        by: By,
        after: Annotated[int, Query(ge=0, lt=2**63)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> list[CheckpointShown]:
        return await proving.checkpoints(by.establishment, after, limit)

    @api.get("/checkpoints/latest")
    async def latest_checkpoint(by: By) -> CheckpointShown:
        return await proving.latest(by.establishment)

    @api.get("/checkpoints/{size}")
    async def show_checkpoint(size: int, by: By) -> CheckpointShown:
        if not 0 < size < 2**63:
            raise NotFound
        return await proving.at(by.establishment, size)

    @api.post("/checkpoints", status_code=204, response_class=Response)
    async def sign_checkpoint(by: By) -> None:
        """Now, instead of within a minute."""
        await sealer.seal(by.establishment)

    @api.get("/proofs/inclusion")
    async def prove_inclusion(entry: UUID, by: By, size: Size | None = None) -> InclusionProof:
        return await proving.inclusion(by.establishment, entry, size)

    @api.get("/proofs/consistency")
    async def prove_consistency(old: Size, new: Size, by: By) -> ConsistencyProof:
        return await proving.consistency(by.establishment, old, new)

    @api.get("/keys")
    async def list_signing_keys(by: By) -> list[KeyShown]:
        return await proving.keys(by.establishment)

    @api.post("/keys", status_code=204, response_class=Response)
    async def change_signing_key(_: By) -> None:
        """For every establishment: what was signed before stays verifiable."""
        await keyring.rotate()

    @api.post("/epochs", status_code=204, response_class=Response)
    async def open_epoch(said: EpochOpened, by: By) -> None:
        await sealer.open_epoch(by.establishment, said.why)

    return api
