"""One source's users and groups, read: facts say that they are there, the vault what they say."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from itertools import batched
from typing import Any, cast
from uuid import UUID

from scim2_models import Meta, Resource, ScimProvider, SearchRequest

from contracts.directory import ScimUserStated
from contracts.envelope import Envelope
from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.directory.scim.looking import descending, matches, sort_key
from services.directory.scim.resources import ScimGroup, ScimUser
from services.directory.scim.shape import Sent, version_of, whole
from services.directory.sources import Source

AT_ONCE = 100

type Kept = ScimUser | ScimGroup


class Readings:
    """What one source has said, to be served back to it."""

    def __init__(
        self, store: Store, vault: Vault, provider: ScimProvider, source: Source, by: Provenance
    ) -> None:
        self._store, self._vault = store, vault
        self._source, self._by = source, by
        self._at_hand: Mapping[UUID, str] = {}
        self._models = {
            rt.name: cast(type[Resource[Any]], provider.model_for(rt))
            for rt in provider.resource_types
        }

    async def history(self, id: UUID) -> list[Envelope]:
        return await self._store.read_stream(self._by.establishment, id)

    def kept(self, history: Sequence[Envelope]) -> Kept | None:
        """None where there is nothing, nothing any more, or only another source's."""
        if not history:
            return None
        kind = ScimUser if history[0].type == ScimUserStated.type else ScimGroup
        kept: Kept | None = kind.replay(history)
        return kept if kept and not kept.deleted and kept.source == self._source.id else None

    async def loaded(self, ids: Sequence[UUID]) -> list[Resource[Any]]:
        """Those that are there, in this order."""
        histories = await asyncio.gather(*map(self.history, ids))
        there = [(kept, history) for history in histories if (kept := self.kept(history))]
        refs = [kept.resource.ref for kept, _ in there]
        texts = await self._texts(refs)
        return [
            self._resource(kept, history, texts[kept.resource.ref])
            for kept, history in there
            if kept.resource.ref in texts
        ]

    async def said(self, kept: Kept) -> Sent:
        """What was sent, as it was kept; nothing where it was erased."""
        ref = kept.resource.ref
        texts = await self._texts([ref])
        return whole(texts[ref], _members(kept)) if ref in texts else {}

    def remember(self, ref: UUID, text: str) -> None:
        """What one request has sent or read, it need not read again."""
        self._at_hand = {ref: text}

    async def _texts(self, refs: Sequence[UUID]) -> Mapping[UUID, str]:
        if self._at_hand.keys() >= set(refs):
            return self._at_hand
        texts = await self._vault.resolve(self._by, Purpose.SOURCE, refs)
        if len(texts) == 1:
            self._at_hand = texts
        return texts

    async def chosen(self, ids: Sequence[UUID], asked: SearchRequest[Any]) -> list[UUID]:
        """Those that match, in the order asked for; only their order is kept in memory."""
        keys = []
        for some in batched(ids, AT_ONCE, strict=False):
            for resource in await self.loaded(some):
                if matches(asked.filter, resource):
                    keys.append(sort_key(asked, resource))
        return [UUID(key[-1]) for key in sorted(keys, reverse=descending(asked))]

    def _resource(self, kept: Kept, history: Sequence[Envelope], text: str) -> Resource[Any]:
        name = "User" if isinstance(kept, ScimUser) else "Group"
        resource = self._models[name].model_validate(whole(text, _members(kept)))
        resource.id = str(kept.id)
        resource.meta = Meta(
            resource_type=name,
            created=history[0].time,
            last_modified=history[-1].time,
            version=version_of(history),
        )
        return resource


def _members(kept: Kept) -> tuple[UUID, ...]:
    return tuple(kept.members) if isinstance(kept, ScimGroup) else ()
