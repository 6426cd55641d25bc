"""Pages out of templates: escaped, in French, with what every page says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.portal import speaking
from services.portal.calling import Caller
from services.portal.forms import HAPPENED, new_key
from services.portal.labels import SHAPES, TONES, label

HERE = Path(__file__).parent

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
    happened_field=HAPPENED,
    new_key=new_key,
)


def page(request: Request, template: str, status: int = 200, **shown: Any) -> HTMLResponse:
    """A page of ours. `here` is the menu's address it belongs to."""
    common: dict[str, Any] = {
        "by": None,
        "here": "",
        "stale": False,
        "failed": None,
        "actor_name": "",
        "establishment_name": "",
        "request_path": str(request.url.path),
    }
    by: Caller | None = getattr(request.state, "by", None)
    if by:
        common |= {
            "by": by,
            "stale": bool(by.missed),
            "actor_name": _actor(by, shown.get("names", {})),
            "establishment_name": request.app.state.establishments.get(
                by.establishment, by.establishment
            ),
        }
    return HTMLResponse(pages.get_template(template).render(**common | shown), status)


def _actor(by: Caller, names: Mapping[Any, str]) -> str:
    if by.staff is None:
        return by.actor
    return names.get(str(by.staff)) or "Membre du personnel"
