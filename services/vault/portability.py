"""A person's own copy: what is kept of them and what happened, as JSON, as CSV, as a page."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict

from contracts.journal import Asked, PersonalFilesRead
from contracts.policy import OFFICE_ALONE
from contracts.terms import ProfileField
from contracts.vault import Purpose
from services.chassis.cells import harmless
from services.chassis.deciding import Provenance
from services.chassis.moments import spoken
from services.vault.asking import Others
from services.vault.belonging import belongings
from services.vault.journal import Journal
from services.vault.safe import Safe

SCHEMA: Literal["tandem.personal-copy.v1"] = "tandem.personal-copy.v1"
KEPT = """
select ref, subject, field, value, purpose, kept_at from kept
where establishment = $1 and (subject = any($2::uuid[]) or ref = any($3::uuid[]))
order by field, number
"""
# What the person gave (A-2.1, art. 84), and not what others wrote of them.
OWN_FIELDS = {one.value for one in ProfileField} - {ProfileField.NOTES.value} | {"words"}
OWN_WORDS = {
    "accompaniment.ContributionMade.v1": "text",
    "accompaniment.HoursLogged.v1": "activity",
    "evaluation.SurveyAnswered.v1": "comment",
}

pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined
)


class Told(BaseModel):
    """A value as it was given, and when it was kept; the later one of a field is the one in use."""

    model_config = ConfigDict(frozen=True)

    field: str
    label: str
    value: str
    since: str
    purpose: str


class Step(BaseModel):
    """Something that happened, in a sentence."""

    model_config = ConfigDict(frozen=True)

    time: str
    when: str
    sentence: str


class Copy(BaseModel):
    """The documented shape of the JSON: `format` tells its version; other persons are left out."""

    model_config = ConfigDict(frozen=True)

    format: Literal["tandem.personal-copy.v1"] = SCHEMA
    establishment: str
    person: UUID
    made: str
    whole: bool  # also what others wrote of the person, as the right of access asks
    values: tuple[Told, ...]
    history: tuple[Step, ...]


class Copying:
    """Reads as whoever asks; the reading is in the journal before anything leaves."""

    def __init__(self, safe: Safe, journal: Journal, others: Others) -> None:
        self._safe = safe
        self._journal = journal
        self._others = others

    async def copy_of(self, by: Provenance, person: UUID, whole: bool) -> Copy:
        """`whole`: not only what the person gave. Raises NotFound, OthersAreAway."""
        history = await self._others.history_of(by, person)
        labels = await self._others.labels(by)
        told = await self._others.story(by, person)
        theirs = belongings(person, history)
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(
                KEPT, by.establishment, [person, *theirs.streams], theirs.refs
            )
        given = _given(history)
        mine = [one for one in rows if whole or one["field"] in OWN_FIELDS or one["ref"] in given]
        fields = tuple(sorted({one["field"] for one in mine}))
        await self._journal.write(
            by,
            PersonalFilesRead(
                asked=Asked.EXPORT, purpose=Purpose.RIGHTS, subjects=(person,), fields=fields,
                values=len(mine),
            ),
        )  # fmt: skip
        return Copy(
            establishment=by.establishment,
            person=person,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            whole=whole,
            values=tuple(_told(one, labels) for one in mine),
            history=tuple(_step(one) for one in told if whole or one["type"] not in OFFICE_ALONE),
        )


def _given(history: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """The words that were the person's own in these facts; a team's are the team's."""
    found = set()
    for fact in history:
        word = fact["data"].get(OWN_WORDS.get(fact["type"], ""))
        if word and fact["data"].get("side", "partner") == "partner":
            found.add(UUID(word["ref"]))
    return found


def _told(row: Any, labels: Mapping[str, str]) -> Told:
    return Told(
        field=row["field"],
        label=labels.get(row["field"], row["field"]),
        value=row["value"],
        since=row["kept_at"].isoformat(timespec="seconds"),
        purpose=row["purpose"],
    )


def _step(one: Mapping[str, Any]) -> Step:
    when = spoken(datetime.fromisoformat(one["time"]), one["precision"], "fr")
    return Step(time=one["time"], when=when, sentence=one["counts_as"] or one["sentence"])


def as_json(copy: Copy) -> Iterator[str]:
    """One value and one step a line, so that a long life need not be one string."""
    head = copy.model_dump(mode="json", exclude={"values", "history"})
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for name, parts in (("values", copy.values), ("history", copy.history)):
        yield f',\n"{name}": ['
        for number, part in enumerate(parts):
            yield (",\n" if number else "\n") + part.model_dump_json()
        yield "]"
    yield "}\n"


def as_csv(copy: Copy) -> bytes:
    """A zip of two tables, in UTF-8 with its mark, so that a spreadsheet opens them as they are."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as parts:
        for name, kind, rows in (
            ("renseignements.csv", Told, copy.values),
            ("parcours.csv", Step, copy.history),
        ):
            parts.writestr(name, table(list(kind.model_fields), (dict(one) for one in rows)))
    return whole.getvalue()


def table(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Every cell quoted, and none of them a formula (OWASP ASVS 5, 1.2.10)."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(row[name]) for name in columns])
    return text.getvalue().encode("utf-8-sig")


def as_page(copy: Copy) -> str:
    made = spoken(datetime.fromisoformat(copy.made), None, "fr")
    return pages.get_template("copy.html").render(
        made=made, person=copy.person, values=copy.values, history=copy.history
    )
