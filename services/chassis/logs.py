"""Structured logs: one JSON object a line for machines, a readable line for a terminal."""

from __future__ import annotations

import logging
import sys

import structlog

# Every place that logs says what happened and where; never what somebody wrote.
SHARED: list[structlog.typing.Processor] = [
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


def write_logs(level: int = logging.INFO) -> None:
    """Send all that is logged, by us and by libraries, to standard error in one form."""
    shown: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if sys.stderr.isatty()
        else [
            structlog.processors.ExceptionRenderer(_without_values),
            structlog.processors.JSONRenderer(),
        ]
    )
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=SHARED, processors=[remove, *shown])
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # Addresses and queries may name somebody; requests are the journal's matter, not the log's.
    for chatty in ("httpx2", "httpcore2", "uvicorn.access", "faststream"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
