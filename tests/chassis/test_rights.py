import asyncio
from urllib.parse import urlsplit

import nats.errors
import pytest
from nats.aio.msg import Msg

from services.chassis.jetstream import ask_again, connection, last_sequence, make_stream
from services.chassis.rights import inbox_of
from services.chassis.settings import Installation
from tests.patience import eventually

pytestmark = pytest.mark.anyio


def url_of(service: str, installation: Installation) -> str:
    return installation.settings(service).nats_url


async def make_streams(installation: Installation) -> None:
    for service in ("intake", "recruitment"):
        settings = installation.settings(service)
        async with connection(settings.nats_url) as client:
            await make_stream(client, service, 1, settings.streams_keep)


async def test_a_service_announces_its_own_facts_and_no_others(installation: Installation) -> None:
    await make_streams(installation)

    async with connection(url_of("intake", installation)) as intake:
        jetstream = intake.jetstream()
        await jetstream.publish("facts.north.intake.RequestSubmitted.v1", b"{}")
        with pytest.raises(nats.errors.Error):
            await jetstream.publish("facts.north.recruitment.X.v1", b"{}", timeout=0.3)

    async with connection(url_of("recruitment", installation)) as recruitment:
        assert await last_sequence(recruitment, "recruitment") == 0


async def test_a_service_ends_its_own_stream_and_no_other(installation: Installation) -> None:
    await make_streams(installation)

    async with connection(url_of("intake", installation)) as intake:
        hasty = intake.jetstream(timeout=0.3)  # nobody answers
        for touch in (hasty.delete_stream, hasty.purge_stream):
            with pytest.raises(nats.errors.Error):
                await touch("FACTS_recruitment")
        assert await intake.jetstream().delete_stream("FACTS_intake")

    async with connection(url_of("recruitment", installation)) as recruitment:
        assert await last_sequence(recruitment, "recruitment") == 0


async def test_nobody_reads_anothers_replies(installation: Installation) -> None:
    refused: list[str] = []

    async def hear(trouble: Exception) -> None:
        refused.append(str(trouble))

    url = url_of("intake", installation)
    client = await nats.connect(url, inbox_prefix=inbox_of(url), error_cb=hear)
    for inbox in ("_INBOX.>", "_INBOX_recruitment.>", "facts.>", "again.recruitment", ">"):
        await client.subscribe(inbox)

    async def all_refused() -> bool:
        return len(refused) == 5

    await eventually(all_refused)
    assert all("permissions violation" in words for words in refused)
    await client.close()


async def test_who_is_asked_again_answers_the_one_who_asked(installation: Installation) -> None:
    async def answer(request: Msg) -> None:
        await request.respond(b"one\ntwo")

    async with (
        connection(url_of("intake", installation)) as intake,
        connection(url_of("ledger", installation)) as ledger,
    ):
        await intake.subscribe("again.intake", queue="intake", cb=answer)
        await intake.flush()

        assert await ask_again(ledger, "intake", 0) == [b"one", b"two"]


async def test_who_has_no_password_does_not_get_in(installation: Installation) -> None:
    at = urlsplit(installation.nats_url)
    reading, writing = await asyncio.open_connection(at.hostname, at.port)

    writing.write(b'CONNECT {"verbose": false}\r\nPING\r\n')
    answer = await reading.read()  # it closes the connection
    writing.close()

    assert b"Authorization Violation" in answer
    assert b"PONG" not in answer
