"""The mandate of an involvement: its terms, and which sides have signed the last of them."""

from __future__ import annotations

from contracts.accompaniment import InvolvementState, MandateSigned, TermsSet
from contracts.terms import Side
from services.accompaniment.domain.refusals import AlreadyEnded, NothingToSign
from services.accompaniment.domain.stopping import Stopping

BOTH = frozenset(Side)


class Mandate(Stopping):
    """New terms are a new draft, which both sides sign anew."""

    state: InvolvementState = InvolvementState.PROPOSED
    terms: TermsSet | None = None
    draft: int = 0
    signed: frozenset[Side] = frozenset()
    ends: str | None = None

    def set_terms(self, terms: TermsSet) -> None:
        self.require_not_ended()
        if terms != self.terms:
            self.record(terms)

    def sign(self, side: Side) -> None:
        if side not in self.signed:
            self.require_to_sign()
            self.record(MandateSigned(side=side))

    def require_to_sign(self) -> None:
        """Raises AlreadyEnded, NothingToSign."""
        self.require_not_ended()
        if self.terms is None:
            raise NothingToSign

    def require_not_ended(self) -> None:
        if self.state is InvolvementState.ENDED:
            raise AlreadyEnded
