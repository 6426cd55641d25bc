import asyncio
from uuid import uuid4

import asyncpg
import pytest

from services.chassis.database import connect, open_pool
from services.chassis.migrating import ChangedAfterwards, SchemaBehind, Script, migrate, scripts_of
from services.chassis.settings import Installation
from services.provisioning import KEEPS, provision
from tests.operating import operating

pytestmark = pytest.mark.anyio

MORE = Script("intake/0999_more", 'create table more (id int); grant select on more to :"service";')


async def test_provisioning_again_changes_nothing(installation: Installation) -> None:
    assert await provision(installation) == []


async def test_a_script_is_applied_once_however_many_apply_it(installation: Installation) -> None:
    async def apply() -> list[str]:
        async with operating(installation, "intake") as connection:
            return await migrate(connection, "intake", [MORE])

    applied = await asyncio.gather(*(apply() for _ in range(4)))

    assert sorted(applied) == [[], [], [], [MORE.name]]
    intake = await connect(installation.settings("intake").database_url, "intake")
    assert await intake.fetch("select id from more") == []
    await intake.close()


async def test_a_script_changed_after_it_was_applied_is_an_error_that_says_so(
    installation: Installation,
) -> None:
    first, *others = scripts_of("intake", KEEPS["intake"])
    changed = first._replace(sql=first.sql + "-- a thought")

    async with operating(installation, "intake") as connection:
        with pytest.raises(ChangedAfterwards, match=r"deciding/0001_facts\. .* after"):
            await migrate(connection, "intake", [changed, *others])


async def test_a_script_that_fails_leaves_nothing_behind(installation: Installation) -> None:
    half = Script("intake/0999_half", "create table half (id int); select 1 / 0;")

    async with operating(installation, "intake") as connection:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await migrate(connection, "intake", [half])
        left = await connection.fetchval("select to_regclass('half')")

    assert left is None


async def test_a_service_whose_schema_is_behind_does_not_start_and_says_what_to_do(
    installation: Installation,
) -> None:
    async with operating(installation, "intake") as connection:
        await connection.execute("delete from migrations where script = 'deciding/0001_facts'")
    async with operating(installation, "training") as connection:
        await connection.execute("drop schema training cascade")

    for service, lack in (("intake", "deciding/0001_facts"), ("training", "no schema")):
        with pytest.raises(SchemaBehind, match=rf"{lack}.*tandem provision"):
            await open_pool(installation.settings(service).database_url, service)


@pytest.mark.parametrize("service", KEEPS)
async def test_no_service_reads_anothers_tables(installation: Installation, service: str) -> None:
    itself = await connect(installation.settings(service).database_url, service)

    for other in set(KEEPS) - {service}:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await itself.fetch(f"select script from {other}.migrations")

    assert await itself.fetch("select script from migrations")
    await itself.close()


async def test_not_even_its_own_service_changes_a_fact(installation: Installation) -> None:
    tampering = ("update events set body = ''", "delete from events", "truncate events")
    intake = await connect(installation.settings("intake").database_url, "intake")

    for words in (*tampering, "alter table events add more int", "drop table events"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await intake.execute(words)
    await intake.close()


async def test_a_service_with_the_wrong_password_does_not_get_in(
    installation: Installation,
) -> None:
    url = installation.settings("intake").database_url
    stolen = url.replace(installation.keys["intake"], installation.keys["training"])

    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect(stolen, "intake")


async def test_the_ledgers_reader_sees_one_establishment_and_none_is_an_error(
    installation: Installation,
) -> None:
    async with operating(installation, "ledger") as ledger:
        for number, establishment in enumerate(("north", "south"), 1):
            await ledger.execute(ENTRY, number, establishment, uuid4())
    itself = await connect(installation.settings("ledger").database_url, "ledger")
    await itself.execute("set role ledger_reader")

    with pytest.raises(asyncpg.RaiseError, match="no establishment"):
        await itself.fetch("select body from entries")
    await itself.execute("select set_config('tandem.establishment', 'south', false)")
    seen = await itself.fetch("select establishment from entries")
    await itself.close()

    assert [establishment for (establishment,) in seen] == ["south"]


ENTRY = """
insert into entries (position, establishment, sequence, source, source_position, stream, version,
    id, type, time, recordedtime, actor, body, leaf)
values ($1, $2, 1, 'intake', $1, $3, 1, $3, 't', now(), now(), 'a', 'b', 'c')
"""
