"""What is signed is shown where whoever rules this database rules nothing."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest
import uvicorn
from aiosmtpd.controller import Controller
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI, Request, Response

from services.chassis.notes import Checkpoint, Note, Signer, Verifier, signed
from services.chassis.settings import Installation
from services.chassis.tree import Tree, leaf_of
from services.ledger.book import Book
from services.ledger.main import build
from tests.callers import signed as saying
from tests.ledger.books import enter, facts
from tests.patience import eventually

pytestmark = pytest.mark.anyio


def written(folder: Path) -> list[Path]:
    return list(folder.rglob("1-*.txt"))


class Ledger(NamedTuple):
    book: Book
    asked: httpx2.AsyncClient  # by an auditor of north who looks after the platform too

    async def sign(self, count: int, first: int = 1) -> str:
        """So many more facts, and the note that signs them."""
        await enter(self.book, facts(count, first=first))
        await self.asked.post("/checkpoints")
        return str((await self.asked.get("/checkpoints/latest")).json()["note"])

    async def show(self, **witness: str) -> None:
        added = await self.asked.post("/witnesses", json=witness)
        assert added.status_code == 201, added.text

    async def shown(self, size: int) -> dict[str, object]:
        """The witness, once it has seen as much."""
        found: list[dict[str, object]] = []

        async def there() -> bool:
            found[:] = (await self.asked.get("/witnesses")).json()
            return found[-1]["size"] == size

        await eventually(there)
        return found[-1]


@asynccontextmanager
async def ledger_of(installation: Installation, **more: object) -> AsyncIterator[Ledger]:
    settings = installation.settings("ledger")
    settings = settings.model_copy(update={"receivers_on_loopback": True, **more})
    app = build(settings)
    auditor = saying("north", to="ledger", roles=("auditor", "operator"))
    transport = httpx2.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        Book(settings.database_url) as book,
        httpx2.AsyncClient(transport=transport, base_url="http://ledger", auth=auditor) as asked,
    ):
        yield Ledger(book, asked)


@asynccontextmanager
async def outside(app: FastAPI) -> AsyncIterator[str]:
    """Somebody else's server, on a port of its own; its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    config = server.config
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    await server.shutdown()


async def test_a_webhook_is_shown_every_checkpoint_and_again_until_it_has_it(
    installation: Installation,
) -> None:
    heard: list[str] = []
    receiver = FastAPI()

    @receiver.post("/here")
    async def hear(request: Request) -> Response:
        heard.append((await request.body()).decode())
        return Response(status_code=503 if len(heard) == 1 else 204)

    async with ledger_of(installation) as ledger, outside(receiver) as address:
        await ledger.show(kind="webhook", address=f"{address}/here")
        note = await ledger.sign(3)
        witness = await ledger.shown(3)

    assert heard == [note, note]
    assert (witness["to"], witness["trouble"]) == ("127.0.0.1", "")


async def test_what_was_not_shown_when_it_stopped_is_shown_when_it_starts(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_WITNESS_FOLDER", str(tmp_path / "not-there" / "yet"))
    (tmp_path / "not-there").write_text("a file where a folder should be")
    async with ledger_of(installation) as ledger:
        await ledger.show(kind="folder")
        note = await ledger.sign(3)

        async def troubled() -> bool:
            return bool((await ledger.asked.get("/witnesses")).json()[0]["trouble"])

        await eventually(troubled)
    (tmp_path / "not-there").unlink()

    async with ledger_of(installation) as ledger:
        await ledger.shown(3)

    [file] = written(tmp_path)
    assert file.read_text() == note
    assert not file.stat().st_mode & 0o222


async def test_a_folder_that_is_no_longer_set_is_said_and_nothing_is_written_elsewhere(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_WITNESS_FOLDER", str(tmp_path / "set"))
    async with ledger_of(installation) as ledger:
        await ledger.show(kind="folder")
    monkeypatch.delenv("TANDEM_WITNESS_FOLDER")
    monkeypatch.chdir(tmp_path)

    async with ledger_of(installation) as ledger:
        await ledger.sign(3)

        async def said() -> bool:
            return bool((await ledger.asked.get("/witnesses")).json()[0]["trouble"] == "no_folder")

        await eventually(said)

    assert written(tmp_path) == []


async def test_the_privacy_officer_gets_a_letter(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    letters: list[str] = []

    class Officer:
        async def handle_DATA(self, _: object, __: object, envelope: object) -> str:  # noqa: N802
            letters.append(envelope.content.decode())  # type: ignore[attr-defined]
            return "250 OK"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    post = Controller(Officer(), hostname="127.0.0.1", port=port, ready_timeout=30)
    post.start()
    monkeypatch.setenv("TANDEM_SMTP_URL", f"smtp://127.0.0.1:{port}")
    async with ledger_of(installation) as ledger:
        await ledger.show(kind="mail", address="vie.privee@example.org")
        await ledger.sign(3)
        witness = await ledger.shown(3)
    post.stop()

    assert "checkpoint.txt" in letters[0]
    assert witness["to"] == ""


async def test_another_operators_tandem_signs_too_and_only_what_goes_on(
    installation: Installation,
) -> None:
    other = build(
        installation.settings("ledger").model_copy(
            update={"log": "other.example", "receivers_on_loopback": True}
        )
    )
    async with (
        other.router.lifespan_context(other),
        outside(other) as address,
        ledger_of(installation) as ledger,
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(other), base_url="http://ledger",
            auth=saying("north", to="ledger", roles=("operator",)),
        ) as operator,
    ):  # fmt: skip
        await ledger.sign(3)
        [key] = (await ledger.asked.get("/keys")).json()
        await operator.post("/witnessed", json={"key": key["key"]})
        cosigner = (await operator.get("/witnessed")).json()["key"]
        witness = {"kind": "tandem", "address": f"{address}/witness", "key": cosigner}
        await ledger.show(**witness)
        await ledger.shown(3)
        await ledger.sign(300, first=4)
        await ledger.shown(303)
        latest = (await ledger.asked.get("/checkpoints/latest")).json()
        [seen] = (await operator.get("/witnessed")).json()["logs"]

    assert Note.read(latest["note"]).signed_by(Verifier.read(cosigner))
    assert (seen["origin"], seen["size"]) == ("tandem/north/1", 303)


class Log:
    """Somebody's log, who would have it both ways."""

    def __init__(self) -> None:
        self.signer = Signer("their.example/log", Ed25519PrivateKey.generate())

    def note(self, *bodies: bytes) -> str:
        tree = Tree()
        for body in bodies:
            tree.append(leaf_of(body))
        return str(signed(Checkpoint(self.signer.name, tree.size, tree.root()).text(), self.signer))


async def test_a_witness_answers_as_the_protocol_says(installation: Installation) -> None:
    theirs, stranger = Log(), Log()
    async with ledger_of(installation) as ledger:
        await ledger.asked.post("/witnessed", json={"key": str(theirs.signer.verifier)})

        async def ask(old: int, note: str, *proof: str) -> tuple[int, str]:
            said = "\n".join([f"old {old}", *proof, "", note])
            answer = await ledger.asked.post("/witness/add-checkpoint", content=said)
            return answer.status_code, answer.text

        two = theirs.note(b"a", b"b")
        assert (await ask(0, two))[0] == 200
        assert await ask(0, two) == (409, "2\n")
        assert (await ask(2, two))[0] == 200
        assert (await ask(2, theirs.note(b"a", b"x")))[0] == 409
        assert (await ask(2, theirs.note(b"a", b"x", b"c"), "A" * 43 + "="))[0] == 422
        assert (await ask(2, stranger.note(b"a", b"b", b"c")))[0] == 403
        unknown = two.replace("their.example", "nobody.example")
        assert (await ask(2, unknown))[0] == 404
        assert (await ask(5, two))[0] == 400
