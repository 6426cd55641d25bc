"""Every fact can be told, and every code has a name, in both languages."""

from collections.abc import Iterable
from enum import StrEnum
from importlib import import_module
from types import NoneType
from typing import cast, get_args

import pytest

from contracts import ANNOUNCING
from contracts.envelope import KNOWN
from contracts.intake import RequestRecorded, RequestState
from services.chassis.correcting import is_correction
from services.chassis.folding import counted
from services.insights.glossary import GLOSSARY, Language, label
from services.insights.sentences import OPTIONAL, PLACE, SENTENCES, day, hours, sentence
from tests.insights.chronicle import Chronicle
from tests.insights.life import DEPARTMENT, REQUEST, TITLE, a_request, a_search, a_whole_life

ROOMS = [import_module(f"contracts.{name}") for name in (*ANNOUNCING, "terms", "rights")]
LISTS = {
    kind
    for room in ROOMS
    for kind in vars(room).values()
    if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
}
TYPES = sorted(
    name
    for name, fact in KNOWN.items()
    if fact.__module__.startswith("contracts.") and not is_correction(name)
)
WAYS = {"date", "title", "hours", "count"}


def words_of(type: str) -> list[str]:
    """All that may be said of a fact, whatever the field says that its sentence goes by."""
    service, fact, _ = type.split(".")
    words = SENTENCES[service][fact]
    if "by" not in words:
        return list(words)
    field = KNOWN[type].model_fields[words["by"]]
    kind = cast("Iterable[StrEnum]", field.annotation)
    codes = ("true", "false") if field.annotation is bool else tuple(kind)
    return [said for code in codes for said in words[code]]


@pytest.mark.parametrize("type", TYPES)
def test_every_fact_has_a_sentence_in_both_languages(type: str) -> None:
    sentences = words_of(type)

    assert all(words.endswith(".") for words in sentences)
    for words in sentences:
        for field, how in PLACE.findall(words):
            assert field in KNOWN[type].model_fields
            assert how in WAYS | {""} | set(GLOSSARY)


@pytest.mark.parametrize("type", TYPES)
def test_what_a_fact_may_leave_unsaid_is_optional_in_its_sentence(type: str) -> None:
    fields = KNOWN[type].model_fields

    required = [
        field for words in words_of(type) for field, _ in PLACE.findall(OPTIONAL.sub("", words))
    ]

    assert all(NoneType not in get_args(fields[field].annotation) for field in required)


@pytest.mark.parametrize("kind", sorted(LISTS, key=str))
def test_every_code_has_a_name_in_both_languages(kind: type[StrEnum]) -> None:
    for code in kind:
        assert all(label(kind, code, language) != "" for language in ("fr", "en"))
        assert code in GLOSSARY[kind.__name__]


def told(chronicle: Chronicle, language: Language) -> list[str]:
    titles = {str(REQUEST): TITLE}
    return [sentence(entry, titles, language) for entry, _ in counted(chronicle.bodies)]


def test_a_request_is_told_in_plain_french() -> None:
    sentences = told(a_request(), "fr")

    assert sentences[1].replace("\u00a0", " ") == (
        f"L’équipe a envoyé sa demande D-2026-0007, « {TITLE} »."
    )


def test_interest_is_told_with_the_title_of_the_request() -> None:
    sentences = told(a_search(a_request()), "en")

    assert f"Interest expressed in “{TITLE}”." in sentences


def test_every_step_of_a_life_can_be_told() -> None:
    both = told(a_whole_life(), "fr") + told(a_whole_life(), "en")

    assert not [words for words in both if "{" in words or "[" in words or "None" in words]


def test_what_a_register_states_is_told_as_taken_over_from_it() -> None:
    recorded = RequestRecorded(
        number="D-2021-03",
        title=TITLE,
        department=DEPARTMENT,
        state=RequestState.FILLED,
        received="2021-23",
    )

    [words] = told(Chronicle().tell(REQUEST, recorded, channel="import"), "fr")

    assert words.startswith("Repris du registre, étape inconnue. Demande D-2021-03")
    assert "automne 2021" in words


@pytest.mark.parametrize(
    ("words", "french", "english"),
    [
        ("2026-11-21", "21 novembre 2026", "November 21, 2026"),
        ("2026-11-22T02:30:00Z", "21 novembre 2026", "November 21, 2026"),
        ("2021-03", "mars 2021", "March 2021"),
        ("2021-23", "automne 2021", "autumn 2021"),
        ("2021", "2021", "2021"),
        ("2019/2020", "2019-2020", "2019-2020"),
    ],
)
def test_a_date_is_written_as_people_write_it(words: str, french: str, english: str) -> None:
    assert (day(words, "fr"), day(words, "en")) == (french, english)


def test_hours_are_written_as_people_say_them() -> None:
    assert [hours(minutes) for minutes in (150, 60, 45)] == ["2 h 30", "1 h", "45 min"]
