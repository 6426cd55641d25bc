"""Webhooks of HR: proved, understood by the source's own mapping, and stated or set aside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Self
from uuid import UUID, uuid5

import msgspec

from contracts.directory import HookDismissed, HookDoorSet, HookSetAside, HookTakenUp
from contracts.envelope import Fact, PersonalRef
from contracts.terms import Personal
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import Aggregate, NotFound, Refusal
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.chassis.telling import Telling
from services.directory.outside.mapping import Thin, Unclear, understood
from services.directory.outside.strongbox import Strongbox
from services.directory.outside.subscriptions import Secret
from services.directory.outside.verifiers import Headers, Verifier, verified
from services.directory.sources import Source, speaking
from services.directory.stating import Stating

KEEP = """
insert into hook_doors values ($1, $2, $3)
on conflict (source) do update set sealed = excluded.sealed
"""
DOOR = "select establishment, sealed from hook_doors where source = $1"
HEARD = """
select 1 from hooks_heard where source = $1 and known_by = $2 and at > now() - $3::interval
"""
REMEMBER = """
insert into hooks_heard values ($1, $2) on conflict (source, known_by) do update set at = now()
"""
FORGET = "delete from hooks_heard where source = $1 and at < now() - interval '7 days'"
LIST = "insert into hooks_aside values ($1, $2, $3) on conflict do nothing"
ASIDE = "select hook from hooks_aside where establishment = $1 order by at desc limit 200"


class NotForWebhooks(Refusal):
    """This source speaks otherwise: open one of the kind `webhook`."""

    french = "Cette source parle autrement : ouvrez-en une de la sorte « webhook »."


class SettledAlready(Refusal):
    """This has been taken up or dismissed already."""

    french = "Ceci a déjà été repris ou écarté."


class Door(msgspec.Struct, frozen=True):
    """How a source proves itself; the newest secret first."""

    verifier: Verifier
    secrets: tuple[Secret, ...]

    def counting(self, now: datetime) -> list[str]:
        return [one.words for one in self.secrets if one.until is None or now < one.until]


class HookDoor(Aggregate):
    """The way by which one source proves its webhooks."""

    begun_by = (HookDoorSet,)
    loose = (HookDoorSet,)

    @classmethod
    def open(cls, id: UUID, said: HookDoorSet) -> Self:
        return cls.begin(id, said)

    def evolve(self, fact: Fact) -> None:
        """Each setting stands for itself."""


class Aside(Aggregate):
    """What a source said, and nobody understood: looked at once, and settled."""

    begun_by = (HookSetAside,)

    source: UUID = field(init=False)
    cause: str = field(init=False)
    body: PersonalRef = field(init=False)
    settled: bool = False

    @classmethod
    def lay(cls, id: UUID, said: HookSetAside) -> Self:
        return cls.begin(id, said)

    def settle(self, how: HookTakenUp | HookDismissed) -> None:
        if self.settled:
            raise SettledAlready
        self.record(how)

    def evolve(self, fact: Fact) -> None:
        match fact:
            case HookSetAside():
                self.source, self.cause, self.body = fact.source, fact.cause, fact.body
            case HookTakenUp() | HookDismissed():
                self.settled = True


class Opened(NamedTuple):
    secret: str
    position: Position


class Hooks(Telling):
    """`now` tells the time, so that a test need not wait for it."""

    kinds = (HookDoor, Aside, Source)

    def __init__(
        self, store: Store, vault: Vault, stating: Stating, strongbox: Strongbox,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        super().__init__(store, vault)
        self._stating = stating
        self._strongbox = strongbox
        self._now = now

    async def set_door(
        self, by: Provenance, id: UUID, verifier: Verifier, secret: str | None, hours: int
    ) -> Opened:
        """With this secret, or a new one. Raises NotFound, SourceIsClosed, NotForWebhooks."""
        source = await self.load(Source, id, by.establishment)
        source.require_open()
        if source.kind != "webhook":
            raise NotForWebhooks
        said = HookDoorSet(source=id, verifier=verifier, hours=hours)
        words = secret or self._strongbox.secret_for(by.command)
        stream = uuid5(id, "door")
        known = HookDoor.replay(await self._store.read_stream(by.establishment, stream))
        door = known or HookDoor.open(stream, said)
        if known:
            door.record(said)
        position = await self.once(by, lambda: self.save(by, door))
        await self._keep(by, id, verifier, words, timedelta(hours=hours))
        return Opened(words, position)

    async def _keep(
        self, by: Provenance, id: UUID, verifier: Verifier, words: str, overlap: timedelta
    ) -> None:
        before = await self._door(id)
        older = before[1].secrets[:1] if before and before[1].verifier == verifier else ()
        until = self._now() + overlap
        kept = [Secret(one.words, until) for one in older if one.words != words]
        door = Door(verifier, (Secret(words), *kept))
        sealed = self._strongbox.close(id, msgspec.json.encode(door))
        await self._store.pool.execute(KEEP, id, by.establishment, sealed)

    async def _door(self, id: UUID) -> tuple[str, Door] | None:
        row = await self._store.pool.fetchrow(DOOR, id)
        if row is None:
            return None
        opened = self._strongbox.open(id, row["sealed"])
        return row["establishment"], msgspec.json.decode(opened, type=Door)

    async def receive(self, id: UUID, headers: Headers, body: bytes) -> str:
        """`stated`, `thin`, `aside` or `known`: acknowledged once it is stored.

        Raises NotFound, NotVerified; or VaultIsAway, and then the sender has to try again.
        """
        found = await self._door(id)
        if found is None:
            raise NotFound
        establishment, door = found
        source = await self.load(Source, id, establishment)
        if source.closed:
            raise NotFound
        now = self._now()
        known_by = verified(door.verifier, headers, body, door.counting(now), now)
        if await self._store.pool.fetchval(HEARD, id, known_by, door.verifier.remembered):
            return "known"
        spoken = speaking(establishment, source)
        by = replace(spoken, command=uuid5(id, f"{known_by} {now.isoformat()}"))
        done = await self._take(by, source, body)
        await self._store.pool.execute(REMEMBER, id, known_by)
        await self._store.pool.execute(FORGET, id)
        return done

    async def _take(self, by: Provenance, source: Source, body: bytes) -> str:
        try:
            await self._stating.state(by, understood(source, body))
        except Thin:
            return "thin"
        except Unclear as trouble:
            await self._set_aside(by, source, trouble.cause, body)
        except Refusal as refusal:
            if refusal.passing:
                raise
            await self._set_aside(by, source, type(refusal).__name__, body)
        else:
            return "stated"
        return "aside"

    async def _set_aside(self, by: Provenance, source: Source, cause: str, body: bytes) -> None:
        hook = by.id_for("aside")
        await self._store.pool.execute(LIST, hook, by.establishment, source.id)

        def lay(kept: Personal) -> Aside:
            said = HookSetAside(source=source.id, cause=cause, body=kept["hook.body"])
            return Aside.lay(hook, said)

        words = {"hook.body": body.decode(errors="replace").replace("\0", "�") or "…"}
        await self.begin_with(by, hook, hook, Purpose.SOURCE, words, lay)

    async def aside(self, establishment: str) -> list[Aside]:
        """What was set aside and is not settled, the newest first."""
        rows = await self._store.pool.fetch(ASIDE, establishment)
        histories = [await self._store.read_stream(establishment, one) for (one,) in rows]
        return [one for one in map(Aside.replay, histories) if one and not one.settled]

    async def take_up(self, by: Provenance, hook: UUID) -> Position:
        """By the mapping as it is now. Raises NotFound, SettledAlready, Unclear."""
        aside = await self.load(Aside, hook, by.establishment)
        aside.settle(HookTakenUp())
        source = await self.load(Source, aside.source, by.establishment)
        ref = aside.body.ref
        kept = await self._vault.resolve(by, Purpose.SOURCE, [ref])
        if ref not in kept:
            raise NotFound
        as_source = replace(speaking(by.establishment, source), command=by.id_for("again"))
        await self._stating.state(as_source, understood(source, kept[ref].encode()))
        return await self.save(by, aside)

    async def dismiss(self, by: Provenance, hook: UUID) -> Position:
        """Raises NotFound, SettledAlready."""
        return await self.change(Aside, hook, lambda it: it.settle(HookDismissed()), by)

    async def forget(self, establishment: str, hook: UUID) -> None:
        """Its words go; what nobody settled is dismissed. Raises VaultIsAway."""
        by = Provenance(
            establishment, f"service:{self._store.service}", channel="retention",
            command=uuid5(hook, "forgotten"),
        )  # fmt: skip
        aside = await self.load(Aside, hook, establishment)
        await self._vault.forget(by, Purpose.SOURCE, [aside.body.ref])
        if not aside.settled:
            await self.dismiss(by, hook)
