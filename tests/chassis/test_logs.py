"""What the log says: where, in the course of what, and never what somebody wrote."""

import json
import subprocess
import sys
from typing import Any
from uuid import UUID

TRACE = "0af7651916cd43dd8448eb211c80319c"
NAME = "Zygomatica"
BEGIN = f"""
import logging
from services.chassis.logs import write_logs
from services.chassis.tracing import asked, doing
write_logs()
log, NAME = logging.getLogger("services.chassis.hearing"), "{NAME}"
"""
IN_COURSE = f"""
with doing(asked("intake", "00-{TRACE}-b7ad6b7169203331-01")):
    log.warning("%s waits", "recruitment-intake")
log.info("all is quiet")
"""
STUMBLING = """
log.warning("it rings again: %r", ValueError(f"no date: {NAME}"))
try:
    int(NAME)
except ValueError:
    log.exception("it stumbled")
"""
ASKING = """
logging.getLogger("uvicorn.access").info("GET %s", f"https://tandem/partenaires?nom={NAME}")
logging.getLogger("httpx2").info("GET %s", f"https://tandem/partenaires?nom={NAME}")
"""
ON_A_TERMINAL = f"""
import os, pty
pid, seen = pty.fork()
if pid == 0:
    exec({BEGIN + IN_COURSE!r})
    os._exit(0)
try:
    while more := os.read(seen, 4096):
        os.write(2, more)
except OSError:
    pass
"""


def written_by(script: str) -> str:
    """To standard error, by a process of its own: there is one log in each."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stderr


def lines(script: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written_by(script).splitlines()]


def test_a_line_says_in_the_course_of_what_it_was_written() -> None:
    within, outside = lines(BEGIN + IN_COURSE)

    assert (within["level"], within["event"]) == ("warning", "recruitment-intake waits")
    assert within["service"] == "intake"
    assert within["correlation"] == str(UUID(TRACE))
    assert within["trace_id"] == TRACE
    assert len(within["span_id"]) == 16
    assert "correlation" not in outside


def test_an_error_is_written_by_its_kind_and_place_alone() -> None:
    again, stumbled = lines(BEGIN + STUMBLING)

    assert again["event"] == "it rings again: 'ValueError'"
    assert stumbled["exception"] == [
        {"exc_type": "ValueError", "frames": [stumbled["exception"][0]["frames"][0]]}
    ]
    assert NAME not in json.dumps([again, stumbled])


def test_addresses_that_were_asked_for_are_not_written() -> None:
    assert written_by(BEGIN + ASKING) == ""


def test_on_a_terminal_a_line_is_for_people() -> None:
    told = written_by(ON_A_TERMINAL)

    assert "recruitment-intake waits" in told
    assert str(UUID(TRACE)) in told
    assert "{" not in told
