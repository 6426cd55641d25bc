"""What recruitment announces of what people allow: consents, agreements, who speaks for whom."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.envelope import Fact, PartialDate, PersonalRef, PersonRef, StaffRef
from contracts.recruitment import ConsentGiven
from contracts.terms import Label, Personal, ProfileField, Title

type Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
type Wording = Annotated[str, StringConstraints(strip_whitespace=True, max_length=8_000)]
type Code = Annotated[str, Field(pattern="^[A-Za-z0-9._:-]{1,80}$")]  # ids and codes, no words
type EstablishmentKey = Annotated[str, Field(pattern="^[a-z0-9-]{2,40}$")]


class ConsentTo(StrEnum):
    """What may be allowed, each asked apart; the last two are agreements of both sides."""

    POOL = "pool"
    CONTACT = "contact"
    SHOW_PROFILE = "show_profile"
    STORY = "story"
    SHARING = "sharing"
    TELL_EMPLOYER = "tell_employer"
    CONFIDENTIALITY = "confidentiality"
    CHARTER = "charter"


class ConsentMode(StrEnum):
    """How it was said. `paper` is kept elsewhere, and only referred to."""

    WRITTEN = "written"
    PORTAL = "portal"
    VERBAL = "verbal"
    PAPER = "paper"


class Speaker(StrEnum):
    """Who said yes or no: the person, or whoever the law lets speak for them."""

    SELF = "self"
    GUARDIAN = "guardian"
    REPRESENTATIVE = "representative"


class Reach(StrEnum):
    """How far a consent goes; `of` names which ones."""

    EVERYTHING = "everything"
    REQUEST = "request"
    PROJECT = "project"
    CHANNEL = "channel"
    MESSAGE = "message"
    ESTABLISHMENT = "establishment"


class Scope(BaseModel):
    """All, or only these requests, projects, channels of a story, messages, establishments."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reach: Reach = Reach.EVERYTHING
    of: Annotated[tuple[Code, ...], Field(max_length=40)] = ()

    def covers(self, reach: Reach, one: str) -> bool:
        return self.reach is Reach.EVERYTHING or (self.reach is reach and one in self.of)


class Spoken(Fact):
    """What is known of every saying of yes or no."""

    partner: PersonRef
    consent: UUID  # one a purpose and scope; given again under the same id, it is renewed
    purpose: ConsentTo
    form: ConsentMode
    given_by: Speaker = Speaker.SELF
    representative: PersonRef | None = None
    collected_by: StaffRef | None = None


class ConsentGivenV2(Spoken, type="recruitment.ConsentGiven.v2"):
    """Yes to one purpose, on the very text of which this is the SHA-256."""

    text_hash: Digest | None = None  # none only on paper kept elsewhere, and before texts had one
    text_version: Label | None = None
    language: Label = "fr"
    scope: Scope = Scope()
    expires: PartialDate | None = None
    paper: PersonalRef | None = None  # where the paper is kept


class ConsentWithdrawnV2(Spoken, type="recruitment.ConsentWithdrawn.v2"):
    """From now on no more. Whoever relied on it stops, and says so."""


class ConsentRefused(Spoken, type="recruitment.ConsentRefused.v1"):
    """Asked, and the answer is no; it is not asked again and again."""

    text_hash: Digest | None = None


class ConsentRenewalDue(Fact, type="recruitment.ConsentRenewalDue.v1"):
    """This consent ends soon: the person is to be asked again."""

    partner: PersonRef
    consent: UUID
    purpose: ConsentTo
    expires: PartialDate


class ConsentExpired(Fact, type="recruitment.ConsentExpired.v1"):
    """Its time is over, and nobody renewed it: whoever relied on it stops."""

    partner: PersonRef
    consent: UUID
    purpose: ConsentTo


class AgreementCountersigned(Fact, type="recruitment.AgreementCountersigned.v1"):
    """The establishment has signed its side of the same text."""

    partner: PersonRef
    consent: UUID
    purpose: ConsentTo
    text_hash: Digest | None = None
    signed_by: StaffRef


class ConsentTextPublished(Fact, type="recruitment.ConsentTextPublished.v1"):
    """From now on this establishment asks in these words. They name nobody."""

    purpose: ConsentTo
    language: Label
    version: Label
    title: Title
    body: Wording
    script: Wording  # what is read on the phone
    owed: Wording = ""  # what the establishment owes in return
    text_hash: Digest


class RepresentativeKind(StrEnum):
    """Only the last never consents in the person's place: an assistant helps an adult decide."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    TUTOR = "tutor"
    MANDATARY = "mandatary"
    ASSISTANT = "assistant"


class RepresentativeAppointed(Fact, type="recruitment.RepresentativeAppointed.v1"):
    """Somebody may speak for a partner, within these limits. Who it is, the vault knows."""

    partner: PersonRef
    representative: PersonRef
    kind: RepresentativeKind
    limits: tuple[ConsentTo, ...] = ()  # none: for all of them
    until: PartialDate | None = None
    personal: Personal = {}


class RepresentativeEnded(Fact, type="recruitment.RepresentativeEnded.v1"):
    partner: PersonRef
    representative: PersonRef
    reason: PersonalRef | None = None


class PartnerAccessGiven(Fact, type="recruitment.PartnerAccessGiven.v1"):
    """This person, a partner or who speaks for one, may sign in to their own space."""

    person: PersonRef


class PartnerAccessWithdrawn(Fact, type="recruitment.PartnerAccessWithdrawn.v1"):
    person: PersonRef


class ProfileWithdrawn(Fact, type="recruitment.ProfileWithdrawn.v1"):
    """The team of this request no longer sees this person's profile."""

    request: UUID
    partner: PersonRef


class PartnerSharingOffered(Fact, type="recruitment.PartnerSharingOffered.v1"):
    """With the person's consent, another establishment may know of them until a day."""

    partner: PersonRef
    share: UUID
    to: EstablishmentKey
    fields: tuple[ProfileField, ...] = ()
    until: PartialDate
    link: PersonalRef  # who it is there; only the vault knows, so that it can be forgotten


class PartnerSharingEnded(Fact, type="recruitment.PartnerSharingEnded.v1"):
    """Taken back by the person or the office, or over."""

    partner: PersonRef
    share: UUID
    to: EstablishmentKey


class SharedPartnerReceived(Fact, type="recruitment.SharedPartnerReceived.v1"):
    """Another establishment shares a partner, known here by a reference of our own."""

    person: PersonRef
    giver: EstablishmentKey
    fields: tuple[ProfileField, ...] = ()
    until: PartialDate
    link: PersonalRef


class SharedPartnerClosed(Fact, type="recruitment.SharedPartnerClosed.v1"):
    """The consent no longer holds: what was shared is not to be seen any more."""

    person: PersonRef
    giver: EstablishmentKey


def consent_id(partner: UUID, purpose: ConsentTo, scope: Scope) -> UUID:
    """The id of a consent: the same for the same purpose and scope of the same person."""
    ids = " ".join(sorted(scope.of))
    return uuid5(partner, f"consent {purpose} {scope.reach} {ids}")


def upcast(given: ConsentGiven) -> ConsentGivenV2:
    """The first version in the words of the second: for everything, said by the person."""
    purpose = ConsentTo(given.purpose)
    return ConsentGivenV2(
        partner=given.partner,
        consent=consent_id(given.partner.root, purpose, Scope()),
        purpose=purpose,
        form=ConsentMode(given.form),
        text_version=given.text_version,
        expires=given.expires,
        collected_by=given.collected_by,
    )
