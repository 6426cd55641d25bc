"""A partner shared with another establishment: by consent, for a while, of what they chose."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Self

from contracts.consent import PartnerSharingEnded, PartnerSharingOffered
from contracts.envelope import Fact
from services.chassis.domain import Aggregate, NotFound, Refusal
from services.chassis.moments import last_instant


class NotConsentedToShare(Refusal):
    """The person has not consented to be shared with this establishment, for so long."""

    french = "La personne n’a pas consenti à être partagée avec cet établissement, ou si longtemps."
    passing = True


class NoLongerShared(NotFound):
    """The consent to share this person no longer holds: nothing of them is shown here."""

    french = "L’accord pour partager cette personne ne tient plus : rien d’elle n’est montré ici."


class Share(Aggregate):
    """On the side of the establishment that gives."""

    begun_by = (PartnerSharingOffered,)

    offered: PartnerSharingOffered = field(init=False)
    ended: bool = False

    @classmethod
    def offer(cls, offered: PartnerSharingOffered) -> Self:
        return cls.begin(offered.share, offered)

    def stands(self, at: datetime) -> bool:
        return not self.ended and last_instant(self.offered.until) >= at

    def end(self) -> None:
        if not self.ended:
            one = self.offered
            self.record(PartnerSharingEnded(partner=one.partner, share=one.share, to=one.to))

    def evolve(self, fact: Fact) -> None:
        match fact:
            case PartnerSharingOffered():
                self.offered = fact
            case PartnerSharingEnded():
                self.ended = True
