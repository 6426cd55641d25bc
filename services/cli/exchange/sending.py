"""Lines on their way to the services: in stages, by pages, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from uuid import UUID

import orjson

from contracts.accompaniment import InvolvementRecorded
from contracts.directory import DepartmentRecorded, StaffRecorded
from contracts.intake import ProjectRecorded, RequestRecorded
from contracts.recruitment import PartnerRecorded
from services.cli.exchange.lines import Line
from services.cli.exchange.office import Office

LINES_AT_ONCE = 300
BYTES_AT_ONCE = 150_000
AT_ONCE = 4
# Who refers to another comes after it; what no line refers to comes last, all together.
STAGES: tuple[tuple[str, ...], ...] = (
    (DepartmentRecorded.type, StaffRecorded.type),
    (PartnerRecorded.type, ProjectRecorded.type),
    (RequestRecorded.type,),
    (InvolvementRecorded.type,),
)


class Sent(NamedTuple):
    """What became of a line: `added`, `already` or `refused`, and why; or what it rests on."""

    line: Line
    outcome: str
    why: str = ""
    rests_on: UUID | None = None


def send(office: Office, lines: Iterable[Line], done: Callable[[int], None]) -> Iterator[Sent]:
    """Send them all; `done` hears how many lines were answered. Raises Refused, Interrupted."""
    refused: set[UUID] = set()
    with ThreadPoolExecutor(AT_ONCE) as several:
        for stage in _staged(lines):
            whole: list[Line] = []
            for line in stage:
                if lost := line.rests_on & refused:
                    refused.add(line.id)
                    yield Sent(line, "refused", rests_on=next(iter(lost)))
                else:
                    whole.append(line)
            for page in several.map(lambda page: _send_page(office, page, done), _pages(whole)):
                refused |= {sent.line.id for sent in page if sent.outcome == "refused"}
                yield from page


def _send_page(office: Office, page: Sequence[Line], done: Callable[[int], None]) -> list[Sent]:
    outcomes = office.send(page[0].service, [line.said for line in page])
    done(len(page))
    return [Sent(line, *outcomes[line.id]) for line in page]


def _staged(lines: Iterable[Line]) -> list[list[Line]]:
    place = {fact: number for number, facts in enumerate(STAGES) for fact in facts}
    stages: list[list[Line]] = [[] for _ in (*STAGES, "the rest")]
    for line in lines:
        stages[place.get(line.said["fact"], len(STAGES))].append(line)
    return stages


def _pages(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Of one service each, as many as a request may hold."""
    for service in dict.fromkeys(line.service for line in lines):
        page: list[Line] = []
        size = 0
        for line in lines:
            if line.service != service:
                continue
            length = len(orjson.dumps(line.said))
            if page and (len(page) == LINES_AT_ONCE or size + length > BYTES_AT_ONCE):
                yield page
                page, size = [], 0
            page.append(line)
            size += length
        if page:
            yield page
