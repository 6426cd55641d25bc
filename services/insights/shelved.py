"""What readers are given of a past, as of what is live."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from services.chassis.domain import NotFound
from services.chassis.folding import Document, Listed
from services.chassis.reading import Asked, Page, place_in, token_of
from services.insights.past import Past


class PastShelf[D: Document]:
    """What readers are given of a past, as of what is live."""

    def __init__(self, past: Past[D]) -> None:
        self._past = past

    async def one(self, _: str, id: str, facets: Sequence[str] = ()) -> D:
        """Raises NotFound, also where it lacks these facets."""
        listed = self._past.listed.get(id)
        if listed is None or not listed.state or not set(facets) <= set(listed.facets):
            raise NotFound
        return self._past.documents[id]

    async def some(self, _: str, ids: Sequence[str]) -> list[D]:
        found = self._past.documents
        return [found[one] for one in ids if one in found and self._past.listed[one].state]

    async def page(self, _: str, asked: Asked) -> Page[D]:
        """Raises NoSuchPage where `after` is none of ours."""
        such = [
            (listed, key)
            for key, listed in self._past.listed.items()
            if _is_such(key, listed, asked)
        ]
        counts = Counter(listed.state for listed, _ in such)
        rows = sorted(
            (
                (listed.sorts[asked.sort - 1] if len(listed.sorts) >= asked.sort else "", key)
                for listed, key in such
                if not asked.states or listed.state in asked.states
            ),
            reverse=asked.descending,
        )
        if asked.after:
            last = place_in(asked.after)
            beyond = (last[0], str(last[1]))
            rows = [row for row in rows if (row < beyond if asked.descending else row > beyond)]
        shown = rows[: asked.limit]
        more = token_of(*shown[-1]) if len(rows) > len(shown) else None
        return Page([self._past.documents[key] for _, key in shown], dict(counts), more)

    async def kept(self, _: str, ids: Sequence[UUID]) -> list[UUID]:
        return [UUID(self._past.kept(str(one))) for one in ids]

    async def others(self, _: str, id: str) -> list[str]:
        return self._past.behind(id)


def _is_such(id: str, listed: Listed, asked: Asked) -> bool:
    return bool(
        listed.state
        and (not asked.facets or set(asked.facets) <= set(listed.facets))
        and all(word in listed.words for word in asked.words)
        and (not asked.ids or UUID(id) in asked.ids)
        and (not asked.either or not set(asked.either).isdisjoint(listed.facets))
    )
