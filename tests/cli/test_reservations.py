"""What is kept for a fact is kept under the id that the fact then has."""

from pathlib import Path

import pytest

from services.cli.register.writing import write_workbook
from services.provisioning import DECIDING
from tests.cli.register.samples import a_register
from tests.cli.terminal import Terminal
from tests.operating import operating

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]


async def test_every_value_of_a_demonstration_and_a_register_belongs_to_a_fact(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    write_workbook(tmp_path / "registre.xlsx", a_register(6))

    tandem.apart("demo")
    tandem.apart("import", tmp_path / "registre.xlsx", "-e", establishment)

    async with operating(tandem.installation, "vault") as vault:
        claims = {row["claim"] for row in await vault.fetch("select claim from kept")}
    written = set()
    for service in DECIDING:
        async with operating(tandem.installation, service) as store:
            written |= {row["id"] for row in await store.fetch("select id from events")}
    assert claims
    assert claims <= written
