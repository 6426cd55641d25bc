"""Who is shared between establishments: what is said of it on both sides."""

from __future__ import annotations

from msgspec.structs import replace

from contracts.consent import (
    PartnerSharingEnded,
    PartnerSharingOffered,
    SharedPartnerClosed,
    SharedPartnerReceived,
)
from services.chassis.folding import Entry
from services.insights.partners import PARTNER, PERSON, Partner, Shared, partners


@partners.on(PartnerSharingOffered, of=PARTNER)
def offered(it: Partner, entry: Entry) -> Partner:
    data = entry.data
    return _sharing(
        it,
        Shared(
            id=data["share"],
            other=data["to"],
            until=data["until"],
            fields=tuple(data.get("fields", ())),
            since=entry.when,
        ),
    )


@partners.on(SharedPartnerReceived, of=PERSON)
def received(it: Partner, entry: Entry) -> Partner:
    """Somebody of another establishment: in the list here, under a reference of our own."""
    data = entry.data
    one = Shared(
        id=data["giver"],
        other=data["giver"],
        until=data["until"],
        fields=tuple(data.get("fields", ())),
        since=entry.when,
        received=True,
    )
    it = replace(it, state=it.state or "shared", since=it.since or entry.when)
    return _sharing(it, one)


@partners.on(PartnerSharingEnded, of=PARTNER)
def ended(it: Partner, entry: Entry) -> Partner:
    return _closed(it, entry)


@partners.on(SharedPartnerClosed, of=PERSON)
def closed(it: Partner, entry: Entry) -> Partner:
    it = _closed(it, entry)
    return replace(it, state="former", left=entry.when) if it.state == "shared" else it


def _sharing(it: Partner, one: Shared) -> Partner:
    others = tuple(other for other in it.shared if other.id != one.id)
    return replace(it, shared=(*others, one))


def _closed(it: Partner, entry: Entry) -> Partner:
    share = entry.data.get("share") or entry.data["giver"]
    return replace(
        it,
        shared=tuple(
            replace(one, ended=entry.when) if one.id == share else one for one in it.shared
        ),
    )
