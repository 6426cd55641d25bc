import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import nats
import nats.errors
import pytest
from nats.aio.msg import Msg

from services.chassis.embedded import integrations_in
from services.chassis.nats_server import nats_server
from services.chassis.rights import Integration, TooMuch
from services.chassis.settings import OPERATOR
from tests.patience import eventually

pytestmark = pytest.mark.anyio

HEARD = "intake.RequestAccepted.v1"
PASSWORD = "of-the-integration-alone"
HR = Integration("hr", "north", (HEARD,), PASSWORD)


@pytest.fixture
def url(home: Path) -> Iterator[str]:
    home.chmod(0o711)
    keys = {OPERATOR: "key", "intake": "key"}
    with nats_server(home / "nats", keys, {"intake"}, [HR]) as url:
        yield url


async def test_an_integration_hears_the_named_facts_of_its_establishment_and_nothing_else(
    url: str,
) -> None:
    refused, heard = list[str](), list[str]()

    async def note(trouble: Exception) -> None:
        refused.append(str(trouble))

    async def hear(message: Msg) -> None:
        heard.append(message.subject)

    outside = await nats.connect(url, user=HR.user, password=PASSWORD, error_cb=note)
    intake = await nats.connect(url, user="intake", password="key")
    await outside.subscribe(f"facts.north.{HEARD}", cb=hear)
    forbidden = (
        ">", "facts.>", "facts.*.intake.RequestAccepted.v1", f"facts.south.{HEARD}",
        "facts.north.intake.>", "facts.north.intake.RequestDeclined.v1", "again.intake",
        "again.*", "_INBOX.>", "$JS.>", "news.>",
    )  # fmt: skip
    for subject in forbidden:
        await outside.subscribe(subject, cb=hear)
    await outside.flush()
    for establishment in ("south", "north"):
        for fact in ("RequestDeclined.v1", "RequestAccepted.v1"):
            await intake.publish(f"facts.{establishment}.intake.{fact}", b"{}")
    await intake.flush()

    async def all_was_said() -> bool:
        return len(refused) == len(forbidden) and bool(heard)

    await eventually(all_was_said)
    assert heard == [f"facts.north.{HEARD}"]
    assert all("permissions violation" in words for words in refused)
    await asyncio.gather(outside.close(), intake.close())


async def test_an_integration_says_nothing_and_asks_nothing(url: str) -> None:
    refused = list[str]()

    async def note(trouble: Exception) -> None:
        refused.append(str(trouble))

    outside = await nats.connect(url, user=HR.user, password=PASSWORD, error_cb=note)
    said = (
        f"facts.north.{HEARD}", "again.intake", "news.hr", "$JS.API.STREAM.NAMES",
        "$JS.API.CONSUMER.CREATE.FACTS_intake.hr", "$JS.API.DIRECT.GET.FACTS_intake",
    )  # fmt: skip
    for subject in said:
        await outside.publish(subject, b"{}")
    await outside.flush()

    async def all_refused() -> bool:
        return len(refused) == len(said)

    await eventually(all_refused)
    await outside.close()


@pytest.mark.parametrize(
    "said",
    [
        {"establishment": "*"},
        {"establishment": "north.>"},
        {"facts": ()},
        {"facts": ("intake.>",)},
        {"facts": ("intake.*.v1",)},
        {"facts": (">",)},
        {"facts": ("recruitment.PartnerPaused.v1",)},
        {"facts": ("training.PlanCompleted.v1",)},
        {"facts": ("recruitment.FactAnnulled.v1",)},
        {"name": "operator.x"},
    ],
)
def test_no_integration_is_promised_more_than_named_facts(said: dict[str, object]) -> None:
    plain: dict[str, object] = {"name": "hr", "establishment": "north", "facts": (HEARD,)}

    with pytest.raises(TooMuch):
        Integration(**plain | said, key="")  # type: ignore[arg-type]


def test_an_integration_keeps_its_password(tmp_path: Path) -> None:
    told = [{"name": "hr", "establishment": "north", "facts": [HEARD]}]
    (tmp_path / "integrations.json").write_text(json.dumps(told))

    [first], [again] = integrations_in(tmp_path), integrations_in(tmp_path)

    assert (first.user, first.facts) == ("north.hr", (HEARD,))
    assert first.key == again.key
    assert len(first.key) > 40
