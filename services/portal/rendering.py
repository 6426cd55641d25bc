"""Pages out of templates: escaped, in French, with what every page says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.access import AccessRole
from services.portal import speaking
from services.portal.calling import Caller
from services.portal.forms import HAPPENED, new_key
from services.portal.guarding import COOKIE, FIELD, token_of
from services.portal.identity import let_in
from services.portal.labels import SHAPES, TONES, label
from services.portal.places import OFFICE, first_page, menu, role_named
from services.portal.reasons import REASONS, in_words
from services.portal.sealing import new_token

HERE = Path(__file__).parent
NAMED = "/journal", "/histoire", "/droits"  # where an auditor would read names
FORM = re.compile(r'<form method="post"[^>]*>')

pages = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
pages.globals.update(
    label=label,
    shape_of=lambda code: SHAPES.get(str(code), "ring"),
    tone=lambda code: TONES.get(str(code), ""),
    day=speaking.day,
    hour=speaking.hour,
    day_and_hour=speaking.day_and_hour,
    age=speaking.age,
    hours=speaking.hours,
    counted=speaking.counted,
    happened=speaking.happened,
    of=speaking.of,
    since=speaking.since,
    until=speaking.until,
    period=speaking.period,
    happened_field=HAPPENED,
    new_key=new_key,
    reasons=REASONS,
    reason_in_words=in_words,
)


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page of ours. `here` is the menu's address it belongs to."""
    common: dict[str, Any] = {
        "by": None,
        "here": "",
        "stale": False,
        "failed": None,
        "actor_name": "",
        "behalf_of": "",
        "asked_why": False,
        "office": False,  # whether they decide here, rather than look
        "role_name": "",
        "establishment_name": "",
        "logo": None,
        "places": (),
        "first_page": "/",
        "request_path": str(request.url.path),
        "request_address": _address(request),
        "demonstration": request.app.state.demonstration,
    }
    by: Caller | None = getattr(request.state, "by", None)
    if by:
        common |= {
            "by": by,
            "stale": bool(by.missed),
            "actor_name": _actor(by, shown.get("names", {})),
            "behalf_of": _behalf(by, shown.get("names", {})),
            "office": bool(set(OFFICE) & set(by.roles)),
            "asked_why": request.url.path.startswith(NAMED) and is_asked_why(by),
            "role_name": role_named(by.roles),
            "establishment_name": request.app.state.homes.names.get(
                by.establishment, by.establishment
            ),
            "logo": request.app.state.homes.shown.get(by.establishment, {}).get("logo"),
            "places": menu(by.roles, for_another=bool(_behalf(by, {}))),
            "first_page": first_page(by.roles),
        }
    text = pages.get_template(template).render(**common | shown)
    return _with_token(request, text, status)


def _with_token(request: Request, text: str, status: int) -> HTMLResponse:
    """Every form that sends something carries the token of this browser's session."""
    cookie = request.cookies.get(COOKIE) or new_token()
    token = token_of(request.app.state.secret, cookie)
    field = f'<input type="hidden" name="{FIELD}" value="{token}">'
    answer = HTMLResponse(FORM.sub(rf"\g<0>{field}", text), status)
    if COOKIE not in request.cookies:
        let_in(answer, cookie)
    return answer


def _address(request: Request) -> str:
    """Where a small form of the page comes back to."""
    shown = request.method == "GET"
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "") if shown else "/"


def _behalf(by: Caller, names: Mapping[Any, str]) -> str:
    """For whom somebody acts whose own file it is not; nobody where it is their own."""
    if by.person is None or by.actor == f"partner:{by.person}":
        return ""
    return names.get(str(by.person)) or "une autre personne"


def is_asked_why(by: Caller) -> bool:
    """Whether they must say why they read names."""
    return AccessRole.AUDITOR in by.roles and not set(OFFICE) & set(by.roles)


def _actor(by: Caller, names: Mapping[Any, str]) -> str:
    """By name, where this page knows it."""
    if whom := _behalf(by, names):
        return f"Au nom {speaking.of(whom)}"
    return names.get(str(by.person or by.staff)) or role_named(by.roles)
