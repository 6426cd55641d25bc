"""What partners allow and took back, who speaks for them, and how each consent stood before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec.structs import replace

from contracts.consent import (
    AgreementCountersigned,
    ConsentExpired,
    ConsentGivenV2,
    ConsentRefused,
    ConsentRenewalDue,
    ConsentWithdrawnV2,
    RepresentativeAppointed,
    RepresentativeEnded,
    Scope,
    consent_id,
)
from contracts.recruitment import ConsentGiven, ConsentRecorded, ConsentWithdrawn
from services.chassis.folding import Entry
from services.insights.partners import (
    PARTNER,
    Consent,
    Given,
    Partner,
    PastConsent,
    Representative,
    partners,
)
from services.insights.pieces import given, refs

ANSWERS = {
    ConsentWithdrawn.type: "withdrawn",
    ConsentWithdrawnV2.type: "withdrawn",
    ConsentExpired.type: "expired",
    ConsentRefused.type: "no",
}
EVERYTHING = Scope()
SAID = ("form", "expires", "text_version", "text_hash", "language", "given_by", "collected_by")


def consenting(it: Partner, entry: Entry, purpose: str, consent: Consent) -> Partner:
    """The consent as it stands from now on; how it stood is kept."""
    past = it.consents_past
    if was := it.consents.get(purpose):
        past = (*past, PastConsent(purpose=purpose, until=entry.when, was=was))
    return replace(it, consents={**it.consents, purpose: consent}, consents_past=past)


@partners.on(ConsentGiven, ConsentGivenV2, of=PARTNER)
def consented(it: Partner, entry: Entry) -> Partner:
    data, purpose = entry.data, entry.data["purpose"]
    scope = data.get("scope") or {}
    one = Given(
        id=data.get("consent") or str(consent_id(UUID(data["partner"]), purpose, EVERYTHING)),
        reach=scope.get("reach", "everything"),
        of=tuple(scope.get("of", ())),
        expires=data.get("expires"),
    )
    before = it.consents.get(purpose)
    others = tuple(other for other in _standing(before) if other.id != one.id)
    consent = Consent(answer="yes", since=entry.when, given=(*others, one), **given(data, *SAID))
    back = purpose == "pool" and it.state == "inactive" and before and before.answer != "yes"
    it = consenting(it, entry, purpose, consent)
    return _into_pool(it, entry) if back else it


@partners.on(ConsentWithdrawn, ConsentWithdrawnV2, ConsentExpired, ConsentRefused, of=PARTNER)
def stopped(it: Partner, entry: Entry) -> Partner:
    """Who took back the consent to be in the pool is asked nothing new."""
    data, purpose = entry.data, entry.data["purpose"]
    before = it.consents.get(purpose)
    rest = tuple(one for one in _standing(before) if one.id != data.get("consent"))
    if before and rest and entry.type in (ConsentWithdrawnV2.type, ConsentExpired.type):
        return consenting(it, entry, purpose, replace(before, given=rest))
    said: dict[str, Any] = given(data, "form", "text_hash", "given_by", "collected_by")
    if purpose == "pool" and it.state == "available":
        it = replace(it, state="inactive", since=entry.when)
    consent = Consent(answer=ANSWERS[entry.type], since=entry.when, **said)
    return consenting(it, entry, purpose, consent)


@partners.on(ConsentRenewalDue, of=PARTNER)
def renewal_due(it: Partner, entry: Entry) -> Partner:
    purpose = entry.data["purpose"]
    if not (standing := it.consents.get(purpose)):
        return it
    return replace(it, consents={**it.consents, purpose: replace(standing, renewal=entry.when)})


@partners.on(AgreementCountersigned, of=PARTNER)
def countersigned(it: Partner, entry: Entry) -> Partner:
    purpose = entry.data["purpose"]
    if not (standing := it.consents.get(purpose)):
        return it
    return replace(it, consents={**it.consents, purpose: replace(standing, signed=entry.when)})


@partners.on(ConsentRecorded, of=PARTNER)
def consent_recorded(it: Partner, entry: Entry) -> Partner:
    data = entry.data
    since = data.get("withdrawn") or data.get("given") or entry.when
    said = given(data, "answer", "form", "expires", "text_version")
    it = replace(it, personal={**it.personal, **refs(data)})
    return consenting(it, entry, data["purpose"], Consent(since=since, recorded=True, **said))


@partners.on(RepresentativeAppointed, of=PARTNER)
def represented(it: Partner, entry: Entry) -> Partner:
    data = entry.data
    one = Representative(
        id=data["representative"],
        since=entry.when,
        limits=tuple(data.get("limits", ())),
        **given(data, "kind", "until"),
    )
    others = tuple(other for other in it.representatives if other.id != one.id)
    return replace(it, representatives=(*others, one))


@partners.on(RepresentativeEnded, of=PARTNER)
def no_longer_represented(it: Partner, entry: Entry) -> Partner:
    whom = entry.data["representative"]
    return replace(
        it,
        representatives=tuple(
            replace(one, ended=entry.when) if one.id == whom else one for one in it.representatives
        ),
    )


def _standing(before: Consent | None) -> tuple[Given, ...]:
    return before.given if before and before.answer == "yes" else ()


def _into_pool(it: Partner, entry: Entry) -> Partner:
    return replace(it, state="engaged" if it.load else "available", since=entry.when)
