"""Keys that are handed out as files, and settings that are read from them."""

import json
from pathlib import Path

import pytest

from services.chassis.keys import NATS_USERS, TRUSTED, hand_out
from services.chassis.settings import Elsewhere, Installation, Settings
from services.chassis.tokens import public_key


def test_a_key_is_made_once_and_what_follows_from_it_is_public(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    hand_out(folder, ["intake"], ["intake"], ["prometheus"])
    first = {one.name: one.read_text() for one in folder.iterdir()}

    hand_out(folder, ["intake", "recruitment"], ["intake"], ["prometheus"])

    again = {one.name: one.read_text() for one in folder.iterdir()}
    assert folder.stat().st_mode & 0o777 == 0o700
    assert first["intake"] == again["intake"] != again["recruitment"]
    assert json.loads(again[TRUSTED]) == {
        name: public_key(again[name]) for name in ("operator", "intake", "recruitment")
    }
    assert again["intake"] in again[NATS_USERS]
    assert again["prometheus"] not in again[NATS_USERS]


def test_a_service_goes_in_by_its_own_name_with_the_key_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("se cret\n")
    (tmp_path / "trusted.json").write_text('{"portal": "abc"}')
    monkeypatch.setenv("TANDEM_DATABASE_URL", "postgresql://postgres/tandem")
    monkeypatch.setenv("TANDEM_NATS_URL", "nats://somebody:else@nats:4222")
    monkeypatch.setenv("TANDEM_SECRET_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("TANDEM_TRUSTED_FILE", str(tmp_path / "trusted.json"))
    monkeypatch.setenv("TANDEM_LETTERS", "")  # as a compose file says what nobody has said

    settings = Settings().of("intake")

    assert settings.database_url == "postgresql://intake:se%20cret@postgres/tandem"
    assert settings.nats_url == "nats://somebody:else@nats:4222"
    assert settings.trusted == {"portal": "abc"}
    assert settings.letters is None
    assert "intake" in settings.hosts


def test_an_operator_finds_each_service_on_its_own_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_out(tmp_path, ["intake", "vault"], [], [])
    monkeypatch.setenv("TANDEM_DATABASE_URL", "postgresql://postgres/tandem")
    monkeypatch.setenv("TANDEM_NATS_URL", "nats://nats:4222")
    monkeypatch.setenv("TANDEM_KEYS", str(tmp_path))
    monkeypatch.setenv("TANDEM_DATABASES", '{"vault": "postgresql://postgres-vault/vault"}')

    installation: Installation = Elsewhere().installation

    operator, vault = (tmp_path / "operator").read_text(), (tmp_path / "vault").read_text()
    assert (
        installation.operator_url("tandem") == f"postgresql://operator:{operator}@postgres/tandem"
    )
    own = f"postgresql://operator:{operator}@postgres-vault/vault"
    assert installation.operator_url(installation.database_of("vault")) == own
    assert installation.settings("vault").database_url == own.replace(
        f"operator:{operator}", f"vault:{vault}"
    )
