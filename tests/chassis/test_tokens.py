"""Who asks, as it is signed, read and forgotten again."""

import time
from uuid import uuid4

import pytest

from contracts.access import AccessRole
from services.chassis.reasons import reason
from services.chassis.tokens import LIFE, Identity, NotWhoTheySay, Pen, Seals, public_key

MARIE = Identity("north", "staff:marie", (AccessRole.ADVISOR, AccessRole.AUDITOR), staff=uuid4())


def test_what_was_signed_is_read_as_it_was_said() -> None:
    seals = Seals("intake", {"portal": public_key("a secret")})

    read = seals.read(Pen("portal", "a secret").sign("intake", MARIE))

    assert (read.issuer, read.identity) == ("portal", MARIE)


def test_a_token_is_used_again_for_half_its_life(monkeypatch: pytest.MonkeyPatch) -> None:
    pen, began = Pen("portal", "a secret"), time.time()

    first, soon = pen.sign("intake", MARIE), pen.sign("intake", MARIE)
    monkeypatch.setattr(time, "time", lambda: began + LIFE / 2 + 1)
    later = pen.sign("intake", MARIE)

    assert first == soon != later


def test_what_a_wrong_clock_signed_is_not_used_once_it_is_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pen, seals, right = Pen("portal", "a"), Seals("intake", {"portal": public_key("a")}), time.time
    monkeypatch.setattr(time, "time", lambda: right() + 3600)
    pen.sign("intake", MARIE)

    monkeypatch.setattr(time, "time", right)

    assert seals.read(pen.sign("intake", MARIE)).issuer == "portal"


def test_what_was_verified_is_so_no_longer_than_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    seals, began = Seals("intake", {"portal": public_key("a secret")}), time.time()
    token = Pen("portal", "a secret").sign("intake", MARIE)
    seals.read(token)

    monkeypatch.setattr(time, "time", lambda: began + LIFE + 10)

    with pytest.raises(NotWhoTheySay):
        seals.read(token)


def test_who_is_trusted_under_another_name_is_not_believed() -> None:
    seals = Seals("vault", {"portal": public_key("one"), "intake": public_key("two")})

    with pytest.raises(NotWhoTheySay):
        seals.read(Pen("portal", "two").sign("vault", MARIE))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ({"type": "missing", "msg": "Field required"}, "Ce champ est nécessaire."),
        (
            {"type": "string_too_long", "msg": "…", "ctx": {"max_length": 80}},
            "Écrivez au plus 80 caractères.",
        ),
        ({"type": "some_new_type", "msg": "…"}, "Cette valeur ne convient pas."),
    ],
)
def test_why_a_field_is_wrong_is_said_in_french(error: dict[str, object], said: str) -> None:
    assert reason(error, "fr") == said
    assert reason(error, "en") == error["msg"]
