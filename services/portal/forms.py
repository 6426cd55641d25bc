"""Forms as data: what is asked and why, how answers become a command, what was wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from contracts.vault import Purpose
from services.portal.calling import Caller, Done, Refused, Services, reference_in
from services.portal.speaking import day, hour, today

type Values = Mapping[str, str | list[str]]

PLEASE = "répondez à cette question."
UNREADABLE = "cette réponse est illisible, vérifiez-la."
A_NUMBER = "écrivez un nombre, par exemple 2."
A_LENGTH = "écrivez une durée en heures, par exemple 1,5."
TO_CORRECT = "Il reste quelque chose à corriger"
MEANWHILE = "Quelqu’un d’autre a modifié ceci pendant que vous écriviez"


@dataclass(frozen=True)
class Field:
    """One question. `kind`: text, area, choice, choices, check, number, points, hours, date …"""

    name: str
    label: str
    kind: str = "text"
    why: str = ""
    options: Sequence[tuple[str, str]] | str = ()  # or the name of a list the page brings
    required: bool = False
    initial: str | Sequence[str] = ""
    body: str | None = None  # its place in the command, where another: `words.aim`; "" for none


HAPPENED = Field(
    "passe",
    "Quand cela s’est-il passé ?",
    "date",
    "Aujourd’hui si vous laissez vide. Une date partielle convient : 2026-11-05, 2026-11 ou 2026.",
)


@dataclass(frozen=True)
class Decision:
    """Something one may decide about a record, and the door it is sent to."""

    key: str  # in our own address
    button: str
    service: str
    path: str
    fields: tuple[Field, ...] = ()
    says: str = ""
    asks: str = ""  # the title, where it is the next step
    dated: bool = True
    fixed: Mapping[str, Any] = field(default_factory=dict)  # what the command says anyway
    seen: bool = True  # the version that was shown goes along
    method: str = "POST"

    def starting(self, **initial: str) -> Decision:
        """With these answers already filled in."""
        changed = (
            replace(one, initial=initial.get(one.name) or one.initial) for one in self.fields
        )
        return replace(self, fields=tuple(changed))


@dataclass(frozen=True)
class Failure:
    """Why a form was not taken, with all that was typed."""

    form: str
    title: str
    status: int
    more: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    values: Values = field(default_factory=dict)
    version: str = ""  # what they had before them when somebody else was faster


class NotTaken(Exception):
    """A form has to be shown again."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.title)
        self.failure = failure


def new_key() -> str:
    """Sent with a form, so that a second click is the same command."""
    return uuid4().hex


def answers(fields: Sequence[Field], form: FormData) -> dict[str, str | list[str]]:
    """What was typed, as it was typed."""
    said: dict[str, str | list[str]] = {}
    for one in (*fields, HAPPENED):
        given = [str(value).strip() for value in form.getlist(one.name)]
        said[one.name] = given if one.kind == "choices" else (given[0] if given else "")
    return said


def body_of(fields: Sequence[Field], values: Values, form: str) -> dict[str, Any]:
    """The command these answers make. Raises NotTaken with each question that is to be redone."""
    body: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for one in fields:
        value = values.get(one.name, "")
        if not value:
            if one.required:
                wrong[one.name] = PLEASE
            continue
        try:
            _place(body, one.name if one.body is None else one.body, _read(one.kind, value))
        except ValueError:
            wrong[one.name] = A_LENGTH if one.kind == "hours" else A_NUMBER
    if wrong:
        labels = {one.name: one.label for one in fields}
        raise NotTaken(Failure(form, TO_CORRECT, 422, "", wrong, labels, values))
    return body


async def send(services: Services, by: Caller, decision: Decision, id: str, form: FormData) -> Done:
    """Send a decision about a record. Raises NotTaken with what to tell, and Away."""
    values = answers(decision.fields, form)
    if by.rereading:
        shown_again = Refused(409, {"title": by.rereading})
        raise NotTaken(told(shown_again, decision.key, decision.fields, values))
    body = {**decision.fixed, **body_of(decision.fields, values, decision.key)}
    version = str(form.get("version") or "") if decision.seen else ""
    happened = str(values[HAPPENED.name]) if decision.dated else ""
    if happened == today().isoformat():
        happened = ""  # now is more exact than a whole day
    said = {name: quote(str(value), safe="") for name, value in values.items()}
    path = decision.path.format_map({"id": id, **said})
    try:
        return await services.tell(
            decision.service, path, by, body,
            version=version, happened=happened, key=str(form.get("cle") or "") or None,
            method=decision.method,
        )  # fmt: skip
    except Refused as refused:
        who = await _called(services, by, refused.actor)
        failure = told(refused, decision.key, decision.fields, values, who)
        raise NotTaken(replace(failure, version=version)) from refused


async def _called(services: Services, by: Caller, actor: str | None) -> str:
    """What people call an actor."""
    if actor is None:
        return "Une autre personne"
    if (reference := reference_in(actor)) is None:
        return actor
    known = await services.names(by, Purpose.STAFF, [reference], "name")
    return known.get(reference, {}).get("name", "Un membre du personnel")


def one_of(decisions: Mapping[str, Decision], key: str) -> Decision:
    """The decision of this address. Raises a 404 where there is none."""
    if key not in decisions:
        raise HTTPException(404)
    return decisions[key]


def told(
    refused: Refused, form: str, fields: Sequence[Field], values: Values, who: str = ""
) -> Failure:
    """A refusal as the page says it; `who` was faster, if somebody was."""
    all_fields = (*fields, HAPPENED)
    by_name = {(one.body or one.name).rpartition(".")[2]: one.name for one in all_fields}
    wrong = {}
    for error in refused.errors:
        last = error.get("pointer", "").rpartition("/")[2]
        if last in by_name:
            wrong[by_name[last]] = PLEASE if "required" in error["why"] else UNREADABLE
    if refused.kind in ("NotADate", "NotYet"):
        wrong[HAPPENED.name] = refused.title
    labels = {one.name: one.label for one in all_fields}
    typed = {name: value for name, value in values.items() if value}
    if refused.status == 412:
        return Failure(form, MEANWHILE, 412, _who_and_when(refused, who), wrong, labels, typed)
    return Failure(form, refused.title or TO_CORRECT, refused.status, "", wrong, labels, typed)


def _who_and_when(refused: Refused, who: str) -> str:
    when = ""
    if refused.at:
        at = datetime.fromisoformat(refused.at)
        when = f", le {day(at)} à {hour(at)}"
    return f"{who}{when}. Rien de ce que vous avez écrit n’est perdu : relisez, puis renvoyez."


def _place(body: dict[str, Any], where: str, value: Any) -> None:
    group, _, name = where.rpartition(".")
    if name:
        (body.setdefault(group, {}) if group else body)[name] = value


def _read(kind: str, value: str | list[str]) -> Any:
    match kind:
        case "number" | "points":
            return int(str(value))
        case "hours":
            return _minutes(str(value))
        case "check":
            return True
    return value


def _minutes(words: str) -> int:
    """`1,5`, `1.5`, `1 h 30`, `1h30`, `45 min` in minutes. Raises ValueError."""
    said = words.lower().replace(" ", "").replace("\u00a0", "").replace(",", ".")
    if said.endswith("min") and "h" not in said:
        return int(said[:-3])
    whole, clock, rest = said.partition("h")
    rest = rest.removeprefix("eures").removeprefix("eure").removesuffix("min")
    if clock:
        return round(float(whole) * 60) + (int(rest) if rest else 0)
    return round(float(whole) * 60)
