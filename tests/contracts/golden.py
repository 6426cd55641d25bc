"""Adds stored examples of new facts to golden.ndjson: `python -m tests.contracts.golden`.

What is in that file is never changed: it stands for what the stores of the world hold.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.envelope import PARTIAL_DATE, Annulment, Correction, Envelope, Fact
from contracts.publish import all_facts

GOLDEN = Path(__file__).with_name("golden.ndjson")
SPEAKING = (Annulment, Correction)
PATTERNS = {
    PARTIAL_DATE: "2021-03",
    "^[A-Za-z0-9._:-]{1,80}$": "website",
    "^[a-z0-9-]{2,40}$": "north",
    "^[0-9a-f]{64}$": "5e" * 32,
    "^[a-z][a-z0-9-]{0,29}$": "hr-main",
    "^[0-9a-f]{16}$": "0123456789abcdef",
}
FORMATS = {
    "uuid": "6a0e8b1e-0000-4000-8000-000000000001",
    "date-time": "2021-03-05T14:00:00Z",
    "date": "2021-03-05",
}


def stored() -> dict[str, list[bytes]]:
    """The lines of the file by the type of their facts."""
    found: dict[str, list[bytes]] = {}
    for line in GOLDEN.read_bytes().splitlines() if GOLDEN.exists() else []:
        found.setdefault(json.loads(line)["type"], []).append(line)
    return found


def examples(fact: type[Fact]) -> Iterator[bytes]:
    """This fact with no more than it needs, and with all it may have."""
    for name, whole in (("least", False), ("whole", True)):
        yield _stored(fact.model_validate(_example(fact, whole)), uuid5(NAMESPACE_OID, name))


def _example(fact: type[Fact], whole: bool) -> Any:
    schema = fact.model_json_schema()
    example = _value(schema, schema.get("$defs", {}), whole)
    return example | _spoken_of(fact, whole) if issubclass(fact, SPEAKING) else example


def _spoken_of(fact: type[Fact], whole: bool) -> dict[str, Any]:
    """The other fact of the same service that an annulment or a correction is about."""
    service = fact.type.partition(".")[0]
    other = next(
        one
        for name, one in all_facts().items()
        if name.startswith(f"{service}.") and not issubclass(one, SPEAKING)
    )
    data = other.model_validate(_example(other, whole)).model_dump(mode="json")
    words = {"of": other.type, "data": data, "was": data}
    return {name: word for name, word in words.items() if name in fact.model_fields}


def _stored(fact: Fact, id: UUID) -> bytes:
    envelope = {
        "id": uuid5(id, fact.type),
        "type": fact.type,
        "source": fact.type.partition(".")[0],
        "subject": uuid5(id, "subject"),
        "time": "2021-03-05T14:00:00Z",
        "recordedtime": "2021-03-05T14:00:00.000001Z",
        "position": 1,
        "establishment": "north",
        "version": 1,
        "actor": "marie",
        "channel": "http",
        "correlationid": uuid5(id, fact.type),
        "persons": " ".join(sorted(map(str, fact.persons()))),
        "data": fact.model_dump(mode="json"),
    }
    return Envelope.model_validate(envelope).write()


def _value(schema: Any, shared: dict[str, Any], whole: bool) -> Any:
    """Something that fits this JSON Schema, the same every time."""
    match schema:
        case {"$ref": name}:
            return _value(shared[name.rpartition("/")[2]], shared, whole)
        case {"const": value} | {"enum": [value, *_]} | {"anyOf": [{"const": value}, *_]}:
            return value
        case {"anyOf": [first, *_]}:
            return _value(first, shared, whole)
        case {"type": "object", "additionalProperties": dict(each)} if whole:
            key = _value(schema.get("propertyNames", {}), shared, whole)
            return {key.lower(): _value(each, shared, whole)}
        case {"type": "object"}:
            asked = schema.get("properties", {}) if whole else schema.get("required", ())
            return {name: _value(schema["properties"][name], shared, whole) for name in asked}
        case {"type": "array"}:
            many = max(schema.get("minItems", 0), int(whole))
            return [_value(schema["items"], shared, whole)] * many
        case {"type": "integer" | "number"}:
            return schema.get("minimum", 0)
        case {"type": "boolean"}:
            return True
        case {"type": "string", "format": name}:
            return FORMATS[name]
        case {"type": "string", "pattern": pattern}:
            return PATTERNS[pattern]
    return "Example"


def add_new() -> None:
    known = stored()
    new = [fact for name, fact in all_facts().items() if name not in known]
    lines = [line + b"\n" for fact in new for line in examples(fact)]
    with GOLDEN.open("ab") as file:
        file.writelines(lines)


if __name__ == "__main__":
    add_new()
