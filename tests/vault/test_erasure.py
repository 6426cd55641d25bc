"""How a file is destroyed: by whom, when not, and whatever happens in between."""

import asyncio
import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.envelope import PersonRef
from contracts.publish import all_facts
from contracts.rights import (
    DispositionApproved,
    DispositionCertified,
    DispositionProposed,
    ErasureOrdered,
    Ground,
    PersonErased,
)
from contracts.terms import Personal
from contracts.vault import Purpose, Reservation
from services.chassis.cells import harmless
from services.chassis.deciding import Provenance
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.vault.application import Rights
from services.vault.asking import Others
from services.vault.assessing import undescribed
from services.vault.belonging import Belongings
from services.vault.carrying_out import CarryingOut
from services.vault.domain.disposition import Block, Disposition
from services.vault.erasing import DestroyedAgain, Shredder
from services.vault.keeping import Keeping
from services.vault.keeping import PersonErased as FileDestroyed
from services.vault.safe import Safe
from services.vault.schedule import Schedules
from tests.callers import OFFICE, signed
from tests.doors import answering
from tests.errands import ErrandBegun
from tests.operating import operating
from tests.patience import eventually
from tests.vault.conftest import MARIE

pytestmark = pytest.mark.anyio

SERVICES = ("vault", "recruitment", "ledger", "insights")
SECRET = "for tests alone"


class Hands(NamedTuple):
    """The parts that destroy, without the door."""

    store: Store
    safe: Safe
    keeping: Keeping
    rights: Rights
    shredder: Shredder
    carrying: CarryingOut


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with answering(installation, *SERVICES) as housed:
        door = housed.services_at.removesuffix("/{service}")
        marie = signed("north", "marie", roles=OFFICE)
        async with httpx2.AsyncClient(base_url=door, auth=marie, timeout=30) as office:
            yield office


@pytest.fixture
async def hands(installation: Installation) -> AsyncIterator[Hands]:
    async with answering(installation, "ledger", "insights") as housed:
        settings = housed.settings("vault")
        async with (
            Safe(settings.database_url) as safe,
            Store("vault", settings.database_url) as store,
            Others(settings) as others,
        ):
            keeping, shredder = Keeping(safe, Schedules(safe)), Shredder(safe, SECRET)

            async def nothing_keeps(_: Provenance, __: Sequence[UUID]) -> list[Block]:
                return []

            rights = Rights(store, keeping, nothing_keeps)
            carrying = CarryingOut(store, rights, safe, shredder, others)
            yield Hands(store, safe, keeping, rights, shredder, carrying)


async def keep(hands: Hands, subject: UUID, *values: str) -> None:
    asked = [
        Reservation(
            claim=uuid4(), subject=subject, field="note", value=value, purpose=Purpose.EVALUATION
        )
        for value in values
    ]
    await hands.keeping.keep(MARIE, asked)


async def ordered(hands: Hands, *persons: UUID) -> UUID:
    files = tuple(PersonRef(one) for one in persons)
    said = DispositionProposed(files=files, ground=Ground.RETENTION_ENDED, rule="P-10")
    disposition = Disposition.propose(uuid4(), said, ())
    disposition.approve(by_proposer=False, alone=False)
    disposition.order(())
    await hands.rights.save(replace(MARIE, command=uuid4()), disposition)
    return disposition.id


async def kept(installation: Installation, subject: UUID) -> int:
    async with operating(installation, "vault") as vault:
        return int(await vault.fetchval("select count(*) from kept where subject = $1", subject))


async def facts_of(hands: Hands, disposition: UUID) -> list[str]:
    return [one.type for one in await hands.store.read_stream("north", disposition)]


async def carry_out(hands: Hands, disposition: UUID) -> None:
    await hands.carrying.carry_out(disposition, datetime.now(UTC), alarm_of(disposition))


def alarm_of(disposition: UUID) -> Provenance:
    """An alarm rings under the same command however often it rings."""
    return Provenance(establishment="north", actor="service:vault", command=disposition)


async def test_a_destruction_goes_on_from_wherever_it_was_interrupted(
    hands: Hands, installation: Installation
) -> None:
    first, second = uuid4(), uuid4()
    await keep(hands, first, "one", "two")
    await keep(hands, second, "three")
    disposition = await ordered(hands, first, second)
    # It stopped after the values of the first were gone, and before anybody was told.
    await hands.shredder.destroy(MARIE, PersonRef(first), Belongings(), disposition)

    for _ in range(2):
        await carry_out(hands, disposition)

    history = await hands.store.read_stream("north", disposition)
    assert [one.type for one in history] == [
        DispositionProposed.type,
        DispositionApproved.type,
        ErasureOrdered.type,
        PersonErased.type,
        PersonErased.type,
        DispositionCertified.type,
    ]
    assert [one.data["destroyed"] for one in history[3:5]] == [
        {"evaluation": 2},
        {"evaluation": 1},
    ]
    assert await kept(installation, first) == await kept(installation, second) == 0
    certificate = await hands.carrying.certificate_of(MARIE, disposition)
    assert history[5].data["certificate"] == certificate.digest


async def test_what_comes_in_while_a_file_is_destroyed_does_not_survive_it(
    hands: Hands, installation: Installation
) -> None:
    person = uuid4()

    async def keep_one(number: int) -> None:
        with suppress(FileDestroyed):
            await keep(hands, person, f"said {number}")

    destroying = hands.shredder.destroy(MARIE, PersonRef(person), Belongings(), uuid4())
    await asyncio.gather(
        *(keep_one(number) for number in range(15)),
        destroying,
        *(keep_one(number) for number in range(15, 30)),
    )

    assert await kept(installation, person) == 0
    with pytest.raises(FileDestroyed):
        await keep(hands, person, "once more")


async def test_what_a_backup_brings_back_is_destroyed_again_before_the_door_opens(
    hands: Hands, installation: Installation
) -> None:
    person = uuid4()
    await keep(hands, person, "of long ago")
    async with operating(installation, "vault") as vault:
        await vault.execute("create table restored as table kept")
        await carry_out(hands, await ordered(hands, person))
        columns = [
            name
            for (name,) in await vault.fetch(
                "select column_name from information_schema.columns where table_name = 'kept'"
                " and table_schema = 'vault' and is_identity = 'NO'"
            )
        ]
        names = ", ".join(columns)
        await vault.execute(f"insert into kept ({names}) select {names} from restored")
        await vault.execute("delete from erased")  # it is in no backup set
    assert await kept(installation, person) == 1

    async with DestroyedAgain(hands.store, hands.shredder):
        pass

    assert await kept(installation, person) == 0
    with pytest.raises(FileDestroyed):
        await keep(hands, person, "once more")


async def test_what_was_destroyed_after_the_moment_of_a_restore_is_so_again_before_the_door_opens(
    hands: Hands, installation: Installation
) -> None:
    erased, stays = uuid4(), uuid4()
    await keep(hands, erased, "one", "two")
    await keep(hands, stays, "let go", "still there")
    said = PersonErased(person=PersonRef(erased), destroyed={"recruitment": 2})
    async with operating(installation, "vault") as vault:
        ref = await vault.fetchval("select ref from kept where value = 'let go'")
        noted = "insert into destroyed_since (establishment, ref, said) values ('north', $1, $2)"
        await vault.execute(noted, ref, None)
        await vault.execute(noted, None, said.model_dump_json())

    async with DestroyedAgain(hands.store, hands.shredder):
        pass

    assert await kept(installation, erased) == 0
    assert await kept(installation, stays) == 1
    async with operating(installation, "vault") as vault:
        assert await vault.fetchval("select count(*) from destroyed_since") == 0
    with pytest.raises(FileDestroyed):
        await keep(hands, erased, "once more")


async def test_what_was_ordered_before_a_restore_is_still_to_be_carried_out_after_it(
    hands: Hands, installation: Installation
) -> None:
    done, waiting = await ordered(hands, uuid4()), await ordered(hands, uuid4())
    await carry_out(hands, done)

    async with DestroyedAgain(hands.store, hands.shredder):
        pass

    async with operating(installation, "vault") as vault:
        alarms = await vault.fetch("select stream, kind, establishment from alarms")
    assert [tuple(one) for one in alarms] == [(waiting, "destroy", "north")]


async def test_a_destroyed_key_gets_no_id_however_often_the_register_brings_it(
    office: httpx2.AsyncClient,
) -> None:
    person = await a_former_partner(office, "P-001", left="2015")
    disposition = (await proposed(office, person)).json()["id"]

    await carried_out(office, disposition)

    asked = {"kind": "partners", "keys": ["P-001", "P-002"]}
    known = (await office.post("/vault/keys", json=asked)).json()
    assert known["erased"] == ["P-001"]
    assert list(known["ids"]) == ["P-002"]


async def a_former_partner(office: httpx2.AsyncClient, key: str, left: str) -> str:
    """As a register brings them in; the read models know of them when this returns."""
    asked = {"kind": "partners", "keys": [key]}
    person = str((await office.post("/vault/keys", json=asked)).json()["ids"][key])
    line = {
        "id": person,
        "fact": "recruitment.PartnerRecorded.v1",
        "happened": left,
        "about": person,
        "data": {"partner": person, "state": "former", "status_label": "usager partenaire",
                 "entered": "2012", "left": left},
        "words": {"given_name": "Ombeline", "experience": "=1+1", "notes": "Du Bureau."},
    }  # fmt: skip
    answer = await office.post("/recruitment/register", json={"lines": [line]})
    assert answer.json()[0]["outcome"] == "added", answer.text

    async def shown() -> bool:
        return (await office.get(f"/insights/partners/{person}")).is_success

    await eventually(shown)
    return person


async def proposed(office: httpx2.AsyncClient, *persons: str) -> httpx2.Response:
    return await office.post("/vault/dispositions", json={"files": persons})


async def carried_out(office: httpx2.AsyncClient, disposition: str) -> None:
    paul = signed("north", "paul", roles=OFFICE)
    for step in ("approval", "execution"):
        answer = await office.post(f"/vault/dispositions/{disposition}/{step}", json={}, auth=paul)
        assert answer.is_success, answer.text

    async def certified() -> bool:
        return (await office.get(f"/vault/dispositions/{disposition}/certificate")).is_success

    await eventually(certified)


async def test_the_schedule_proposes_what_it_allows_and_destroys_nothing_by_itself(
    office: httpx2.AsyncClient,
) -> None:
    long_ago = await a_former_partner(office, "P-001", left="2015")
    await a_former_partner(office, "P-002", left="2026-01")

    found = [(await office.post("/vault/schedule/look")).json()["id"] for _ in range(2)]

    async def shown() -> bool:
        return (await office.get(f"/insights/dispositions/{found[0]}")).is_success

    await eventually(shown)
    disposition = (await office.get(f"/insights/dispositions/{found[0]}")).json()
    assert (disposition["state"], disposition["files"]) == ("proposed", [long_ago])
    assert found[1] is None
    known = {"purpose": "recruitment", "subjects": [long_ago]}
    answer = await office.post("/vault/subjects/resolutions", json=known)
    assert answer.json()["subjects"][long_ago]["given_name"] == "Ombeline"


async def test_a_hold_a_request_and_the_schedule_keep_a_file_and_say_so(
    office: httpx2.AsyncClient,
) -> None:
    person = await a_former_partner(office, "P-001", left="2026-01")
    await office.post("/vault/holds", json={"person": person, "reason": "Un litige."})
    asked = {"right": "access", "person": person}
    request = (await office.post("/vault/rights-requests", json=asked)).json()["id"]

    refused = await proposed(office, person)

    blocks = (await office.get(f"/vault/files/{person}/blocks")).json()
    assert [one["reason"] for one in blocks] == ["hold", "request", "too_early"]
    assert (blocks[1]["which"], blocks[2]["until"]) == (request, "2031-01-01")
    assert refused.status_code == 409
    assert request in refused.json()["title"]


async def test_a_person_gets_what_they_gave_in_three_forms_and_the_reading_is_written_down(
    office: httpx2.AsyncClient,
) -> None:
    person = await a_former_partner(office, "P-001", left="2015")
    herself = signed("north", f"partner:{person}", roles=("partner",), person=UUID(person))
    path = f"/vault/persons/{person}/copy"

    as_json = await office.post(path, json={}, auth=herself)
    as_csv = await office.post(path, json={"form": "csv"}, auth=herself)
    as_page = await office.post(path, json={"form": "html"}, auth=herself)
    whole = await office.post(path, json={"whole": True})
    another = await office.post(f"/vault/persons/{uuid4()}/copy", json={}, auth=herself)

    copy = json.loads(as_json.text)
    assert copy["format"] == "tandem.personal-copy.v1"
    assert {one["field"] for one in copy["values"]} == {"given_name", "experience"}
    assert "registre" in copy["history"][0]["sentence"]
    with zipfile.ZipFile(io.BytesIO(as_csv.content)) as parts:
        table = parts.read("renseignements.csv").decode("utf-8-sig")
    assert "'=1+1" in {row["value"] for row in csv.DictReader(io.StringIO(table))}
    assert "Ombeline" in as_page.text
    assert {one["field"] for one in whole.json()["values"]} > {"notes"}
    assert another.status_code == 404
    lead = signed("north", "lise", roles=("office_lead",))
    readings = (await office.get("/vault/readings", auth=lead)).json()["items"]
    assert [one["read"]["asked"] for one in readings].count("export") == 4


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\uff1dx", "\uff20x"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


async def test_the_facts_of_an_impact_assessment_are_read_off_the_code(
    office: httpx2.AsyncClient,
) -> None:
    await a_former_partner(office, "P-001", left="2015")

    told = (await office.get("/vault/assessment")).json()
    words = (await office.get("/vault/assessment", params={"form": "md"})).text

    [text] = [one for one in told["fields"] if one["field"] == "text"]
    assert (text["purpose"], text["rule"], text["regime"]) == ("involvement", "P-20", "lrsss")
    assert {one["field"]: one["described"] for one in told["in_use"]}["given_name"]
    assert "| accompaniment | text | Contribution de la personne |" in words


def test_a_personal_field_of_which_nobody_said_what_it_is_for_is_named() -> None:
    class NoteWritten(ErrandBegun, type="errands.NoteWritten.v1"):
        personal: Personal = {}

    assert undescribed(all_facts()) == []
    assert undescribed({NoteWritten.type: NoteWritten}) == ["errands.personal"]
