"""What partners allow, what was checked, and which searches thought of them."""

from __future__ import annotations

from msgspec.structs import replace

from contracts.recruitment import (
    CandidateNotRetained,
    CandidateShortlisted,
    ClearanceRecorded,
    ConsentGiven,
    ConsentRecorded,
    ConsentWithdrawn,
    InterestDeclined,
    InterestExpressed,
    MatchAgreed,
)
from services.chassis.folding import Entry
from services.insights.partners import PARTNER, Clearance, Consent, Considered, Partner, partners
from services.insights.pieces import given, refs


def consenting(it: Partner, purpose: str, consent: Consent) -> Partner:
    return replace(it, consents={**it.consents, purpose: consent})


@partners.on(ConsentGiven, of=PARTNER)
def consented(it: Partner, entry: Entry) -> Partner:
    said = given(entry.data, "form", "expires", "text_version")
    consent = Consent(answer="yes", since=entry.when, **said)
    return consenting(it, entry.data["purpose"], consent)


@partners.on(ConsentWithdrawn, of=PARTNER)
def withdrew(it: Partner, entry: Entry) -> Partner:
    consent = Consent(answer="withdrawn", since=entry.when)
    return consenting(it, entry.data["purpose"], consent)


@partners.on(ConsentRecorded, of=PARTNER)
def consent_recorded(it: Partner, entry: Entry) -> Partner:
    data = entry.data
    since = data.get("withdrawn") or data.get("given") or entry.when
    said = given(data, "answer", "form", "expires", "text_version")
    it = replace(it, personal={**it.personal, **refs(data)})
    return consenting(it, data["purpose"], Consent(since=since, recorded=True, **said))


@partners.on(ClearanceRecorded, of=PARTNER)
def cleared(it: Partner, entry: Entry) -> Partner:
    said = given(entry.data, "kind", "outcome", "issued", "expires")
    others = tuple(one for one in it.clearances if one.kind != said["kind"])
    return replace(it, clearances=(*others, Clearance(**said)))


CONSIDERED = {
    CandidateShortlisted.type: "shortlisted",
    InterestExpressed.type: "interested",
    InterestDeclined.type: "declined",
    CandidateNotRetained.type: "not_retained",
    MatchAgreed.type: "matched",
}


@partners.on(
    CandidateShortlisted, InterestExpressed, InterestDeclined, CandidateNotRetained, MatchAgreed,
    of=PARTNER,
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
