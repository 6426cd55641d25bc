import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import create_model

from contracts.envelope import Fact
from contracts.publish import (
    HOME,
    FactForgotten,
    Facts,
    ShapeIsFrozen,
    all_facts,
    path_of,
    require_frozen,
    spelled,
)
from services.publishing import documents, publish


def lanterns(version: str = "v1", doc: str | None = None, **fields: Any) -> Facts:
    """A fact of no service, in the shape one likes."""
    fact = create_model("LanternLit", __base__=Fact, __doc__=doc, **fields)
    fact.type = f"intake.LanternLit.{version}"
    return {fact.type: fact}


@pytest.fixture
def published(tmp_path: Path) -> Path:
    publish(lanterns(colour=str), tmp_path)
    return tmp_path


def test_what_was_published_keeps_its_shape() -> None:
    require_frozen(all_facts())


def test_the_published_files_are_those_of_the_code() -> None:
    stale = [
        path
        for path, document in documents(all_facts())
        if not (HOME / path).exists() or (HOME / path).read_text() != spelled(document)
    ]

    assert not stale, f"`make contracts` writes what is new: {', '.join(stale)}"


def test_every_fact_has_a_channel_of_its_own() -> None:
    spoken = json.loads((HOME / "asyncapi.json").read_text())

    addresses = {channel["address"] for channel in spoken["channels"].values()}
    assert addresses == {f"facts.{{establishment}}.{name}" for name in all_facts()}
    assert all((HOME / path_of(name)).exists() for name in spoken["channels"])


def test_a_fact_of_another_shape_is_refused_and_asks_for_a_new_version(published: Path) -> None:
    changed = lanterns(colour=str, bright=bool)

    with pytest.raises(ShapeIsFrozen, match=r"intake\.LanternLit\.v1\. .* make a new version"):
        publish(changed, published)


def test_a_fact_that_was_published_cannot_be_forgotten(published: Path) -> None:
    with pytest.raises(FactForgotten, match=r"intake\.LanternLit\.v1"):
        publish({}, published)


def test_a_new_version_only_needs_to_be_published(published: Path) -> None:
    both = {**lanterns(colour=str), **lanterns("v2", colour=str, bright=bool)}

    publish(both, published)

    assert (published / "intake/LanternLit.v2.json").exists()


def test_the_words_about_a_fact_may_be_improved(published: Path) -> None:
    reworded = lanterns(doc="Somebody lit the lantern.", colour=str)

    publish(reworded, published)

    assert "Somebody lit" in (published / "intake/LanternLit.v1.json").read_text()
