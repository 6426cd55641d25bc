"""What a SCIM search looks for, and in what order its answers come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Union

from scim2_models import Resource, ScimFilter, SearchRequest
from scim2_models.path import (
    AttrPath,
    CompareOperator,
    Comparison,
    FilterNode,
    LogicalExpr,
    LogicalOperator,
    ValuePath,
)
from scim2_server.utils import parametrize

# The attributes that have digests, in capitals or not (RFC 7644 §3.4.2.2), and as what.
LOOKED_FOR = {
    "username": "userName",
    "externalid": "externalId",
    "displayname": "displayName",
    "emails": "emails",
    "emails.value": "emails",
}

type SortKey = tuple[bool, Any, str]


def texts_of(sent: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The attributes a resource is looked for by, with their values."""
    for name in ("userName", "externalId", "displayName"):
        if value := sent.get(name):
            yield name, value
    for email in sent.get("emails", ()):
        if value := email.get("value"):
            yield "emails", value


def sought(node: FilterNode | None) -> tuple[str, str] | None:
    """The attribute and text that whatever matches must have; none where that is not sure."""
    match node:
        case Comparison(attr_path, CompareOperator.eq, str() as value):
            name = LOOKED_FOR.get(_path(attr_path))
            return (name, value) if name else None
        case ValuePath(attr_path, inner, None) if _path(attr_path) == "emails":
            return _in_email(inner)
        case LogicalExpr(LogicalOperator.and_, terms):
            return next((found for term in terms if (found := sought(term))), None)
    return None


def _in_email(node: FilterNode) -> tuple[str, str] | None:
    match node:
        case Comparison(attr_path, CompareOperator.eq, str() as value):
            return ("emails", value) if _path(attr_path) == "value" else None
        case LogicalExpr(LogicalOperator.and_, terms):
            return next((found for term in terms if (found := _in_email(term))), None)
    return None


def _path(attr_path: AttrPath) -> str:
    return str(attr_path).rsplit(":", 1)[-1].lower()


def matches(asked: ScimFilter[Any] | None, resource: Resource[Any]) -> bool:
    """A search at the root binds to no model: each kind of resource is asked in its own."""
    if asked is None:
        return True
    if not asked.models:
        asked = parametrize(ScimFilter, Union[type(resource)])(str(asked))  # noqa: UP007
    return asked.match(resource)


def sort_key(asked: SearchRequest[Any], resource: Resource[Any]) -> SortKey:
    """Those without a value come last (RFC 7644 §3.4.2.3), and all in one order for paging."""
    value = asked.sort_value(resource)
    return value is None, "" if value is None else value, str(resource.id)


def descending(asked: SearchRequest[Any]) -> bool:
    down = asked.sort_order == SearchRequest.SortOrder.descending
    return asked.sort_by is not None and down
