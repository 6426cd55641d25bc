from uuid import uuid4

import pytest

from services.chassis.jetstream import connection
from services.chassis.knowing import ask_known
from services.chassis.relay import Relay
from services.chassis.settings import Installation, Settings
from services.chassis.store import Store
from tests.errands import an_errand
from tests.patience import eventually

pytestmark = pytest.mark.anyio


async def test_a_service_says_which_facts_it_has_written_and_to_whom_they_belong(
    installation: Installation, settings: Settings, store: Store
) -> None:
    [errand] = an_errand()
    home = errand.establishment
    await store.append([errand])

    async with Relay(store, settings), connection(installation.settings("vault").nats_url) as vault:

        async def answered() -> bool:
            return await ask_known(vault, "intake", home, []) is not None

        await eventually(answered)
        here = await ask_known(vault, "intake", home, [errand.id, uuid4()])
        elsewhere = await ask_known(vault, "intake", "elsewhere", [errand.id])

    assert here == {errand.id}
    assert elsewhere == set()


async def test_nobody_there_is_no_answer(installation: Installation) -> None:
    async with connection(installation.settings("vault").nats_url) as vault:
        assert await ask_known(vault, "intake", "north", [uuid4()]) is None


async def test_a_store_that_lacks_facts_says_nothing(
    installation: Installation, settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.chassis.knowing.PATIENCE", 0.3)
    async with Relay(store, settings), connection(installation.settings("vault").nats_url) as vault:

        async def answered() -> bool:
            return await ask_known(vault, "intake", "north", []) is not None

        await eventually(answered)
        await store.lacks(7)  # and so it is, however often its relay looks again
        said = await ask_known(vault, "intake", "north", [uuid4()])

    assert said is None
