"""An establishment comes, is renamed, and leaves with all that is its own."""

import json
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from services.chassis.database import connect
from services.cli.main import app
from tests.cli.terminal import Terminal

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
    added = tandem("establishment", "add", establishment, "Institut", *lead)

    leaving = ("leave", establishment, "--to", folder, "--confirm", establishment)
    left = tandem("establishment", *leaving)

    assert (added.code, left.code) == (0, 0), added.err + left.err
    facts = [json.loads(one) for one in (folder / "faits.ndjson").read_text().splitlines()]
    assert facts[0]["type"] == "directory.EstablishmentOpened.v1"
    assert facts[-1]["type"] == "directory.EstablishmentLeft.v1"
    values = [json.loads(one) for one in (folder / "valeurs.ndjson").read_text().splitlines()]
    assert [one["value"] for one in values] == ["Lise Morin"]
    assert UUID(values[0]["ref"])
    assert (folder / "registre.xlsx").stat().st_size > 0
    assert (await kept(tandem, establishment), await kept(tandem, neighbour)) == (0, 1)


def test_who_does_not_type_the_key_changes_nothing() -> None:
    typed = CliRunner().invoke(
        app, ["establishment", "leave", "nord", "--to", "rendu"], input="sud\n"
    )

    assert typed.exit_code == 1
    assert "Rien n’a été changé" in typed.stderr
