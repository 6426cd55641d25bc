"""What the vault announces: what the law gives a person, asked, answered and carried out."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from contracts.envelope import Fact, Loss, PartialDate, PersonalRef, PersonRef
from contracts.terms import Label

MOST_FILES = 300  # in one disposition: its facts stay well under what a store takes

type Count = Annotated[int, Field(ge=0, le=100_000_000)]
type Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
type Files = Annotated[tuple[PersonRef, ...], Field(min_length=1, max_length=MOST_FILES)]


class Ground(StrEnum):
    """Why a file may be destroyed."""

    RETENTION_ENDED = "retention_ended"
    END_OF_FILE = "end_of_file"  # the person asked for it; the schedule allows it


class DispositionProposed(Fact, type="vault.DispositionProposed.v1"):
    """The schedule allows that these files be destroyed; somebody has to approve it."""

    files: Files
    ground: Ground
    rule: Label  # the line of the retention schedule
    request: UUID | None = None  # the person's own request, where there was one


class DispositionApproved(Fact, type="vault.DispositionApproved.v1"):
    """`alone`: by who proposed it, because the office is one person."""

    alone: bool = False


class DispositionRefused(Fact, type="vault.DispositionRefused.v1"):
    """These files are kept."""

    reason: PersonalRef | None = None


class DispositionWithdrawn(Fact, type="vault.DispositionWithdrawn.v1"):
    """Who proposed it no longer does."""

    reason: PersonalRef | None = None


class ErasureOrdered(Fact, type="vault.ErasureOrdered.v1"):
    """From here on nothing brings these files back."""

    files: Files


class PersonErased(Fact, type="vault.PersonErased.v1"):
    """Who this was is known nowhere any more. What is due is cancelled; what was counted stays."""

    person: PersonRef
    streams: tuple[UUID, ...] = ()  # what was this person's alone, and whose words went as well
    words: tuple[UUID, ...] = ()  # references to theirs that stood elsewhere
    destroyed: dict[Label, Count] = {}  # values, by category


class DispositionCertified(Fact, type="vault.DispositionCertified.v1"):
    """All is destroyed, and a certificate says so; copies in backups are gone by that day."""

    certificate: Digest  # SHA-256 of the PDF
    erased: Count
    gone_by: PartialDate


class LegalHoldPlaced(Fact, type="vault.LegalHoldPlaced.v1"):
    """Nothing of this file may be destroyed while it lasts."""

    person: PersonRef
    reason: PersonalRef


class LegalHoldLifted(Fact, type="vault.LegalHoldLifted.v1"):
    person: PersonRef
    reason: PersonalRef | None = None


class Right(StrEnum):
    """What a person may ask of whoever holds information about them."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    PORTABILITY = "portability"
    END_OF_FILE = "end_of_file"


class RightsRequestReceived(Fact, type="vault.RightsRequestReceived.v1"):
    """The clock of the law starts on the day it was received."""

    right: Right
    person: PersonRef | None = None  # whoever asks may have no file here
    received: PartialDate
    due: PartialDate
    words: PersonalRef | None = None


class RightsRequestExtended(Fact, type="vault.RightsRequestExtended.v1"):
    """The person was told in time that it takes longer, and why."""

    due: PartialDate
    reason: PersonalRef


class RightsRequestAnswered(Fact, type="vault.RightsRequestAnswered.v1"):
    answer: PersonalRef | None = None


class RightsRequestRefused(Fact, type="vault.RightsRequestRefused.v1"):
    """In writing, with the reason and the recourse."""

    reason: PersonalRef


class RightsRequestWithdrawn(Fact, type="vault.RightsRequestWithdrawn.v1"):
    """Whoever asked no longer does."""


class IncidentKnown(Fact):
    """What a register of incidents has to hold (R-22.1, r. 1, art. 15; A-2.1, r. 3.1, art. 7).

    The information concerned, the circumstances, when it happened, when it became known, how many
    persons, what the risk of serious injury was judged by, and the measures; notices come apart.
    """

    information: PersonalRef
    circumstances: PersonalRef
    occurred: PartialDate
    occurred_until: PartialDate | None = None
    aware: PartialDate
    persons_affected: Count
    approximate: bool = False
    assessment: PersonalRef
    serious: bool
    measures: PersonalRef


class IncidentRecorded(IncidentKnown, type="vault.IncidentRecorded.v1"):
    """Personal information was seen, used, told or lost as it should not have been."""


class IncidentRevised(IncidentKnown, type="vault.IncidentRevised.v1"):
    """More is known of it now."""


class Notified(StrEnum):
    """Who has to hear of an incident with a risk of serious injury."""

    COMMISSION = "commission"  # Commission d'accès à l'information
    MINISTER = "minister"
    PERSONS = "persons"
    PUBLIC = "public"


class IncidentNotified(Fact, type="vault.IncidentNotified.v1"):
    """They were told; a public notice says why it was given."""

    to: Notified
    date: PartialDate
    reason: PersonalRef | None = None


class FactsLost(Loss, type="vault.FactsLost.v1"): ...
