"""Who may say and hear what on NATS: a user for every service, as the server's configuration."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from services.chassis.settings import OPERATOR


def inbox_of(url: str) -> str:
    """Where the server's replies to this user go; nobody else may listen there."""
    return _inbox(urlsplit(url).username or "")


def users(keys: Mapping[str, str], announcing: Collection[str]) -> str:
    """The `authorization` block: a password and rights for each name in `keys`."""
    each = [_user(name, key, name in announcing) for name, key in keys.items()]
    return f"authorization: {json.dumps({'users': each}, indent=1)}\n"


def _user(name: str, key: str, announces: bool) -> dict[str, Any]:
    user: dict[str, Any] = {"user": name, "password": key}
    if name != OPERATOR:
        user["permissions"] = {
            "publish": {"allow": _says(name, announces)},
            "subscribe": {"allow": _hears(name, announces)},
            "allow_responses": announces,
        }
    return user


def _says(name: str, announces: bool) -> list[str]:
    """Every reader may ask and acknowledge as itself; who announces has its own stream besides."""
    subjects = [
        f"news.{name}",
        "again.*",
        f"$JS.ACK.*.{name}.>",
        f"$JS.API.CONSUMER.CREATE.*.{name}.>",
        f"$JS.API.CONSUMER.DURABLE.CREATE.*.{name}",
        f"$JS.API.CONSUMER.INFO.*.{name}",
        f"$JS.API.CONSUMER.DELETE.*.{name}",
        f"$JS.API.CONSUMER.MSG.NEXT.*.{name}",
    ]
    if announces:
        subjects += [f"facts.*.{name}.>"]
        verbs = "CREATE", "INFO", "DELETE", "MSG.GET"
        subjects += [f"$JS.API.STREAM.{verb}.FACTS_{name}" for verb in verbs]
    return subjects


def _hears(name: str, announces: bool) -> list[str]:
    """Replies come to an inbox of one's own: nobody reads another's."""
    subjects = [f"{_inbox(name)}.>", "news.>"]
    return [*subjects, f"again.{name}"] if announces else subjects


def _inbox(user: str) -> str:
    return f"_INBOX_{user}"
