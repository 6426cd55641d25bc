"""An identity server that others wrote tells us of its people, as a system of HR would."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2
import pytest

from contracts.directory import ScimUserStated, Tolerance
from contracts.staff import StaffJoined, StaffLeft
from services.chassis.settings import Installation
from tests.canaries import traces_of
from tests.collector import collecting
from tests.conformance.canaille import Canaille, a_canaille
from tests.directory.scim_desk import Desk, a_desk, a_source
from tests.system.test_canaries import SERVICES

pytestmark = pytest.mark.thorough

HOME = "canaille"
RUN = re.compile(r"[A-Za-z0-9]{10,}")  # of a salt and a digest, which no spelling changes
NOW = "%Y-%m-%dT%H:%M:%S+00:00"


class Hr(NamedTuple):
    """Canaille, where HR works, and our door as its token opens it."""

    canaille: Canaille
    desk: Desk
    door: httpx2.Client

    def seen(self, kind: str) -> dict[str, dict[str, Any]]:
        """What we hold of this kind, by the name it goes by."""
        found = self.door.get(f"/{kind}").raise_for_status().json()["Resources"]
        return {one.get("userName") or one["displayName"]: one for one in found}

    def told(self) -> list[str]:
        return [fact.type for fact in self.desk.facts(HOME)]

    def hire(self, name: str, **more: str) -> dict[str, Any]:
        said = {"user_name": name, "given_name": name.title(), "family_name": "Roy", **more}
        made: dict[str, Any] = self.canaille.do("create", "user", **said)
        return made


@pytest.fixture(scope="module")
def hr(house: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hr]:
    canaille = a_canaille(tmp_path_factory.mktemp("canaille"))
    with a_desk(house, *SERVICES) as desk:
        _, token = desk.run(a_source(desk.sources, HOME, Tolerance.STRICT))
        here = f"{desk.installation.services_at.format(service='directory')}/scim/{HOME}/v2"
        canaille.know_us(token, client_uri=here)
        bearer = {"Authorization": f"Bearer {token}"}
        with httpx2.Client(base_url=here, headers=bearer, timeout=30) as door:
            yield Hr(canaille, desk, door)


def test_people_are_hired_renamed_grouped_and_sent_home_by_another_s_identity_server(
    hr: Hr,
) -> None:
    hr.hire("anna", emails="anna@example.org", employee_number="10042", department="DSI")
    hr.hire("luc", emails="luc@example.org")
    hr.canaille.do("create", "group", display_name="Soins", members=["anna", "luc"])

    hr.canaille.do("set", "user", "anna", title="Cheffe", family_name="Roy-Gagnon")
    hr.canaille.do("set", "user", "luc", lock_date=f"{datetime.now(UTC):{NOW}}")
    hr.canaille.do("set", "group", "Soins", members=["anna"])

    people, groups = hr.seen("Users"), hr.seen("Groups")
    assert people["anna"]["name"]["familyName"] == "Roy-Gagnon"
    assert people["anna"]["title"] == "Cheffe"
    assert (people["anna"]["active"], people["luc"]["active"]) == (True, False)
    assert [one["value"] for one in groups["Soins"]["members"]] == [people["anna"]["id"]]
    told = hr.told()
    assert told.count(StaffJoined.type) == 2
    assert told.count(StaffLeft.type) == 1
    assert told.count(ScimUserStated.type) >= 4


def test_a_password_that_is_pushed_is_in_no_store_stream_log_or_trace(
    hr: Hr, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    password, name = f"Secret{uuid4().hex}", f"name{uuid4().hex}"

    with collecting() as traces, hr.desk.traced(traces.address):
        hired = hr.hire("zoe", password=password, display_name=name)
        hr.canaille.do("set", "user", "zoe", title="Cheffe")

    words = [password, *RUN.findall(hired["password"])]
    assert len(words) > 2
    assert hr.seen("Users")["zoe"]["title"] == "Cheffe"
    assert hr.desk.run(traces_of(hr.desk.installation, name)) >= {"vault.kept"}
    assert hr.desk.run(traces_of(hr.desk.installation, *words)) == set()
    said = caplog.text + "".join(capfd.readouterr())
    assert not any(word in said for word in words)
    assert {span.service for span in traces.spans} >= {"directory", "vault"}
    assert not any(word.encode() in sent for word in words for sent in traces.received)
