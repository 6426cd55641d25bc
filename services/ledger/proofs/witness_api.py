"""Witnesses over HTTP: ours, and what we witness for others."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from contracts.ledger import WitnessedLog, WitnessKind, WitnessShown
from services.chassis.http import Body, By
from services.ledger.proofs.cosigning import Cosigning, Refused
from services.ledger.proofs.witnesses import Named, Witnesses

type Text = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00-\x1f]*$")]


class WitnessAdded(Body):
    """`address`: of the webhook, of the cosigner (before `/add-checkpoint`), or of the mail."""

    kind: WitnessKind
    address: Text = ""
    key: Text | None = None


class LogTrusted(Body):
    """The key of another operator's log, under the name of its origin."""

    key: Text


def routes(witnesses: Witnesses, cosigning: Cosigning) -> APIRouter:
    """`witnesses`, `witnessed`, and the door that other operators' logs knock at."""
    api = APIRouter(tags=["witness"])

    @api.get("/witnesses")
    async def list_witnesses(by: By) -> list[WitnessShown]:
        return await witnesses.all(by.establishment)

    @api.post("/witnesses", status_code=201)
    async def add_witness(said: WitnessAdded, by: By) -> JSONResponse:
        named = Named(said.kind, said.address, said.key)
        added = await witnesses.add(by.establishment, named)
        return JSONResponse({"id": str(added)}, status_code=201)

    @api.post("/witnesses/{witness}/end", status_code=204, response_class=Response)
    async def end_witness(witness: UUID, by: By) -> None:
        await witnesses.end(by.establishment, witness)

    @api.get("/witnessed")
    async def list_witnessed(_: By) -> dict[str, str | list[WitnessedLog]]:
        """What we sign for others, and the key that we sign with."""
        return {"key": str(cosigning.signer.verifier), "logs": await cosigning.logs()}

    @api.post("/witnessed", status_code=201)
    async def trust_log(said: LogTrusted, _: By) -> JSONResponse:
        return JSONResponse({"origin": await cosigning.trust(said.key)}, status_code=201)

    @api.post("/witness/add-checkpoint", response_class=Response, include_in_schema=False)
    async def add_checkpoint(request: Request) -> Response:
        """C2SP tlog-witness: the signature of a known log on its checkpoint is who asks."""
        try:
            line = await cosigning.sign(await request.body())
        except Refused as refused:
            kind = "text/x.tlog.size" if refused.status == 409 else "text/plain"
            return Response(refused.said, refused.status, media_type=kind)
        return Response(line, media_type="text/plain")

    return api
