"""Writes down what is published: `python -m services.publishing`, or `make contracts`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from contracts.publish import (
    HOME,
    Document,
    FactForgotten,
    Facts,
    ShapeIsFrozen,
    all_facts,
    language,
    require_frozen,
    spelled,
)
from services.chassis.settings import Settings
from services.serving import PORTAL
from services.together import BUILDERS

NOWHERE = {"database_url": "", "nats_url": "", "secret": ""}


def documents(facts: Facts) -> Iterator[tuple[str, Document]]:
    """The path and content of each file: the facts', then each service's OpenAPI."""
    yield from language(facts)
    for service, build in BUILDERS.items():
        if service != PORTAL:  # its pages are for people
            yield f"openapi/{service}.json", build(Settings.model_validate(NOWHERE)).openapi()


def publish(facts: Facts, home: Path = HOME) -> None:
    """Write all files. Raises ShapeIsFrozen or FactForgotten, and then writes none."""
    require_frozen(facts, home)
    for path, document in documents(facts):
        file = home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(spelled(document))


if __name__ == "__main__":
    try:
        publish(all_facts())
    except (ShapeIsFrozen, FactForgotten) as refusal:
        sys.exit(str(refusal))
