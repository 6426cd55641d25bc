"""What tests ask at the vault's door, and what the operator sees behind it."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2

from services.chassis.settings import Installation
from tests.callers import saying


def a_value(field: str = "given_name", value: str = "Zoé", **more: Any) -> dict[str, Any]:
    about = {"claim": str(uuid4()), "subject": str(uuid4()), "purpose": "recruitment"}
    return {**about, "field": field, "value": value, **more}


def somebody(given: str, family: str, **more: str) -> tuple[str, list[dict[str, Any]]]:
    """A new person, and the values to keep of them."""
    subject = str(uuid4())
    said = {"given_name": given, "family_name": family, **more}
    return subject, [a_value(name, value, subject=subject) for name, value in said.items()]


async def keep(
    door: httpx2.AsyncClient, *values: dict[str, Any], service: str | None = None
) -> list[dict[str, str]]:
    answer = await door.post("/reservations", json={"values": values, "service": service})
    assert answer.status_code == 200, answer.text
    refs: list[dict[str, str]] = answer.json()["refs"]
    return refs


async def ask(door: httpx2.AsyncClient, path: str, said: Any = None, **headers: str) -> Any:
    """The answer's content: to a POST, where something is said."""
    if said is None:
        answer = await door.get(path, headers=headers)
    else:
        answer = await door.post(path, json=said, headers=headers)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def know(door: httpx2.AsyncClient, subject: str, *fields: str, **headers: str) -> Any:
    said = {"purpose": "recruitment", "subjects": [subject], "fields": fields}
    return (await ask(door, "/subjects/resolutions", said, **headers))["subjects"].get(subject, {})


async def looked_up(installation: Installation, question: str, *given: Any) -> list[asyncpg.Record]:
    """What the operator sees, who alone sees everything."""
    operator = await asyncpg.connect(installation.settings("operator").database_url)
    rows = await operator.fetch(question, *given)
    await operator.close()
    return rows


def as_(role: str, actor: str = "marie", person: UUID | None = None) -> dict[str, str]:
    """Somebody of the north in another role."""
    return saying("vault", "north", actor, roles=[role], person=person)
