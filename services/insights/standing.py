"""What was checked about partners, which searches thought of them, and who may sign in."""

from __future__ import annotations

from msgspec.structs import replace

from contracts.consent import PartnerAccessGiven, PartnerAccessWithdrawn, ProfileWithdrawn
from contracts.recruitment import (
    CandidateNotRetained,
    CandidateShortlisted,
    ClearanceRecorded,
    InterestDeclined,
    InterestExpressed,
    MatchAgreed,
)
from services.chassis.folding import Entry
from services.insights.partners import PARTNER, PERSON, Clearance, Considered, Partner, partners
from services.insights.pieces import given


@partners.on(ClearanceRecorded, of=PARTNER)
def cleared(it: Partner, entry: Entry) -> Partner:
    said = given(entry.data, "kind", "outcome", "issued", "expires")
    others = tuple(one for one in it.clearances if one.kind != said["kind"])
    return replace(it, clearances=(*others, Clearance(**said)))


@partners.on(PartnerAccessGiven, PartnerAccessWithdrawn, of=PERSON)
def signing_in(it: Partner, entry: Entry) -> Partner:
    """Said of who speaks for a partner too: that one is known here, and in no list."""
    return replace(it, may_sign_in=entry.type == PartnerAccessGiven.type)


CONSIDERED = {
    CandidateShortlisted.type: "shortlisted",
    InterestExpressed.type: "interested",
    InterestDeclined.type: "declined",
    CandidateNotRetained.type: "not_retained",
    MatchAgreed.type: "matched",
    ProfileWithdrawn.type: "withdrawn",
}


@partners.on(
    CandidateShortlisted, InterestExpressed, InterestDeclined, CandidateNotRetained, MatchAgreed,
    ProfileWithdrawn, of=PARTNER, adds_up=True,
)  # fmt: skip
def considered(it: Partner, entry: Entry) -> Partner:
    line = Considered(
        search=entry.subject,
        request=entry.data["request"],
        state=CONSIDERED[entry.type],
        since=entry.when,
    )
    others = tuple(one for one in it.searches if one.search != line.search)
    return replace(it, searches=(*others, line))
