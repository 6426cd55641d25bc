import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vault.names import begins_a_word, grams_in, is_name, words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Marie-Ève L’Écuyer", ["marie", "eve", "l", "ecuyer"]),
        ("  NOËL,  Cœur ", ["noel", "coeur"]),
        ("Jean_Paul (dit « Ti-Jean »)", ["jean", "paul", "dit", "ti", "jean"]),
        ("…", []),
    ],
)
def test_a_name_is_read_as_one_types_in_a_hurry(text: str, words: list[str]) -> None:
    assert words_in(text) == words


@given(st.text(max_size=40), st.integers(min_value=1, max_value=40))
def test_whoever_types_the_beginning_of_a_word_finds_the_name(name: str, letters: int) -> None:
    beginnings = [word[:letters] for word in words_in(name)]

    for beginning in beginnings:
        assert set(grams_in(beginning)) <= set(grams_in(name))
        assert begins_a_word(beginning, words_in(name))


def test_only_names_are_searched() -> None:
    assert is_name("family_name")
    assert is_name("guardian.name")
    assert not is_name("note")
