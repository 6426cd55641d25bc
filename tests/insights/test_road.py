"""From a decision to what readers see, over the whole road."""

import pytest

from services.chassis.settings import Installation
from tests.examples import SUBMISSION
from tests.insights.test_reading import shown_at_last
from tests.offices import an_office
from tests.patience import eventually

pytestmark = pytest.mark.anyio


async def test_a_team_sees_its_request_as_soon_as_it_has_sent_it(
    installation: Installation,
) -> None:
    async with an_office(installation, "vault", "intake", "ledger", "insights") as office:
        planning = SUBMISSION.model_dump(mode="json", exclude={"personal"})
        drafted = (await office.post("/intake/requests", json=planning)).json()["id"]

        sent = await office.post(f"/intake/requests/{drafted}/submission")
        path, awaited = f"/insights/requests/{drafted}", sent.headers["Tandem-Position"]
        seen = await shown_at_last(office, path, awaited)

        assert seen.json()["state"] == "submitted"
        assert seen.json()["number"].startswith("D-")

        async def told() -> bool:
            story = (await office.get(f"/insights/requests/{drafted}/story")).json()
            return len(story["steps"]) == 2

        await eventually(told)
