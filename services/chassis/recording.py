"""How lines of an office's register become facts: what they say, once, and nothing more."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import APIRouter
from pydantic import Field, ValidationError

from contracts.envelope import Fact, PartialDate, PersonalRef
from contracts.vault import FieldName, Purpose, Reservation, Value
from services.chassis.appending import Conflict
from services.chassis.deciding import Provenance, UseCases
from services.chassis.domain import Refusal
from services.chassis.http import Body, By
from services.chassis.moments import happened
from services.chassis.personal import Vault
from services.chassis.store import Store


class Line(Body):
    """One line: the fact it states, when that happened, and its free words."""

    id: UUID
    fact: str
    happened: PartialDate
    about: UUID | None = None  # whom the words are about; by default the line's own thing
    data: dict[str, Any]
    words: dict[FieldName, Value] = {}


class Lines(Body):
    lines: Annotated[tuple[Line, ...], Field(max_length=1000)]


class Outcome(Body):
    """`added`, `already` there, or `refused` with the reason."""

    id: UUID
    outcome: str
    why: str | None = None


def recording(
    use_cases: UseCases, store: Store, vault: Vault, *facts: type[Fact]
) -> APIRouter:  # fmt: skip
    """The route that takes lines stating these kinds of facts, and tells each line's outcome."""
    api = APIRouter(tags=["register"])
    taken = {fact.type: fact for fact in facts}

    @api.post("/register")
    async def record(body: Lines, by: By) -> list[Outcome]:
        known = await store.streams_among(by.establishment, [line.id for line in body.lines])
        outcomes = {one: Outcome(id=one, outcome="already") for one in known}
        new: list[tuple[Line, Provenance]] = []
        for line in body.lines:
            if line.id not in known:
                try:
                    new.append((line, _command_of(line, by)))
                except Refusal as refusal:
                    outcomes[line.id] = _refused(line, str(refusal))
        refs = await _keep(vault, by, new)
        for outcome in await asyncio.gather(
            *(_record(use_cases, taken, line, command, refs) for line, command in new)
        ):
            outcomes[outcome.id] = outcome
        return [outcomes[line.id] for line in body.lines]

    return api


async def _keep(
    vault: Vault, by: Provenance, lines: Sequence[tuple[Line, Provenance]]
) -> dict[tuple[UUID, str], PersonalRef]:
    reservations = [
        Reservation(
            claim=command.claim_on(line.id),
            subject=line.about or line.id,
            field=name,
            value=value,
            purpose=Purpose.REGISTER,
        )
        for line, command in lines
        for name, value in line.words.items()
    ]
    refs = await vault.reserve(by, reservations)
    named = [(line.id, name) for line, _ in lines for name in line.words]
    return dict(zip(named, refs, strict=True))


def _command_of(line: Line, by: Provenance) -> Provenance:
    when = happened(line.happened)
    return replace(
        by,
        command=uuid5(line.id, f"recorded {by.establishment}"),
        asked=None,
        seen=None,
        channel="import",
        time=when.time,
        precision=when.precision,
    )


async def _record(
    use_cases: UseCases,
    taken: dict[str, type[Fact]],
    line: Line,
    command: Provenance,
    refs: dict[tuple[UUID, str], PersonalRef],
) -> Outcome:
    try:
        kind = taken[line.fact]
        words = {name: refs[line.id, name] for name in line.words}
        own = {name: ref for name, ref in words.items() if name in _fields_of_words(kind)}
        personal = {name: ref for name, ref in words.items() if name not in own}
        fact = kind.model_validate(line.data | own | ({"personal": personal} if personal else {}))
        await use_cases.begin_recorded(line.id, fact, command)
    except Conflict:
        return Outcome(id=line.id, outcome="already")
    except KeyError:
        return _refused(line, "This kind of fact is not taken here.")
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return _refused(line, said)
    except Refusal as refusal:
        return _refused(line, str(refusal))
    return Outcome(id=line.id, outcome="added")


def _fields_of_words(kind: type[Fact]) -> set[str]:
    """A word may be called like a field that holds something else, and then stands beside it."""
    return {
        name
        for name, field in kind.model_fields.items()
        if field.annotation in (PersonalRef, PersonalRef | None)
    }


def _refused(line: Line, why: str) -> Outcome:
    return Outcome(id=line.id, outcome="refused", why=why)
