"""The doors by which HR speaks to an establishment: each has a name, a kind and its own token."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.access import AccessRole
from contracts.directory import (
    Share,
    SourceAdjusted,
    SourceClosed,
    SourceKind,
    SourceOpened,
    SourceTokenGiven,
    StaffColumn,
    Tolerance,
)
from contracts.envelope import Fact
from contracts.terms import Label
from services.chassis.appending import ESTABLISHMENT
from services.chassis.deciding import Position, Provenance, UseCases
from services.chassis.domain import Aggregate, Refusal

TOKEN = re.compile(r"tandem_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")
KEEP = """
insert into source_tokens (establishment, source, digest) values ($1, $2, $3)
"""
END = """
update source_tokens set until = now() + $4::interval
where establishment = $1 and source = $2 and digest <> $3 and (until is null or until > now() + $4)
"""
VALID = """
select digest from source_tokens
where establishment = $1 and source = $2 and (until is null or until > now())
"""
KNOWN = """
select id from sources where establishment = $1 order by name
"""
TOKENS = """
select source, given, until from source_tokens
where establishment = $1 and (until is null or until > now()) order by given desc
"""
LIST = "insert into sources (establishment, id, name) values ($1, $2, $3) on conflict do nothing"


class SourceOpenedOtherwise(Refusal):
    """There is a source of this name already, of another kind."""

    french = "Il y a déjà une source de ce nom, d’une autre sorte."


class SourceIsClosed(Refusal):
    """This source was closed. Open another under a new name."""

    french = "Cette source a été fermée. Ouvrez-en une autre sous un nouveau nom."


class Source(Aggregate):
    """One of HR's systems, and what is expected of it."""

    begun_by = (SourceOpened,)

    name: str = field(init=False)
    kind: SourceKind = field(init=False)
    tolerance: Tolerance = field(init=False)
    share: Share = field(init=False)  # of its people, who may leave in one run, in percent
    columns: dict[StaffColumn, Label] = field(init=False)
    closed: bool = field(init=False, default=False)

    @staticmethod
    def id_for(establishment: str, name: str) -> UUID:
        """The id of the source that this establishment calls so."""
        return uuid5(NAMESPACE_URL, f"tandem:{establishment}/sources/{name}")

    @classmethod
    def open(cls, establishment: str, opening: SourceOpened) -> Self:
        return cls.begin(cls.id_for(establishment, opening.name), opening)

    def require_opened_as(self, opening: SourceOpened) -> None:
        if self.kind != opening.kind:
            raise SourceOpenedOtherwise

    def adjust(self, said: SourceAdjusted) -> None:
        self.require_open()
        if (self.tolerance, self.share, self.columns) != (said.tolerance, said.share, said.columns):
            self.record(said)

    def give_token(self, hours: int) -> None:
        self.require_open()
        self.record(SourceTokenGiven(hours=hours))

    def close(self) -> None:
        if not self.closed:
            self.record(SourceClosed())

    def require_open(self) -> None:
        if self.closed:
            raise SourceIsClosed

    def evolve(self, fact: Fact) -> None:
        match fact:
            case SourceOpened():
                self.name, self.kind = fact.name, fact.kind
                self._expect(fact)
            case SourceAdjusted():
                self._expect(fact)
            case SourceClosed():
                self.closed = True

    def _expect(self, fact: SourceOpened | SourceAdjusted) -> None:
        self.tolerance, self.share, self.columns = fact.tolerance, fact.share, fact.columns


class Given(NamedTuple):
    """A token, which is shown this once, and kept here only as a digest."""

    token: str
    position: Position


class Living(NamedTuple):
    """A token that counts, and until when if another was given since."""

    given: datetime
    until: datetime | None


class Sources(UseCases):
    """The sources of HR, and who proves to be one."""

    kinds = (Source,)

    async def open(self, opening: SourceOpened, by: Provenance) -> tuple[UUID, Position]:
        """Opening again what is open changes nothing. Raises SourceOpenedOtherwise."""
        source = Source.id_for(by.establishment, opening.name)

        async def open_once() -> Position:
            history = await self._store.read_stream(by.establishment, source)
            if known := Source.replay(history):
                known.require_opened_as(opening)
                return await self.save(by, known)
            await self._store.pool.execute(LIST, by.establishment, source, opening.name)
            return await self.save(by, Source.open(by.establishment, opening))

        return source, await self._try(by, source, open_once)

    async def adjust(self, source: UUID, said: SourceAdjusted, by: Provenance) -> Position:
        return await self.change(Source, source, lambda it: it.adjust(said), by)

    async def give_token(self, source: UUID, hours: int, by: Provenance) -> Given:
        """A new token; those before it live for some hours still, so that a sender may change.

        Asked again under the same key it is another token: what was shown cannot be shown again.
        """
        token = f"tandem_{source.hex}_{secrets.token_urlsafe(32)}"
        position = await self.change(Source, source, lambda it: it.give_token(hours), by)
        digest, overlap = _digest(token), timedelta(hours=hours)
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(KEEP, by.establishment, source, digest)
            await connection.execute(END, by.establishment, source, digest, overlap)
        return Given(token, position)

    async def close(self, source: UUID, by: Provenance) -> Position:
        """From now on it proves nothing to know its tokens."""
        position = await self.change(Source, source, lambda it: it.close(), by)
        await self._store.pool.execute(END, by.establishment, source, b"", timedelta())
        return position

    async def known(self, establishment: str) -> list[Source]:
        """Every source of an establishment, by name; those that were closed too."""
        rows = await self._store.pool.fetch(KNOWN, establishment)
        histories = [await self._store.read_stream(establishment, one) for (one,) in rows]
        return [source for source in map(Source.replay, histories) if source]

    async def tokens(self, establishment: str) -> dict[UUID, list[Living]]:
        """When those that still count were given, the newest first, by source."""
        found: dict[UUID, list[Living]] = {}
        for source, given, until in await self._store.pool.fetch(TOKENS, establishment):
            found.setdefault(source, []).append(Living(given, until))
        return found

    async def proved(self, establishment: str, token: str) -> Source | None:
        """Whose token this is at this establishment; none where it is not, or not any more."""
        if not ESTABLISHMENT.fullmatch(establishment) or not (named := TOKEN.fullmatch(token)):
            return None
        source = UUID(named[1])
        rows = await self._store.pool.fetch(VALID, establishment, source)
        digest = _digest(token)
        if not any(hmac.compare_digest(kept, digest) for (kept,) in rows):
            return None
        known = Source.replay(await self._store.read_stream(establishment, source))
        return known if known and not known.closed else None


def speaking(establishment: str, source: Source) -> Provenance:
    """The provenance of what a source says itself, by its own token."""
    return said_by(establishment, source.id, source.kind)


def said_by(
    establishment: str, source: UUID, kind: SourceKind, brought_by: str | None = None
) -> Provenance:
    """The provenance of what a source says, and who brought it where somebody did."""
    return Provenance(
        establishment,
        f"source:{source}",
        onbehalfof=brought_by,
        role=AccessRole.SERVICE,
        channel=kind.value,
    )


def _digest(token: str) -> bytes:
    """Of 256 random bits: no salt and no slow hash is needed for what nobody can guess."""
    return sha256(token.encode()).digest()
