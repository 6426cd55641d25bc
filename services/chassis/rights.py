"""Who may say and hear what on NATS: a user for every service, as the server's configuration."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from contracts.envelope import Annulment, Correction
from contracts.publish import all_facts
from services.chassis.settings import OPERATOR

INTEGRATION = re.compile(r"[a-z][a-z0-9-]{0,29}")
ESTABLISHMENT = re.compile(r"[a-z0-9-]{2,40}")


class TooMuch(Exception):
    """An integration hears named facts of one establishment, and none that may name a partner."""


@dataclass(frozen=True)
class Integration:
    """A program of one establishment, and the types of the facts that it may hear.

    Raises TooMuch where one is not known, or may name a partner, be it only by a reference.
    """

    name: str
    establishment: str
    facts: tuple[str, ...]
    key: str = field(repr=False)

    def __post_init__(self) -> None:
        plain = INTEGRATION.fullmatch(self.name) and ESTABLISHMENT.fullmatch(self.establishment)
        if not (plain and self.facts and all(map(_names_nobody, self.facts))):
            raise TooMuch

    @property
    def user(self) -> str:
        """No service is called so: their names have no dot."""
        return f"{self.establishment}.{self.name}"


def _names_nobody(type: str) -> bool:
    fact = all_facts().get(type)
    if fact is None or issubclass(fact, (Annulment, Correction)):  # these repeat what they undo
        return False
    return "PersonRef" not in fact.model_json_schema().get("$defs", {})


def inbox_of(url: str) -> str:
    """Where the server's replies to this user go; nobody else may listen there."""
    return _inbox(urlsplit(url).username or "")


def users(
    keys: Mapping[str, str],
    announcing: Collection[str],
    integrations: Collection[Integration] = (),
) -> str:
    """The `authorization` block: a password and rights for each name, and each integration."""
    each = [_user(name, key, name in announcing) for name, key in keys.items()]
    each += map(_outsider, integrations)
    return f"authorization: {json.dumps({'users': each}, indent=1)}\n"


def _outsider(one: Integration) -> dict[str, Any]:
    """Hears what is announced while it listens; what it missed, the feed of HR has.

    It may ask nothing of JetStream: who may make a consumer may also say where it delivers.
    """
    hears = [f"facts.{one.establishment}.{fact}" for fact in one.facts]
    return {
        "user": one.user,
        "password": one.key,
        "permissions": {
            "publish": {"deny": [">"]},
            "subscribe": {"allow": hears},
            "allow_responses": False,
        },
    }


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
        "known.*",
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
    return [*subjects, f"again.{name}", f"known.{name}"] if announces else subjects


def _inbox(user: str) -> str:
    return f"_INBOX_{user}"
