"""The published language in files that any language reads: JSON Schema and AsyncAPI."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import contracts
from contracts.envelope import KNOWN, Envelope, Fact
from contracts.outgoing import MESSAGES, Message, Outgoing

HOME = Path(__file__).parent / "published"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

type Document = dict[str, Any]
type Facts = Mapping[str, type[Fact]]


class ShapeIsFrozen(Exception):
    """It has been published in another shape: make a new version, and leave this one as it was."""


class FactForgotten(Exception):
    """It has been published, and has to be readable for ever: bring its class back."""


def all_facts() -> Facts:
    """Every fact of the published language, by its type, in order."""
    for module in pkgutil.iter_modules(contracts.__path__):
        import_module(f"contracts.{module.name}")
    ours = {name: fact for name, fact in KNOWN.items() if fact.__module__.startswith("contracts.")}
    return dict(sorted(ours.items()))


def language(facts: Facts) -> Iterator[tuple[str, Document]]:
    """The path and content of each file; paths are relative to where they are published."""
    yield from frozen(facts).items()
    outgoing = Outgoing.model_json_schema()
    yield "outgoing/message.json", {"$schema": DIALECT, "$id": "urn:tandem:message", **outgoing}
    envelope = Envelope.model_json_schema()
    yield "envelope.json", {"$schema": DIALECT, "$id": "urn:tandem:envelope", **envelope}
    yield "asyncapi.json", asyncapi(facts)


def path_of(name: str) -> str:
    """`intake.RequestSubmitted.v1` is in `intake/RequestSubmitted.v1.json`."""
    return name.replace(".", "/", 1) + ".json"


def schema_of(fact: type[Fact]) -> Document:
    """What readers may rely on in a fact's data."""
    return {"$schema": DIALECT, "$id": f"urn:tandem:{fact.type}", **fact.model_json_schema()}


def schema_of_message(message: type[Message]) -> Document:
    """What receivers outside may rely on in a message's data."""
    return {"$schema": DIALECT, "$id": f"urn:{message.name}", **message.model_json_schema()}


def frozen(facts: Facts) -> Mapping[str, Document]:
    """By its path, the shape of each fact, and of each message to the outside."""
    inside = {path_of(name): schema_of(fact) for name, fact in facts.items()}
    outside = {f"outgoing/{name}.json": schema_of_message(one) for name, one in MESSAGES.items()}
    return inside | outside


def asyncapi(facts: Facts) -> Document:
    """Where each fact is announced, in the words of AsyncAPI 3.0."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Tandem",
            "version": "1",
            "description": "What the services of Tandem announce over NATS JetStream.",
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {name: _channel(fact) for name, fact in facts.items()},
        "operations": {f"announce.{name}": _announcement(name) for name in facts},
        "components": {
            "messages": {name: _message(fact) for name, fact in facts.items()},
            "parameters": {"establishment": {"description": "Whose fact it is: a short name."}},
        },
    }


def _channel(fact: type[Fact]) -> Document:
    return {
        "address": f"facts.{{establishment}}.{fact.type}",
        "parameters": {"establishment": {"$ref": "#/components/parameters/establishment"}},
        "messages": {fact.__name__: {"$ref": f"#/components/messages/{fact.type}"}},
    }


def _announcement(name: str) -> Document:
    return {"action": "send", "channel": {"$ref": f"#/channels/{name}"}}


def _message(fact: type[Fact]) -> Document:
    content = {"type": {"const": fact.type}, "data": {"$ref": path_of(fact.type)}}
    said = {"summary": fact.__doc__} if fact.__doc__ else {}
    payload = {"allOf": [{"$ref": "envelope.json"}, {"properties": content}]}
    return {"name": fact.type, **said, "payload": payload}


def require_frozen(facts: Facts, home: Path = HOME) -> None:
    """Raise ShapeIsFrozen or FactForgotten where the facts have left what was published."""
    shapes = frozen(facts)
    for file in sorted(home.glob("*/*.v*.json")):
        name, path = f"{file.parent.name}.{file.stem}", f"{file.parent.name}/{file.name}"
        if path not in shapes:
            raise FactForgotten(f"{name}. {FactForgotten.__doc__}")
        if shape_of(json.loads(file.read_text())) != shape_of(shapes[path]):
            raise ShapeIsFrozen(f"{name}. {ShapeIsFrozen.__doc__}")


def shape_of(schema: Any) -> Any:
    """A schema without its words, which may be improved."""
    if isinstance(schema, dict):
        words = {name for name in ("title", "description") if isinstance(schema.get(name), str)}
        return {name: shape_of(part) for name, part in schema.items() if name not in words}
    return [shape_of(part) for part in schema] if isinstance(schema, list) else schema


def spelled(document: Document) -> str:
    """One spelling, so that files can be compared."""
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
