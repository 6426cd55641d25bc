"""What comes back where something was asked: an answer, a refusal, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2


class Away(Exception):
    """A service does not answer. Nothing was changed that we know of."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


@dataclass(eq=False)
class HasLeft(Exception):
    """This establishment uses Tandem no longer; `into`: what it is part of now, and its name."""

    name: str
    into: str = ""
    into_name: str = ""


class Refused(Exception):
    """A service said no, and why: RFC 9457 problem details as it wrote them."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(problem.get("title", ""))
        self.status = status
        self.title = str(problem.get("title") or "")
        self.kind = str(problem.get("type") or "").rpartition(":")[2]
        self.actor: str | None = problem.get("actor")
        self.at: str | None = problem.get("at")
        self.read = int(problem.get("place") or 0), int(problem.get("head") or 0)
        self.errors: list[dict[str, str]] = problem.get("errors") or []


def taken(service: str, answer: httpx2.Response) -> httpx2.Response:
    """The answer, where it is one. Raises Away, Refused."""
    if answer.status_code >= 500:
        raise Away(service)
    if answer.status_code >= 400:
        raise Refused(answer.status_code, _problem(answer))
    return answer


def _problem(answer: httpx2.Response) -> Mapping[str, Any]:
    try:
        said = answer.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
