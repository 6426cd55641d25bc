"""Structured logs: one JSON object a line for machines, a readable line for a terminal."""

from __future__ import annotations

import copy
import logging
import sys

import structlog

from services.chassis.tracing import here, home


def _in_course(_: object, __: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Which service, and in the course of what: the correlation of the facts that come of it."""
    if act := here():
        said.update(service=act.service, correlation=str(act.trace))
    elif service := home.get():
        said["service"] = service
    return said


def _in_trace(_: object, __: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The same in the words of OpenTelemetry, for whoever goes from a line to its trace."""
    if act := here():
        said.update(trace_id=act.trace.hex, span_id=f"{act.span:016x}")
    return said


# Every place that logs says what happened and where; never what somebody wrote.
SHARED: list[structlog.typing.Processor] = [
    _in_course,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

_frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def _without_values(exc_info: structlog.typing.ExcInfo) -> list[dict[str, object]]:
    """Where it went wrong, and with what kind of error: its message may quote what was typed."""
    return [
        {
            "exc_type": one["exc_type"],
            "frames": [f"{at['filename']}:{at['lineno']} {at['name']}" for at in one["frames"]],
        }
        for one in _frames(exc_info)
    ]


def _errors_by_kind(record: logging.LogRecord) -> logging.LogRecord:
    """An error in a sentence is told by its kind: its own words may quote what was typed."""
    given = record.args
    if not isinstance(given, tuple) or not any(isinstance(one, BaseException) for one in given):
        return record
    told = copy.copy(record)
    told.args = tuple(
        type(one).__name__ if isinstance(one, BaseException) else one for one in given
    )
    return told


def write_logs(level: int = logging.INFO) -> None:
    """Send all that is logged, by us and by libraries, to standard error in one form.

    For people where that is a terminal, else for machines, who keep it: without any words.
    """
    shown: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if sys.stderr.isatty()
        else [
            _in_trace,
            structlog.processors.ExceptionRenderer(_without_values),
            structlog.processors.JSONRenderer(),
        ]
    )
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler()
    handler.addFilter(_errors_by_kind)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=[remove, *shown])
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Addresses and queries may name somebody; requests are the journal's matter, not the log's.
    for chatty in ("httpx2", "httpcore2", "uvicorn.access", "faststream"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
