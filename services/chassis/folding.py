"""Read models as pure folds: which documents a fact speaks of, and what it makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import Enum
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import force_setattr, replace

from contracts.envelope import KNOWN, Fact
from services.chassis.changes import Listed as Listed
from services.chassis.correcting import is_correction
from services.chassis.entries import Counted as Counted
from services.chassis.entries import Entry as Entry
from services.chassis.entries import Written
from services.chassis.entries import counted as counted
from services.chassis.joining import Joining

type Keys = Collection[str]


class Document(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What is known of one thing. It may be heard of before it is known: then it has no state."""

    id: str
    establishment: str
    stream: str = ""  # the stream that decisions about it go to
    version: int = 0  # of that stream, for If-Match
    state: str = ""

    def listed(self) -> Listed:
        return Listed(self.state)


class Of(Enum):
    """Whose document a fact belongs to, where it does not say so in a field."""

    ITS_STREAM = 1
    WHOM_ITS_STREAM_FEEDS = 2
    EITHER = 3  # whom its stream feeds, or else its stream's own


class Rule[D](NamedTuple):
    fold: Callable[[D, Entry], D]
    of: tuple[str, ...] | Of
    about: str | None
    adds_up: bool = False


class ReadModel[D: Document]:
    """One question, its documents, and for each fact what it changes in them."""

    def __init__(self, name: str, document: type[D]) -> None:
        self.name = name
        self.document = document
        self.rules: dict[str, Rule[D]] = {}
        self.joining: Joining | None = None
        self.read: Callable[[bytes], D] = msgspec.json.Decoder(document).decode

    def on(
        self, *facts: type[Fact], of: str | tuple[str, ...] | Of = Of.ITS_STREAM,
        about: str | None = None, adds_up: bool = False,
    ) -> Callable[[Callable[[D, Entry], D]], Callable[[D, Entry], D]]:  # fmt: skip
        """Fold these facts so: into the document of their stream, or that some field names.

        A stream feeds every document that a fact of it has named, from that fact on. Where a
        field may name various things, `about` is what the fact must say that it is about. What
        `adds_up` goes to another document too, where that stands for the one that is named.
        """
        named = (of,) if isinstance(of, str) else of

        def register(fold: Callable[[D, Entry], D]) -> Callable[[D, Entry], D]:
            self.rules |= {fact.type: Rule(fold, named, about, adds_up) for fact in facts}
            return fold

        return register

    def one_thing(self, joined: type[Fact], parted: type[Fact], *, kept: str, other: str) -> None:
        """By these facts two documents are one thing, and two again; the fields name them.

        The other is then no document of its own: who asks for it is given the one that is kept.
        """
        self.joining = Joining(joined.type, parted.type, kept, other)

    @property
    def types(self) -> list[str]:
        """The facts it reads: those it folds, and all corrections."""
        return [*self.rules, *filter(is_correction, KNOWN)]

    @property
    def asking(self) -> frozenset[str]:
        """Those for which one must know whom their streams feed."""
        feeding = (Of.WHOM_ITS_STREAM_FEEDS, Of.EITHER)
        return frozenset(
            one for one in self.types if is_correction(one) or self.rules[one].of in feeding
        )

    @property
    def names(self) -> set[str]:
        """Of the facts it reads: a version that is not known here must not be skipped."""
        return {one.rstrip("0123456789") for one in self.types}

    def routes(self, entry: Entry, fed: Collection[str]) -> tuple[Keys, Keys]:
        """The documents this fact belongs to, and those that its stream feeds from now on.

        `fed` are those that its stream feeds already.
        """
        rule = self.rules[entry.type]
        if isinstance(rule.of, tuple):
            named = _named(entry.data, rule.of, rule.about)
            return named, named
        if rule.of is Of.ITS_STREAM:
            return (entry.subject,), ()
        if rule.of is Of.WHOM_ITS_STREAM_FEEDS:
            return fed, ()
        return fed or (entry.subject,), ()

    def corrected(self, entry: Entry) -> Iterator[str]:
        """The documents that a corrected or annulled fact names, as it was and as it counts."""
        yield entry.subject
        rule = self.rules.get(entry.data["of"])
        if rule is None or isinstance(rule.of, Of):
            return
        for said in ("was", "data"):
            yield from _named(entry.data.get(said, {}), rule.of, rule.about)

    def evolve(self, key: str, document: D | None, entry: Entry) -> D:
        """Pure: neither clock nor database. Raises whatever a fold raises on nonsense."""
        it = document or self.document(id=key, establishment=entry.establishment, stream=key)
        made = self.rules[entry.type].fold(it, entry)
        if made is it:
            return self._seen(made, entry)
        if entry.subject == made.stream:
            force_setattr(made, "version", entry.version)  # nobody else has it yet
        return made

    def others(self, key: str, pairs: Sequence[Counted]) -> set[str]:
        """The documents that stand behind this one, as all these facts leave it."""
        return self.joining.others(key, pairs) if self.joining else set()

    def history(self, key: str, pairs: Sequence[Counted]) -> Iterator[Counted]:
        """Those of these facts that belong to one thing, each with how it counts for it."""
        for entry, counts, _ in self._told(key, pairs, self.others(key, pairs)):
            yield entry, counts

    def _told(
        self, key: str, pairs: Sequence[Counted], others: Collection[str]
    ) -> Iterator[tuple[Written, Written | None, bool]]:
        """And whether it is the document's own, or of one that stands behind it."""
        ids = {key, *others}
        fed: defaultdict[str, set[str]] = defaultdict(set)
        told: set[str] = set()
        for entry, counting in pairs:
            if is_correction(entry.type):
                if entry.data["fact"] in told or entry.subject in ids:
                    yield entry, None, entry.subject == key
                continue
            if counting and counting.type in self.rules:
                fed[counting.subject] |= ids.intersection(self.routes(counting, ())[1])
            mine = fed[entry.subject]
            belongs = self._belonging(counting, mine) & ids if counting else set()
            counts = counting if belongs else None
            if counts or entry.subject in ids or self._belonging(entry, mine) & ids:
                told.add(entry.id)
                yield entry, counts, key in belongs

    def unfed(self, key: str, pairs: Sequence[Counted]) -> set[str]:
        """The streams that no longer feed this document: what said so was corrected."""
        counting = [counts for _, counts in pairs if counts and counts.type in self.rules]
        fed = {one.subject for one in counting if key in self.routes(one, ())[1]}
        return {entry.subject for entry, _ in pairs} - fed - {key}

    def refold(
        self, key: str, pairs: Sequence[Counted], others: Collection[str] | None = None
    ) -> D | None:
        """From all facts of its streams, corrections applied, and of `others` that stand behind."""
        document: D | None = None
        others = self.others(key, pairs) if others is None else others
        for entry, counting, own in self._told(key, pairs, others):
            if counting and (own or self.rules[counting.type].adds_up):
                document = self.evolve(key, document, counting)
            elif document:
                document = self._seen(document, entry)
        return document

    def _belonging(self, entry: Entry, fed: Collection[str]) -> set[str]:
        return set(self.routes(entry, fed)[0]) if entry.type in self.rules else set()

    @staticmethod
    def _seen(it: D, entry: Entry) -> D:
        return replace(it, version=entry.version) if entry.subject == it.stream else it


def _named(data: dict[str, Any], fields: Iterable[str], about: str | None) -> Collection[str]:
    """The documents that these fields name, where the fact is about that."""
    if about and data.get("about") != about:
        return ()
    keys: list[str] = []
    for field in fields:
        if value := data.get(field):
            keys += [value] if isinstance(value, str) else value
    return keys
