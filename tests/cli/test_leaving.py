"""An establishment comes, is renamed, and leaves with all that is its own."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from services.chassis.database import connect
from services.chassis.postgres import postgres
from services.chassis.settings import OPERATOR, Installation
from services.cli.main import app
from services.provisioning import provision
from tests.cli.terminal import Terminal
from tests.operating import operating
from tests.portal.town import a_place_of_its_own, a_town

KEPT = "select count(*) from kept where establishment = $1"

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]


async def kept(terminal: Terminal, establishment: str) -> int:
    installation = terminal.installation
    url = installation.operator_url(installation.database_of("vault"))
    connection = await connect(url, "vault")
    try:
        return int(await connection.fetchval(KEPT, establishment))
    finally:
        await connection.close()


async def test_an_establishment_takes_everything_with_it_and_its_neighbour_keeps_all(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    folder, neighbour = tmp_path / "rendu", f"{establishment}-bis"
    with tandem.office(neighbour) as other:
        other.post("/directory/establishment", {"name": "Centre"})
        other.post("/directory/staff", {"name": "Omar Diop"})
    lead = ("--lead", "Lise Morin", "--login", "entra:aa-17")
    added = tandem.apart("establishment", "add", establishment, "Institut", *lead)

    leaving = ("leave", establishment, "--to", folder, "--confirm", establishment)
    left = tandem.apart("establishment", *leaving)

    assert (added.code, left.code) == (0, 0), added.err + left.err
    facts = [json.loads(one) for one in (folder / "faits.ndjson").read_text().splitlines()]
    assert facts[0]["type"] == "directory.EstablishmentOpened.v1"
    assert facts[-1]["type"] == "directory.EstablishmentLeft.v1"
    values = [json.loads(one) for one in (folder / "valeurs.ndjson").read_text().splitlines()]
    assert [one["value"] for one in values] == ["Lise Morin"]
    assert UUID(values[0]["ref"])
    assert (folder / "registre.xlsx").stat().st_size > 0
    assert (await kept(tandem, establishment), await kept(tandem, neighbour)) == (0, 1)


@pytest.fixture
async def apart(house: Installation, home: Path) -> AsyncIterator[Installation]:
    """Where the vault has a PostgreSQL of its own."""
    with postgres(home / "vault", house.keys[OPERATOR]) as url:
        async with a_place_of_its_own(house) as installation:
            vaults = url.replace("/tandem?", "/vault?")
            apart = replace(installation, databases={"vault": vaults})
            await provision(apart)
            yield apart


def surroundings(there: Installation, at: str, keys: Path) -> dict[str, str]:
    """What the operator's container is told."""
    keys.mkdir()
    for name, key in there.keys.items():
        (keys / name).write_text(key)
    return {
        "TANDEM_SERVICES_AT": at + "/{service}",
        "TANDEM_SECRET_FILE": str(keys / OPERATOR),
        "TANDEM_DATABASE_URL": there.database_url,
        "TANDEM_DATABASES": json.dumps(there.databases),
        "TANDEM_NATS_URL": there.nats_url,
        "TANDEM_KEYS": str(keys),
    }


async def test_its_values_are_destroyed_where_they_are_also_on_a_server_of_the_vaults_own(
    apart: Installation, tmp_path: Path
) -> None:
    key, folder = "institut-sud", tmp_path / "rendu"
    async with a_town(apart) as at:
        told = surroundings(apart, at, tmp_path / "keys")

        async def tandem(*words: str) -> Result:
            return await asyncio.to_thread(lambda: CliRunner().invoke(app, words, env=told))

        added = await tandem("establishment", "add", key, "Institut", "--lead", "Lise Morin",
                             "--login", "entra:aa-17")  # fmt: skip
        async with operating(apart, "vault") as vault:
            before = await vault.fetchval(KEPT, key)
            server = await vault.fetchval("select current_setting('data_directory')")

        left = await tandem("establishment", "leave", key, "--to", str(folder), "--confirm", key)

        async with operating(apart, "vault") as vault:
            after = await vault.fetchval(KEPT, key)
    assert (added.exit_code, left.exit_code) == (0, 0), added.stderr + left.stderr
    assert "/vault/" in server
    assert (before, after) == (1, 0)
    [value] = [json.loads(one) for one in (folder / "valeurs.ndjson").read_text().splitlines()]
    assert value["value"] == "Lise Morin"


def test_who_knows_the_services_but_not_their_databases_destroys_nothing(tmp_path: Path) -> None:
    elsewhere = {"TANDEM_SERVICES_AT": "http://127.0.0.1:1/{service}", "TANDEM_SECRET": "x" * 32}
    home = {"TANDEM_HOME": str(tmp_path / "home")}

    told = CliRunner().invoke(app, ["verify"], env=elsewhere | home)

    assert told.exit_code == 1
    assert "TANDEM_DATABASES" in told.stderr
    assert not (tmp_path / "home").exists()


def test_who_does_not_type_the_key_changes_nothing() -> None:
    typed = CliRunner().invoke(
        app, ["establishment", "leave", "nord", "--to", "rendu"], input="sud\n"
    )

    assert typed.exit_code == 1
    assert "Rien n’a été changé" in typed.stderr
