"""The settings of every service as the code has them: `python -m tests.containers.settings_table`
writes them into deploy/README.md."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic_settings import BaseSettings

from services.chassis.settings import PREFIX, Elsewhere, Settings
from services.cli.backing_up import Kept
from services.cli.running import Surroundings
from services.ledger.proofs.witnesses import WitnessSettings
from services.portal.settings import LoginSettings
from services.vault.carrying_out import Copies

README = Path(__file__).parents[2] / "deploy" / "README.md"
WHO: dict[type[BaseSettings], str] = {
    Settings: "every service",
    LoginSettings: "portal",
    WitnessSettings: "ledger",
    Copies: "vault",
    Elsewhere: "provision",
    Surroundings: "operator’s commands",
    Kept: "`tandem backup`",
}
FIELD = re.compile(r"^    (\w+): (.+?)(?: = (.+?))?(?:  # (.+))?$", re.MULTILINE)
SPAN = re.compile(r"timedelta\((days|hours|minutes)=(\d+)\)")
ISO = {"days": "P{}D", "hours": "PT{}H", "minutes": "PT{}M"}
TABLE = re.compile(r"\| variable \| .*?\n(?=\n|\Z)", re.DOTALL)


def table() -> str:
    head = "| variable | of | default | what it is |\n|---|---|---|---|\n"
    return head + "".join(f"| {' | '.join(row)} |\n" for row in _rows())


def _rows() -> Iterator[tuple[str, str, str, str]]:
    for settings, who in WHO.items():
        for name, kind, default, comment in FIELD.findall(inspect.getsource(settings)):
            if name in settings.model_fields:
                shown = _plain(default) if default else "must be said"
                yield f"`{PREFIX}{name.upper()}`", who, shown, comment or f"`{_escaped(kind)}`"


def _plain(default: str) -> str:
    """As one would write it, where the default is made by a `Field`."""
    if default.startswith("Field("):
        found = re.match(r"Field\((?:default=)?(.+?)(?:, \w+=.*)?\)$", default)
        default = found[1] if found and not found[1].startswith("repr=") else "must be said"
    default = SPAN.sub(lambda said: ISO[said[1]].format(said[2]), default)
    return default if default == "must be said" else f"`{_escaped(default)}`"


def _escaped(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__":
    README.write_text(TABLE.sub(lambda _: table(), README.read_text()))
