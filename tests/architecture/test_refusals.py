"""Whoever is refused is told why, in a sentence of their language."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

import pytest

import services
from services.chassis.domain import Refusal


def all_refusals() -> list[type[Refusal]]:
    for module in walk_packages(services.__path__, "services."):
        import_module(module.name)
    return sorted(set(_kinds_of(Refusal)), key=lambda kind: f"{kind.__module__}.{kind.__name__}")


def _kinds_of(refusal: type[Refusal]) -> Iterator[type[Refusal]]:
    for kind in refusal.__subclasses__():
        if kind.__module__.startswith("services."):  # tests have refusals of their own
            yield kind
            yield from _kinds_of(kind)


@pytest.mark.parametrize("refusal", all_refusals(), ids=lambda kind: kind.__name__)
def test_a_refusal_is_a_sentence_in_english_and_in_french(refusal: type[Refusal]) -> None:
    english, french = refusal.__doc__ or "", vars(refusal).get("french", "")

    assert english[:1].isupper()
    assert english.endswith(".")
    assert french[:1].isupper()
    assert french.endswith((".", "…"))
    assert "\n" not in english + french
    assert french != english
