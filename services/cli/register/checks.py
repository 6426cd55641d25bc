"""What no single cell shows: dates out of order, days too long, the dead who still meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from services.cli.register import dates
from services.cli.register.columns import Row, columns_of
from services.cli.register.consents import Consent
from services.cli.register.drafting import Draft
from services.cli.register.linking import Links
from services.cli.register.people import Department, Partner
from services.cli.register.words import folded
from services.cli.register.work import Hours, Involvement, Project, Request

_DAY = 24 * 60
_MAJORITY = 18
_REACHED_BY = {"phone": ("phone", "phone_2"), "email": ("email",), "mail": ("address",)}
_SHOWN = {
    "phone": ("téléphone", "phone"),
    "email": ("courriel", "email"),
    "mail": ("poste", "mail"),
}


def check(links: Links, today: date) -> None:
    """Say all that is wrong between cells, between rows and between sheets."""
    for model, drafts in links.drafts.items():
        _check_order(model, drafts)
    for partner in _taken(links, Partner):
        _check_reach(partner)
        _check_birth(partner, today)
    for consent in _taken(links, Consent):
        if consent.values.get("answer") == "yes" and not _dated(consent.values.get("given")):
            consent.refuse("yes_without_date", "given")
    _check_deceased(links)
    _check_hours_twice(links)
    _check_days(links)
    _check_departments(links)


def _taken(links: Links, model: type[Row]) -> Iterable[Draft]:
    return (d for d in links.drafts.get(model, ()) if not d.refused and not d.skipped)


def _dated(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _check_order(model: type[Row], drafts: list[Draft]) -> None:
    ordered = [(key, column.after) for key, column in columns_of(model).items() if column.after]
    for draft in drafts if ordered else ():
        for key, after in ordered:
            end, start = _dated(draft.values.get(key)), _dated(draft.values.get(after))
            if end and start and dates.latest(end) < dates.earliest(start):
                draft.refuse(
                    "end_before_start", key, value=end, other=draft.header(after), start=start
                )


def _check_reach(partner: Draft) -> None:
    ways = partner.values.get("reach_by")
    for way in ways if isinstance(ways, tuple) else ():
        if not any(partner.values.get(key) for key in _REACHED_BY[way]):
            partner.warn("contact_missing", _REACHED_BY[way][0], value=_SHOWN[way])


def _check_birth(partner: Draft, today: date) -> None:
    """Law 25: the least is collected. Of adults, the age group is enough."""
    born = _dated(partner.values.get("born"))
    if born and dates.latest(born).year + _MAJORITY < today.year:
        del partner.values["born"]
        partner.warn("adult_birth_date", "born")


def _check_deceased(links: Links) -> None:
    for involvement in _taken(links, Involvement):
        partner = links.coded["partners"].get(involvement.values.get("partner", ""))
        if partner is None or partner.values.get("state") != "deceased":
            continue
        if involvement.values.get("state") != "ended":
            code = partner.values["code"]
            involvement.refuse("deceased_open", "state", value=code)


def _check_hours_twice(links: Links) -> None:
    totals = [d for d in _taken(links, Involvement) if d.values.get("known_minutes")]
    if not totals:
        return
    detailed: dict[object, int] = defaultdict(int)
    for hours in _taken(links, Hours):
        said = hours.values
        detailed[said.get("involvement") or (said.get("partner"), said.get("project"))] += 1
    for draft in totals:
        said = draft.values
        pair = (said["partner"], said.get("project")) if said.get("partner") else None
        if lines := detailed.get(said["code"], 0) + detailed.get(pair, 0):
            draft.refuse("hours_twice", "known_minutes", lines=str(lines))


def _check_days(links: Links) -> None:
    days: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in _taken(links, Hours):
        if len(draft.values["date"]) == len("2021-03-05"):
            days[draft.values["partner"], draft.values["date"]].append(draft)
    for (partner, day), drafts in days.items():
        minutes = sum(draft.values["minutes"] for draft in drafts)
        if minutes <= _DAY:
            continue
        lines = ", ".join(str(draft.place.line) for draft in drafts[:20])
        for draft in drafts:
            hours = f"{minutes / 60:g}"
            draft.refuse("over_a_day", "minutes", value=partner, date=day, hours=hours, lines=lines)


def _check_departments(links: Links) -> None:
    """Only where the register lists its departments is another one surprising."""
    listed = {
        folded(name)
        for draft in _taken(links, Department)
        for name in (draft.values.get("department"), draft.values.get("acronym"))
        if isinstance(name, str)
    }
    if not listed:
        return
    for model in (Project, Request):
        for draft in _taken(links, model):
            name = draft.values["department"]
            if folded(name) not in listed:
                draft.warn(
                    "department_unlisted", "department", value=name, target=Department.titles
                )
