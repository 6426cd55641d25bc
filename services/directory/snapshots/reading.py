"""How a nightly file is read: line by line as digests, compared, and then held back or let in."""

from __future__ import annotations

from uuid import UUID, uuid4

from contracts.directory import SnapshotQuarantined, SourceKind
from contracts.snapshots import (
    AllSeen,
    Change,
    Changes,
    Counts,
    LinesSeen,
    Report,
    Run,
    RunAsked,
    RunState,
    Wanted,
)
from services.chassis.deciding import Provenance, UseCases
from services.chassis.domain import NotFound, Refusal
from services.chassis.store import Store
from services.directory.sealing import Seal, Seals
from services.directory.snapshots.quarantine import FileWasRefused, Snapshot, ends_too_many
from services.directory.snapshots.reports import Reports
from services.directory.snapshots.tables import Runs, Seen
from services.directory.sources import Source, said_by

AT_ONCE = 500
READ = {RunState.READING, RunState.QUARANTINED, RunState.RELEASED}


class RunIsElsewhere(Refusal):
    """This file is not at that point: it is over, in quarantine, or another has come."""

    french = "Ce fichier n’en est pas là : il est terminé, en quarantaine, ou remplacé."
    passing = True


class NotAllRead(Refusal):
    """Fewer or more lines came than the file has. Nothing was changed: read it again."""

    french = "Le nombre de lignes reçues n’est pas celui du fichier. Rien n’a changé : relisez-le."
    passing = True


class Reading(UseCases):
    """The files of every source, one at a time for each."""

    kinds = (Snapshot,)

    def __init__(self, store: Store, seals: Seals) -> None:
        super().__init__(store)
        self._seals = seals
        self.reports = Reports(store)

    @property  # the store opens its pool later
    def _runs(self) -> Runs:
        return Runs(self._store.pool)

    async def open(self, asked: RunAsked, by: Provenance) -> Run:
        """Begin to read a file; of one in quarantine, read on.

        Raises NotFound, SourceIsClosed, FileWasRefused.
        """
        source = await self.source_named(asked.source, by)
        source.require_open()
        last = await self._runs.last(by.establishment, source.id, asked)
        if last and not asked.dry:
            run, state = last
            if state is RunState.REFUSED:
                raise FileWasRefused
            if asked.release:
                await self.release(run, by)
            await self._runs.empty(run)
            await self._runs.overtake(run, by.establishment, source.id)
        else:
            run = uuid4()
            await self._runs.open(run, by.establishment, source.id, asked, by.actor)
        await self.reports.begin(run)
        return await self.run(run, by)

    async def source_named(self, name: str, by: Provenance) -> Source:
        """The source of files of this name. Raises NotFound."""
        found = await self.load(Source, Source.id_for(by.establishment, name), by.establishment)
        if found.kind is not SourceKind.FILE:
            raise NotFound
        return found

    async def run(self, run: UUID, by: Provenance) -> Run:
        """Raises NotFound."""
        if not (found := await self._runs.shown(by.establishment, run)):
            raise NotFound
        return found[0]

    async def runs(self, by: Provenance) -> list[Run]:
        return await self._runs.shown(by.establishment)

    async def report(self, run: UUID, by: Provenance) -> Report:
        """Raises NotFound."""
        return await self.reports.of(by.establishment, await self.run(run, by))

    async def see(self, run: UUID, said: LinesSeen, by: Provenance) -> None:
        """Some lines of it, as digests. Seeing them again changes nothing."""
        seen = await self._now_in(READ, run, by)
        seal = await self._seal(seen, by)
        lines = [
            Seen(
                one.line,
                seal.over("who", one.key),
                seal.over("says", bytes.fromhex(one.digest)) if one.digest else None,
                one.active,
            )
            for one in said.lines
        ]
        await self._runs.enter(run, lines)

    async def compare(self, run: UUID, said: AllSeen, by: Provenance) -> Run:
        """All lines were seen: whom does it change, and may it? Raises NotAllRead.

        While `keyless` lines do not say whom they are about, nobody can be said to be missing.
        """
        read = await self._now_in(READ, run, by)
        if await self._runs.lines_of(run) + said.keyless != read.rows:
            raise NotAllRead
        source = await self._source(read, by)
        found = await self._runs.compare(
            run, by.establishment, source.id, missing_leave=said.keyless == 0
        )
        counts = Counts(**found, unreadable=said.unreadable, keyless=said.keyless)
        await self.reports.note(run, said.troubles)
        state = await self._judged(read, source, counts, by)
        await self._runs.say(run, state, counts, ended=state is RunState.TRIED)
        return await self.run(run, by)

    async def _judged(self, read: Run, source: Source, counts: Counts, by: Provenance) -> RunState:
        if read.dry:
            return RunState.TRIED
        if read.state is not RunState.READING:
            return read.state
        if not ends_too_many(counts.people, counts.leaving, source.share):
            return RunState.COMPARED
        held = SnapshotQuarantined(
            source=source.id,
            sha256=read.sha256,
            rows=read.rows,
            people=counts.people,
            leaving=counts.leaving,
        )
        await self.save(by, Snapshot.hold(read.id, held))
        return RunState.QUARANTINED

    async def release(self, run: UUID, by: Provenance) -> None:
        """Somebody has looked at it: it may be applied as soon as it is read again."""
        shown = await self.run(run, by)
        await self.change(Snapshot, run, lambda it: it.release(), by)
        await self._runs.say(run, RunState.RELEASED, shown.counts)

    async def refuse(self, run: UUID, by: Provenance) -> None:
        """Somebody has looked at it: it is wrong."""
        shown = await self.run(run, by)
        await self.change(Snapshot, run, lambda it: it.refuse(), by)
        await self._runs.say(run, RunState.REFUSED, shown.counts, ended=True)

    async def wanted(self, run: UUID, after: int, by: Provenance) -> Wanted:
        await self.run(run, by)
        return await self._runs.wanted(run, after)

    async def changes(self, run: UUID, change: Change, after: int, by: Provenance) -> Changes:
        await self.run(run, by)
        return await self._runs.changes(run, change, after, AT_ONCE)

    async def _seal(self, shown: Run, by: Provenance) -> Seal:
        source = Source.id_for(by.establishment, shown.source)
        return await self._seals.of(source, spoken(shown, by))

    async def _now_in(self, states: set[RunState], run: UUID, by: Provenance) -> Run:
        shown = await self.run(run, by)
        if shown.state not in states:
            raise RunIsElsewhere
        return shown

    async def _source(self, shown: Run, by: Provenance) -> Source:
        named = Source.id_for(by.establishment, shown.source)
        return await self.load(Source, named, by.establishment)


def spoken(shown: Run, by: Provenance) -> Provenance:
    """What a file says is said by its source; somebody has brought it."""
    source = Source.id_for(by.establishment, shown.source)
    return said_by(by.establishment, source, SourceKind.FILE, by.actor)
