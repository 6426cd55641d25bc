"""How a nightly file that was let in is applied: people in full, then those who are in no line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from uuid import UUID

from contracts.directory import SnapshotApplied
from contracts.snapshots import (
    Change,
    Counts,
    PeopleTold,
    PersonTold,
    Run,
    RunState,
    StaffLine,
    Told,
    Trouble,
)
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.chassis.store import Store
from services.directory.sealing import Seal, Seals
from services.directory.snapshots.quarantine import Snapshot
from services.directory.snapshots.reading import AT_ONCE, Reading, spoken
from services.directory.snapshots.statements import stated
from services.directory.snapshots.tables import Person
from services.directory.sources import Source
from services.directory.statement import Did, Outcome
from services.directory.stating import Stating

APPLY = {RunState.COMPARED, RunState.RELEASED}


class NotAllTold(Refusal):
    """Some of those who join or change were not told yet."""

    french = "Certaines des personnes qui arrivent ou changent n’ont pas encore été transmises."
    passing = True


class Snapshots(Reading):
    """The files of every source, one at a time for each."""

    kinds = (Snapshot,)

    def __init__(self, store: Store, stating: Stating, seals: Seals) -> None:
        super().__init__(store, seals)
        self._stating = stating

    async def tell(self, run: UUID, said: PeopleTold, by: Provenance) -> Told:
        """Some of those who join or change, in full. Raises RunIsElsewhere, VaultIsAway.

        Whoever is told otherwise than they were read is still to be told: so nobody gets past
        the quarantine.
        """
        shown = await self._now_in(APPLY, run, by)
        seal = await self._seal(shown, by)
        read = {(_who(seal, one), _said(seal, one.lines)): one for one in said.people}
        to_do = await self._runs.to_do(run, list(read))
        people = {who: one for (who, _), one in read.items() if who in to_do}
        statements = [stated(shown.source, one.lines) for one in people.values()]
        outcomes = await self._stating.state_many(spoken(shown, by), statements)
        done = dict(zip(people, outcomes, strict=True))
        known = _known(seal, people, done)
        source = Source.id_for(by.establishment, shown.source)
        await self._runs.stated(run, by.establishment, source, known, list(people))
        counts = _counted(shown.counts, [to_do[one.who] for one in known], outcomes)
        await self._runs.say(run, shown.state, counts)
        refused = _refused(people, done)
        await self.reports.note(run, refused)
        return Told(run=await self.run(run, by), refused=refused)

    async def end(self, run: UUID, by: Provenance) -> Run:
        """Those in no line leave, some at each asking; after the last one the file is applied."""
        shown = await self._now_in(APPLY, run, by)
        if (await self._runs.wanted(run, 0)).people:
            raise NotAllTold
        source = Source.id_for(by.establishment, shown.source)
        missing = await self._runs.missing(run, AT_ONCE)
        counts = shown.counts.model_copy(update={"left": shown.counts.left + len(missing)})
        if missing:
            staff = list(missing.values())
            await self._stating.gone_many(spoken(shown, by), shown.source, staff)
            await self._runs.left(run, by.establishment, source, list(missing))
            await self._runs.say(run, shown.state, counts)
        else:
            await self._apply(shown, source, by)
            await self._runs.empty(run)
            await self._runs.say(run, RunState.APPLIED, counts, ended=True)
        return await self.run(run, by)

    async def _apply(self, shown: Run, source: UUID, by: Provenance) -> None:
        counts = shown.counts
        said = SnapshotApplied(
            source=source,
            sha256=shown.sha256,
            rows=shown.rows,
            **counts.model_dump(include={"unreadable", "joined", "changed", "left", "refused"}),
        )
        if Snapshot.replay(await self._store.read_stream(by.establishment, shown.id)):
            await self.change(Snapshot, shown.id, lambda it: it.apply(said), by)
        else:
            await self.save(by, Snapshot.apply_at_once(shown.id, said))


def _who(seal: Seal, person: PersonTold) -> bytes:
    return seal.over("who", person.lines[0].key)


def _said(seal: Seal, lines: Sequence[StaffLine]) -> bytes:
    """As the tables reckon it, in whatever order the lines came."""
    return sha256(b"".join(sorted(seal.over("says", one.digest) for one in lines))).digest()


def _known(
    seal: Seal, people: Mapping[bytes, PersonTold], done: Mapping[bytes, Outcome | Exception]
) -> list[Person]:
    return [
        Person(
            who,
            outcome.staff,
            _said(seal, people[who].lines),
            any(line.active for line in people[who].lines),
        )
        for who, outcome in done.items()
        if isinstance(outcome, Outcome)
    ]


def _refused(
    people: Mapping[bytes, PersonTold], done: Mapping[bytes, Outcome | Exception]
) -> tuple[Trouble, ...]:
    return tuple(
        Trouble(line=people[who].line, why=_why(outcome))
        for who, outcome in done.items()
        if isinstance(outcome, Exception)
    )


def _counted(
    counts: Counts, found: Sequence[Change], outcomes: Sequence[Outcome | Exception]
) -> Counts:
    left = sum(isinstance(one, Outcome) and one.did is Did.LEFT for one in outcomes)
    more = {
        "joined": found.count(Change.JOINING),
        "changed": len(found) - found.count(Change.JOINING) - left,
        "left": left,
        "refused": len(outcomes) - len(found),
    }
    return counts.model_copy(update={name: getattr(counts, name) + n for name, n in more.items()})


def _why(refusal: Exception) -> str:
    return refusal.said("fr") if isinstance(refusal, Refusal) else type(refusal).__name__
