"""What is kept of what was sent, and how it is made whole again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from scim2_models import (
    InvalidValueException,
    Mutability,
    NotFoundException,
    Path,
    Resource,
    Returned,
)
from scim2_server.utils import parametrize

from contracts.envelope import Envelope

LONGEST = 20_000  # characters: one value of the vault
OURS = {"id", "meta"}  # said by us, at every answer
USER = "User"  # what a member is, unless it is said to be another thing

type Sent = dict[str, Any]


def sent_in(resource: Resource[Any]) -> Sent:
    """What was sent, without what is only to be written: passwords go no further than here."""
    sent = resource.model_copy(deep=True)
    paths = parametrize(Path, type(resource))
    for path in (
        *paths.iter_paths(mutability=[Mutability.write_only]),
        *paths.iter_paths(returned=[Returned.never]),
    ):
        path.delete(sent, strict=False)
    return {name: value for name, value in sent.model_dump(mode="json").items() if name not in OURS}


def text_of(sent: Sent) -> str:
    """As one value of the vault. Raises InvalidValueException where it is too long for that.

    Members are opaque ids, in facts; only what else somebody calls them is for the vault.
    """
    if "members" in sent:
        called = [one for one in sent["members"] if one.get("display") or _kind(one) != USER]
        sent = {**sent, "members": called}
    text = orjson.dumps(sent, option=orjson.OPT_SORT_KEYS).decode()
    if len(text) > LONGEST:
        raise InvalidValueException
    return text


def whole(text: str, members: Iterable[UUID] = ()) -> Sent:
    """What was sent, out of the vault's text and the members that the facts give.

    A member's type is always said: it is immutable, and who replaces a group says it or does not.
    """
    said: Sent = orjson.loads(text)
    called = {str(member_of(one)): one for one in said.pop("members", ())}
    named = (called.get(str(one), {"value": str(one)}) for one in members)
    held = [{**one, "type": _kind(one)} for one in named]
    return {**said, "members": held} if held else said


def _kind(member: Mapping[str, Any]) -> str:
    return member.get("type") or USER


def member_of(one: Mapping[str, Any]) -> UUID:
    """Raises InvalidValueException: members are named by the ids that they have here."""
    try:
        return UUID(one.get("value"))
    except (TypeError, ValueError):
        raise InvalidValueException from None


def id_of(words: str | None) -> UUID:
    """Raises NotFoundException for what is no id of ours."""
    try:
        return UUID(words)
    except (TypeError, ValueError):
        raise NotFoundException from None


def version_of(history: Sequence[Envelope]) -> str:
    """The entity tag (RFC 7644 §3.14): the version of the stream."""
    return f'W/"{history[-1].version}"'
