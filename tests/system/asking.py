"""Every route of every service, as its OpenAPI tells of it, and something readable to say there."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2

NOBODY = str(uuid4())  # an id that nothing has
A_DATE = "2026"


class Route(NamedTuple):
    """One thing that a service may be asked."""

    service: str
    method: str
    path: str
    blanks: Mapping[str, Mapping[str, Any]]  # what stands in its address, by name
    body: Mapping[str, Any] | None
    known: Mapping[str, Any]  # the shapes that others refer to

    def __str__(self) -> str:
        return f"{self.method} /{self.service}{self.path}"

    @property
    def ids(self) -> list[str]:
        """The blanks that want an id; the others want a word that the schema names."""
        return [name for name, shape in self.blanks.items() if shape.get("format") == "uuid"]

    def address(self, *ids: str) -> str:
        """With these ids in its blanks, in order."""
        given = iter(ids)
        said = {
            name: next(given, NOBODY) if name in self.ids else self._word(name)
            for name in self.blanks
        }
        return f"/{self.service}{self.path.format(**said)}"

    def saying(self, id: str = NOBODY, *, whole: bool = True) -> Any:
        """A body that can be read: all there is to say, or no more than must be said."""
        return sample(self.body, self.known, id, whole) if self.body else None

    def _word(self, name: str) -> str:
        return str(sample(self.blanks[name], self.known, NOBODY, whole=True))


async def routes(office: httpx2.AsyncClient, services: Collection[str]) -> list[Route]:
    return [
        route
        for service in services
        for route in _routes(service, (await office.get(f"/{service}/openapi.json")).json())
    ]


def _routes(service: str, told: Mapping[str, Any]) -> Iterator[Route]:
    known = told.get("components", {}).get("schemas", {})
    for path, methods in told["paths"].items():
        for method, asked in methods.items():
            blanks = {
                one["name"]: _shape(one["schema"], known)
                for one in asked.get("parameters", ())
                if one["in"] == "path"
            }
            content = asked.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("schema")
            yield Route(service, method.upper(), path, blanks, body, known)


def sample(shape: Mapping[str, Any], known: Mapping[str, Any], id: str, whole: bool) -> Any:
    """The simplest thing of this shape (JSON Schema), with this id wherever one is wanted."""
    shape = _shape(shape, known)
    match shape:
        case {"const": value} | {"enum": [value, *_]}:
            return value
        case {"type": "object"}:
            return _object(shape, known, id, whole)
        case {"type": "array"}:
            some = whole or shape.get("minItems")
            return [sample(shape["items"], known, id, whole)] if some else []
        case {"type": "integer" | "number"}:
            return max(shape.get("minimum", 1), min(1, shape.get("maximum", 1)))
        case {"type": "boolean"}:
            return True
        case {"format": "uuid"}:
            return id
        case {"pattern": pattern} if r"\d{4}" in pattern:
            return A_DATE
        case _:
            return "word"


def _shape(shape: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """What it refers to, or the first of its alternatives."""
    while "$ref" in shape or "anyOf" in shape:
        shape = known[shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape["anyOf"][0]
    return shape


def _object(shape: Mapping[str, Any], known: Mapping[str, Any], id: str, whole: bool) -> Any:
    said = {
        name: sample(part, known, id, whole)
        for name, part in shape.get("properties", {}).items()
        if whole or name in shape.get("required", ())
    }
    values = shape.get("additionalProperties")
    if whole and isinstance(values, Mapping):
        names = _shape(shape.get("propertyNames", {"enum": ["word"]}), known)
        said |= {
            name: sample(values, known, id, whole)
            for name in names.get("enum", [sample(names, known, id, whole)])
        }
    return said | ({"happened": A_DATE} if "happened" in said else {})
