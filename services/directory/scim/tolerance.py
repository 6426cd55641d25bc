"""How far a source may depart from the letter of SCIM, and what is said where it goes too far."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any

import orjson
from pydantic import ValidationError
from scim2_models import (
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    Error,
    ETag,
    Filter,
    Patch,
    SCIMException,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
)
from scim2_server.service import ScimService
from scim2_server.utils import load_default_resource_types, load_default_schemas

from contracts.directory import Tolerance
from services.chassis.domain import Refusal
from services.chassis.http import LARGEST_BODY
from services.chassis.store import StoreBehind
from services.directory.scim.statements import ENTERPRISE

MOST_FOUND = 500
POLICIES = {
    Tolerance.STRICT: ScimPolicy(),
    Tolerance.OKTA: ScimPolicy(unknown=ScimPolicy.Unknown.ignore),
    Tolerance.ENTRA: ScimPolicy(
        unknown=ScimPolicy.Unknown.ignore,
        remove_value_as_filter=ScimPolicy.RemoveValue.apply,
        unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
    ),
}
MANAGER = f"{ENTERPRISE}:manager"


@cache
def provider(tolerance: Tolerance) -> ScimProvider:
    """What the endpoint of a source offers: users with the enterprise extension, and groups."""
    return ScimProvider.from_discovery(
        load_default_schemas().values(),
        load_default_resource_types().values(),
        config=ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=True, max_operations=100, max_payload_size=LARGEST_BODY),
            filter=Filter(supported=True, max_results=MOST_FOUND),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=True),
            etag=ETag(supported=True),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="Bearer token",
                    description="The token of one source, RFC 6750",
                    primary=True,
                )
            ],
        ),
        policy=POLICIES[tolerance],
    )


def normalised(tolerance: Tolerance, body: bytes) -> bytes:
    """Entra names the manager by a bare string where RFC 7643 §4.3 wants a complex value."""
    if tolerance is not Tolerance.ENTRA or b"manager" not in body:
        return body
    try:
        return orjson.dumps(_with_manager(orjson.loads(body)))
    except (orjson.JSONDecodeError, RecursionError):
        return body  # whoever reads it will say so


def _with_manager(said: Any) -> Any:
    if isinstance(said, list):
        return [_with_manager(one) for one in said]
    if not isinstance(said, dict):
        return said
    named = {key: _with_manager(value) for key, value in said.items()}
    for key in ("manager", MANAGER):
        if isinstance(named.get(key), str):
            named[key] = {"value": named[key]}
    if str(named.get("path", "")).endswith("manager") and isinstance(named.get("value"), str):
        named["value"] = {"value": named["value"]}
    return named


class Service(ScimService):
    """The protocol, with errors that never repeat what was sent: it names people."""

    @staticmethod
    def error_of(exception: Exception) -> Error:
        match exception:
            case SCIMException():
                detail = f"{HTTPStatus(exception.status).phrase}{_where(exception.__cause__)}"
                kind = exception.scim_type or None
                return Error(status=exception.status, scim_type=kind, detail=detail)
            case Refusal(passing=False):
                return Error(status=400, scim_type="invalidValue", detail=type(exception).__doc__)
            case Refusal() | StoreBehind():  # tomorrow the same may be taken: senders try again
                return Error(status=503, detail=type(exception).__doc__)
        return Error(status=500, detail=HTTPStatus(500).phrase)


def _where(cause: BaseException | None) -> str:
    """The attributes that are meant, if they are of the schema: any other word may be a name."""
    if not isinstance(cause, ValidationError):
        return ""
    known = _attributes()
    errors = cause.errors(include_input=False, include_context=False, include_url=False)
    paths = (".".join(str(p) for p in error["loc"] if str(p) in known) for error in errors)
    named = sorted({path for path in paths if path})
    return f": {', '.join(named)}" if named else ""


@cache
def _attributes() -> frozenset[str]:
    schemas = load_default_schemas().values()
    tops = [attribute for schema in schemas for attribute in schema.attributes or ()]
    parts = [part for top in tops for part in top.sub_attributes or ()]
    return frozenset(one.name for one in (*tops, *parts) if one.name)
