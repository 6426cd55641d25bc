"""What went out and what lies aside is kept as long as the establishment says, and then gone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.directory import HookDismissed, HookSetAside
from contracts.schedule import RetentionRule
from contracts.vault import Purpose
from services.chassis.deciding import Provenance, UseCases
from services.chassis.domain import NotFound
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.directory.outside.hooking import LIST, Aside, Hooks
from services.directory.outside.retaining import ASIDE, SENT, Gone, Retaining
from services.directory.outside.strongbox import Strongbox
from services.directory.stating import Stating
from tests.callers import signed
from tests.directory.receiving import HR, Clock, Rehearsal, rehearsing
from tests.doors import answering
from tests.vault.asking import looked_up

pytestmark = pytest.mark.anyio

BY = Provenance("north", "service:directory")


@asynccontextmanager
async def retaining(housed: Installation, store: Store, clock: Clock) -> AsyncIterator[Retaining]:
    """With a vault that answers, where `housed` has one."""
    settings = housed.settings("directory")
    async with Vault(settings) as vault:
        strongbox = Strongbox(settings.secret.get_secret_value())
        stating = Stating(store, vault, settings.secret)
        hooks = Hooks(store, vault, stating, strongbox, clock)
        yield Retaining(store, settings.database_url, hooks, clock)


@pytest.fixture
async def house_of_hr(installation: Installation) -> AsyncIterator[Rehearsal]:
    async with rehearsing(installation) as rehearsal:
        yield rehearsal


async def test_what_was_delivered_is_let_go_after_its_time_and_what_waits_stays(
    house_of_hr: Rehearsal, installation: Installation
) -> None:
    await house_of_hr.subscribe()
    away = await house_of_hr.subscribe("http://127.0.0.1:9/closed")
    await house_of_hr.tell(2)
    await house_of_hr.sender.send_all_due()
    await house_of_hr.subscriptions.end(replace(HR, command=uuid4()), away.id)
    await house_of_hr.subscribe("http://127.0.0.1:9/closed")
    await house_of_hr.tell()
    await house_of_hr.sender.send_all_due()

    async with retaining(installation, house_of_hr.store, house_of_hr.clock) as schedule:
        house_of_hr.clock.pass_by(days=700)
        early = await schedule.let_go("north")
        house_of_hr.clock.pass_by(days=60)
        late = await schedule.let_go("north")

    assert early == Gone()
    assert late == Gone(messages=2, deliveries=5)
    assert await house_of_hr.log() == [(3, "waiting", "unreachable")]
    assert [one.position for one in await house_of_hr.outbox.feed("north", 0, 10)] == [3]
    attempts = await looked_up(installation, "select count(*) from directory.attempts")
    assert [count for (count,) in attempts] == [1]


async def test_an_establishment_decides_for_how_long_and_another_does_not(
    house_of_hr: Rehearsal, installation: Installation
) -> None:
    await house_of_hr.subscribe()
    await house_of_hr.tell()
    await house_of_hr.sender.send_all_due()
    lead = replace(HR, actor="staff:lead", role="office_lead")

    async with retaining(installation, house_of_hr.store, house_of_hr.clock) as schedule:
        shorter = (await schedule.rules("north"))[SENT].model_copy(
            update={"active": 2, "semiactive": 0}
        )
        await schedule.decide(lead, shorter)
        decided = {home: (await schedule.rules(home))[SENT].months for home in ("north", "south")}
        with pytest.raises(NotFound):
            await schedule.decide(lead, shorter.model_copy(update={"number": "X-99"}))
        house_of_hr.clock.pass_by(days=70)
        gone = await schedule.let_go("north")

    assert decided == {"north": 2, "south": 24}
    assert gone == Gone(messages=1, deliveries=1)


async def test_who_leads_decides_it_at_the_door_and_hr_reads_it(installation: Installation) -> None:
    async with answering(installation, "vault", "directory") as housed:
        at = housed.services_at.format(service="directory") + "/retention"
        lead, hr = (
            httpx2.AsyncClient(auth=signed("north", "one", roles=(role,), to="directory"))
            for role in ("office_lead", "hr_officer")
        )
        async with lead, hr:
            rules = [RetentionRule.model_validate(one) for one in (await hr.get(at)).json()]
            [aside] = [one for one in rules if one.number == ASIDE]
            said = aside.model_copy(update={"active": 6}).model_dump(mode="json")
            refused, done = await hr.post(at, json=said), await lead.post(at, json=said)
            unknown = await lead.post(at, json=said | {"number": "X-99"})
            after = {one["number"]: one["active"] for one in (await hr.get(at)).json()}

    assert [refused.status_code, done.status_code, unknown.status_code] == [403, 204, 404]
    assert after == {SENT: 12, ASIDE: 6}


async def test_words_that_lie_aside_are_let_go_and_what_nobody_settled_is_dismissed(
    installation: Installation,
) -> None:
    clock = Clock()
    async with (
        answering(installation, "vault") as housed,
        Store("directory", housed.settings("directory").database_url) as store,
        Vault(housed.settings("directory")) as vault,
        retaining(housed, store, clock) as schedule,
    ):
        hook = await laid_aside(store, vault)
        early = await schedule.let_go("north")
        clock.pass_by(days=100)
        late, again = await schedule.let_go("north"), await schedule.let_go("north")
        laid, dismissed = [one.fact() for one in await store.read_stream("north", hook)]
        assert isinstance(laid, HookSetAside)
        words = await vault.resolve(BY, Purpose.SOURCE, [laid.body.ref])

    assert (early.aside, late.aside, again.aside) == (0, 1, 0)
    assert isinstance(dismissed, HookDismissed)
    assert words == {}


async def laid_aside(store: Store, vault: Vault) -> UUID:
    """As `hooking` lays what it cannot understand."""
    hook, source = uuid4(), uuid4()
    by = replace(BY, command=uuid4())
    await store.pool.execute(LIST, hook, "north", source)
    kept = await vault.keep(by, hook, Purpose.SOURCE, {"hook.body": "?"}, by.claim_on(hook))
    said = HookSetAside(source=source, cause="not_json", body=kept["hook.body"])
    await UseCases(store).save(by, Aside.lay(hook, said))
    return hook
