"""A key for each service in a folder, a file each, so that each can be handed its own alone."""

from __future__ import annotations

import json
import os
from collections.abc import Collection
from pathlib import Path
from secrets import token_urlsafe

from services.chassis.embedded import integrations_in
from services.chassis.rights import users
from services.chassis.settings import OPERATOR
from services.chassis.tokens import public_key

NATS_USERS = "nats-users.conf"
TRUSTED = "trusted.json"


def hand_out(
    folder: Path, services: Collection[str], announcing: Collection[str], others: Collection[str]
) -> None:
    """Make the keys that are missing, and write anew what follows from them.

    `others` are programs that need a password and are no service. NATS is told of
    `integrations.json`, if it is there. Raises TooMuch.

    The folder is closed to all but its owner; the files in it are not, since an engine hands
    them one by one to containers that run as somebody else.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    keys = {name: _key_in(folder / name) for name in (OPERATOR, *services)}
    for name in others:
        _key_in(folder / name)
    trusted = {name: public_key(key) for name, key in keys.items()}
    _rewrite(folder / NATS_USERS, users(keys, announcing, integrations_in(folder)))
    _rewrite(folder / TRUSTED, json.dumps(trusted, indent=1))


def _key_in(file: Path) -> str:
    """Made once, whole or not at all."""
    if not file.exists():
        new = file.with_suffix(".new")
        with new.open("w") as writing:
            writing.write(token_urlsafe(32))
            writing.flush()
            os.fsync(writing.fileno())
        new.chmod(0o644)
        new.replace(file)
    return file.read_text().strip()


def _rewrite(file: Path, text: str) -> None:
    """In its place: what a container was handed stays the same file."""
    file.write_text(text)
    file.chmod(0o644)
