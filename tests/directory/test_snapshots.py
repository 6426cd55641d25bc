import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from contracts.access import AccessRole
from contracts.directory import SourceAdjusted, SourceKind, StaffColumn, Tolerance
from contracts.envelope import Envelope
from contracts.snapshots import Change, RunState
from contracts.staff_file import FileUnfit
from services.chassis.deciding import Provenance
from services.chassis.settings import Installation
from services.cli.running import Platform, Refused
from services.cli.staff.files import found
from services.cli.staff.loading import Loaded, Loading
from services.directory.snapshots.quarantine import ends_too_many
from tests.callers import OFFICE, PENS, signed
from tests.canaries import House, places_with
from tests.directory.scim_desk import Desk, a_desk, a_source

HEADINGS = ("Matricule", "Nom complet", "Courriel", "Service", "Depuis")
TOWNS = count(10)


@pytest.fixture(scope="module")
def desk(house: Installation) -> Iterator[Desk]:
    with a_desk(house, "vault", "directory") as desk:
        yield desk


@dataclass
class HumanResources:
    """The department of an establishment where nobody else is, and its nightly file."""

    desk: Desk
    folder: Path
    establishment: str = field(default_factory=lambda: f"city-{next(TOWNS)}")

    def __post_init__(self) -> None:
        opening = a_source(self.desk.sources, self.establishment, kind=SourceKind.FILE)
        self.source, _ = self.desk.run(opening)

    @property
    def tandem(self) -> Platform:
        port = urlsplit(self.desk.installation.services_at).port or 0
        return Platform(port, PENS[-1], self.establishment, "en", roles=[AccessRole.HR_OFFICER])

    def brings(self, path: Path, *, dry: bool = False, release: bool = False) -> Loaded:
        with self.tandem as tandem:
            return Loading(tandem, found(path), "hr-file").load(dry=dry, release=release)

    def writes(
        self, people: Sequence[Sequence[str]], *, encoding: str = "utf-8", separator: str = ";",
        headings: Sequence[str] = HEADINGS,
    ) -> Path:  # fmt: skip
        lines = [separator.join(row) for row in (headings, *people)]
        path = self.folder / f"{self.establishment}.csv"
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return path

    def facts(self) -> list[Envelope]:
        return self.desk.facts(self.establishment)

    def kinds(self) -> Counter[str]:
        return Counter(fact.type.split(".")[1] for fact in self.facts())


@pytest.fixture
def resources(desk: Desk, tmp_path: Path) -> HumanResources:
    return HumanResources(desk, tmp_path)


def people(many: int, since: str = "2024-04-01") -> list[tuple[str, ...]]:
    return [(f"E{n}", f"Élodie Roy {n}", f"e{n}@example.org", "DSI", since) for n in range(many)]


def test_a_first_file_brings_everybody_in(resources: HumanResources) -> None:
    loaded = resources.brings(resources.writes(people(30)))

    assert (loaded.run.state, loaded.run.counts.joined) == (RunState.APPLIED, 30)
    kinds = resources.kinds()
    assert (kinds["StaffJoined"], kinds["AssignmentGiven"], kinds["SnapshotApplied"]) == (30, 30, 1)


def test_the_same_file_twice_changes_nothing_of_anybody(resources: HumanResources) -> None:
    path = resources.writes(people(30))
    resources.brings(path)
    before = resources.kinds()

    again = resources.brings(path).run.counts

    assert (again.same, again.joining, again.changing, again.leaving) == (30, 0, 0, 0)
    assert resources.kinds() - before == Counter({"SnapshotApplied": 1})


def test_the_next_file_tells_only_who_came_changed_or_left(resources: HumanResources) -> None:
    resources.brings(resources.writes(people(40)))
    before = resources.kinds()
    changed = ("E0", "Élodie Roy 0", "e0@example.org", "DRH", "2024-04-01")

    loaded = resources.brings(resources.writes([changed, *people(41)[2:]]))

    counts = loaded.run.counts
    assert (counts.joined, counts.changed, counts.left, counts.same) == (1, 1, 1, 38)
    after = resources.kinds() - before
    assert (after["StaffJoined"], after["AssignmentEnded"], after["StaffLeft"]) == (1, 1, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_file_is_read_as_it_was_written(
    resources: HumanResources, encoding: str, separator: str
) -> None:
    path = resources.writes(people(1), encoding=encoding, separator=separator)

    loaded = resources.brings(path)

    assert loaded.run.counts.joined == 1
    [staff] = [fact.data["staff"] for fact in resources.facts() if "StaffJoined" in fact.type]
    asked = {"purpose": "staff", "subjects": [staff], "fields": ["name"]}
    with resources.tandem as tandem:
        known = tandem.post("/vault/subjects/resolutions", asked).json()["subjects"]
    assert known == {staff: {"name": "Élodie Roy 0"}}


def test_a_file_that_is_not_what_its_manifest_says_changes_nothing(
    resources: HumanResources,
) -> None:
    path = resources.writes(people(3))
    manifest = path.with_name(f"{path.name}.manifest.json")

    for said in ({"rows": 4}, {"sha256": "0" * 64}, {"schema": 2}, {"rows": "many"}):
        manifest.write_text(json.dumps(said))
        with pytest.raises(FileUnfit):
            resources.brings(path)

    assert resources.kinds().keys() == {"SourceOpened", "SourceTokenGiven"}


def test_a_file_comes_in_a_folder_or_in_a_zip_with_its_manifest(resources: HumanResources) -> None:
    path = resources.writes(people(3))
    digest = sha256(path.read_bytes()).hexdigest()
    manifest = json.dumps({"rows": 3, "sha256": digest, "source": "hr-file", "schema": 1})
    (resources.folder / "manifest.json").write_text(manifest)
    archive = resources.folder / "night.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(path, path.name)
        packed.writestr("manifest.json", manifest)

    from_folder, from_zip = resources.brings(resources.folder), resources.brings(archive)

    assert (from_folder.run.counts.joined, from_zip.run.counts.same) == (3, 3)


def test_the_headings_are_those_of_the_source(resources: HumanResources) -> None:
    columns = {StaffColumn.KEY: "NO_EMP", StaffColumn.NAME: "NOM_EMP"}
    by = Provenance(resources.establishment, "operator:one", role="operator")
    said = SourceAdjusted(tolerance=Tolerance.STRICT, share=5, columns=columns)
    resources.desk.run(resources.desk.sources.adjust(resources.source.id, said, by))

    path = resources.writes([("7", "Lise Morin")], headings=("NO_EMP", "NOM_EMP"))

    assert resources.brings(path).run.counts.joined == 1
    with pytest.raises(FileUnfit):
        resources.brings(resources.writes(people(1)))


def test_several_lines_of_one_person_are_several_assignments(resources: HumanResources) -> None:
    twice = people(2)
    twice.append(("E0", "Élodie Roy 0", "e0@example.org", "DRH", "2025-01-06"))

    loaded = resources.brings(resources.writes(twice))

    assert loaded.run.counts.joined == 2
    assert resources.kinds()["AssignmentGiven"] == 3


def test_dates_may_be_in_the_future_and_emails_may_be_missing(resources: HumanResources) -> None:
    headings = ("Matricule", "Nom complet", "Courriel", "Service", "Depuis", "Départ")
    rows = [("1", "Lise Morin", "", "DSI", "2031-01-01", "2032-01-01")]

    loaded = resources.brings(resources.writes(rows, headings=headings))

    assert not loaded.troubles
    assert resources.kinds()["DepartureExpected"] == 1


def test_a_line_that_cannot_be_read_leaves_its_person_as_they_are(
    resources: HumanResources,
) -> None:
    resources.brings(resources.writes(people(20)))
    wrong = [
        ("E0", "Élodie Roy 0", "e0@example.org", "DSI", "bientôt"),
        ("E1", "Élodie Roy 1", "no address", "DSI", "2024-04-01"),
        ("E2", "Élodie"),
    ]

    loaded = resources.brings(resources.writes([*wrong, *people(20)[3:]]))

    assert [(one.line, one.column) for one in loaded.troubles] == [
        (2, StaffColumn.SINCE), (3, StaffColumn.EMAIL), (4, None),
    ]  # fmt: skip
    assert (loaded.run.counts.same, loaded.run.counts.left) == (17, 0)
    assert resources.kinds()["StaffLeft"] == 0


def test_while_a_line_says_nothing_of_whom_it_is_about_nobody_is_missing(
    resources: HumanResources,
) -> None:
    resources.brings(resources.writes(people(20)))
    unnamed = ("", "Élodie Roy 0", "e0@example.org", "DSI", "2024-04-01")

    loaded = resources.brings(resources.writes([unnamed, *people(20)[2:]]))

    assert (loaded.run.state, loaded.run.counts.left) == (RunState.APPLIED, 0)
    assert resources.kinds()["StaffLeft"] == 0


def test_a_dry_run_says_what_would_change_and_changes_nothing(resources: HumanResources) -> None:
    resources.brings(resources.writes(people(20)))
    before = resources.kinds()
    path = resources.writes(people(22)[1:])

    loaded = resources.brings(path, dry=True)

    assert (loaded.run.state, loaded.run.counts.joining) == (RunState.TRIED, 2)
    assert resources.kinds() == before
    with resources.tandem as tandem:
        leaving = Loading(tandem, found(path), "hr-file").changes(loaded.run.id, Change.LEAVING)
    staff = [fact.data["staff"] for fact in resources.facts() if "StaffJoined" in fact.type]
    assert len(leaving.staff) == 1
    assert str(leaving.staff[0]) in staff


def test_a_file_that_lacks_too_many_changes_nothing_until_somebody_has_looked(
    resources: HumanResources,
) -> None:
    resources.brings(resources.writes(people(50)))
    before, path = resources.kinds(), resources.writes(people(30))

    held, again = resources.brings(path), resources.brings(path)
    quarantined = resources.kinds() - before
    released = resources.brings(path, release=True)

    assert held.run.state is again.run.state is RunState.QUARANTINED
    assert (held.run.counts.people, held.run.counts.leaving) == (50, 20)
    assert quarantined == Counter({"SnapshotQuarantined": 1})
    assert (released.run.id, released.run.state) == (held.run.id, RunState.APPLIED)
    assert resources.kinds()["StaffLeft"] == 20


def test_a_file_that_was_refused_does_not_come_back(resources: HumanResources) -> None:
    resources.brings(resources.writes(people(50)))
    path = resources.writes(people(30))
    held = resources.brings(path)
    with resources.tandem as tandem:
        tandem.post(f"/directory/runs/{held.run.id}/refusal")

    with pytest.raises(Refused, match="refused it"):
        resources.brings(path)

    assert resources.kinds()["StaffLeft"] == 0


def test_an_advisor_does_not_release_what_is_held_back(resources: HumanResources) -> None:
    resources.brings(resources.writes(people(50)))
    held = resources.brings(resources.writes(people(30)))
    url = resources.desk.installation.services_at.format(service="directory")

    with httpx2.Client(auth=signed(resources.establishment, roles=["advisor"])) as advisor:
        seen = advisor.get(f"{url}/runs")
        released = advisor.post(f"{url}/runs/{held.run.id}/release")

    assert (seen.status_code, released.status_code) == (200, 403)


def test_a_load_that_was_killed_ends_where_one_that_was_not_ends(
    desk: Desk, tmp_path: Path
) -> None:
    whole, killed = HumanResources(desk, tmp_path), HumanResources(desk, tmp_path)
    for one in (whole, killed):
        one.brings(one.writes(people(300)))

    def stop(what: str, done: int, _: int) -> None:
        if (what, done) == ("Personnes", 250):
            raise KeyboardInterrupt

    changes = [*people(600, since="2025-05-05")[9:]]
    whole.brings(whole.writes(changes))
    with killed.tandem as tandem, pytest.raises(KeyboardInterrupt):
        Loading(tandem, found(killed.writes(changes)), "hr-file", stop).load()
    killed.brings(killed.writes(changes))

    assert killed.kinds() == whole.kinds()


def test_no_name_of_a_file_stands_outside_the_vault(resources: HumanResources) -> None:
    rows = [("Canary-Key", "Canary-Name", "canary-mail@example.org", "DSI", "2024-04-01")]
    resources.brings(resources.writes([*rows, *people(30)]))
    resources.brings(resources.writes(people(12)))

    found_at = resources.desk.run(_places(resources, "Canary-Key", "Canary-Name", "canary-mail"))

    outside = {place for places in found_at.values() for place in places}
    assert not {place for place in outside if not place.startswith("vault.")}


async def _places(resources: HumanResources, *words: str) -> dict[str, set[str]]:
    housed = resources.desk.installation
    async with httpx2.AsyncClient(
        base_url=housed.services_at.removesuffix("/{service}"),
        auth=signed(resources.establishment, "marie", roles=OFFICE),
        timeout=30,
    ) as office:
        return await places_with(House(housed, office, ["directory"]), *words)


@pytest.mark.parametrize(
    ("known", "leaving", "share", "too_many"),
    [(20, 10, 5, False), (20, 11, 5, True), (1000, 50, 5, False), (1000, 51, 5, True),
     (50_000, 20_000, 5, True), (50_000, 20_000, 40, False)],
)  # fmt: skip
def test_how_many_may_leave_at_once(
    known: int, leaving: int, share: int, *, too_many: bool
) -> None:
    assert ends_too_many(known, leaving, share) is too_many
