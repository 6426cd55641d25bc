"""A service as its OpenAPI tells of it: each status it may answer, and what a refusal is like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI

PROBLEM = {
    "title": "Problem",
    "description": "Problem details, RFC 9457.",
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "`urn:tandem:` and the name of the refusal"},
        "title": {"type": "string", "description": "A sentence, in the language asked for"},
        "status": {"type": "integer"},
        "actor": {"type": "string", "description": "Who changed it (412)"},
        "at": {"type": "string", "description": "When they did (412)"},
        "version": {"type": "integer", "description": "Which it is at now (412)"},
        "errors": {"type": "array", "items": {"type": "object"}, "description": "By field (422)"},
    },
}
ALWAYS = {
    400: "This cannot be understood",
    401: "Nobody, or not who they say",
    403: "Not for this role, or not one's own",
    404: "There is no such thing here",
    409: "Refused, and why",
    413: "Too long",
    422: "A field or a header is not as it should be",
    503: "For the moment not: nothing was changed",
}
TO_A_COMMAND = {412: "Somebody else changed it since it was shown"}


class Described(FastAPI):
    """Says of every operation what any of them may answer, so that no route has to."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            told = super().openapi()
            for method, operation in _operations(told):
                refusals = ALWAYS if method == "get" else ALWAYS | TO_A_COMMAND
                kept = {
                    status: answer
                    for status, answer in operation["responses"].items()
                    if status != "422"  # of the framework's own shape, which we never answer
                }
                operation["responses"] = _problems(refusals) | kept
            schemas = told.setdefault("components", {}).setdefault("schemas", {})
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
            schemas["Problem"] = PROBLEM
        return super().openapi()


def _operations(told: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for methods in told.get("paths", {}).values():
        yield from methods.items()


def _problems(refusals: Mapping[int, str]) -> dict[str, Any]:
    shape = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {str(status): {"description": why, "content": shape} for status, why in refusals.items()}
