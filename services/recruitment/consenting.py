"""What may be asked about consents: given, refused, withdrawn, renewed, and whether they hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from contracts.consent import (
    ConsentGivenV2,
    ConsentMode,
    ConsentRefused,
    ConsentTo,
    ConsentWithdrawnV2,
    PartnerSharingOffered,
    Reach,
    Speaker,
    Spoken,
)
from contracts.envelope import PersonRef, StaffRef
from contracts.recruitment import Answer, ConsentRecorded
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import Refusal
from services.chassis.moments import last_instant
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.recruitment.domain.partner import Partner
from services.recruitment.domain.representation import CannotSpeakForThem, Representation
from services.recruitment.domain.search import Search
from services.recruitment.domain.sharing import Share
from services.recruitment.domain.statement import Statement
from services.recruitment.representing import Representing
from services.recruitment.texts import Texts

SHORTLISTS = """
select distinct stream from events where type = 'recruitment.CandidateShortlisted.v1'
and named_in(body) @> array[$2::text] and establishment = $1
"""


class GuardianMustConsent(Refusal):
    """Under 14, a parent or guardian consents: enter who it is, and ask them."""

    french = "Avant 14 ans, c’est un parent ou tuteur qui consent : inscrivez-le d’abord."
    passing = True


class YouthConsentsAlone(Refusal):
    """From 14 on the young person consents, and not the parent."""

    french = "À partir de 14 ans, c’est la jeune personne qui consent, et non son parent."
    passing = True


class Standing(NamedTuple):
    """Whether a consent holds, and whether it was said no to: neither means never asked."""

    holds: bool
    closed: bool


class Consenting(Representing):
    """What one person allows, and what stops when they no longer do."""

    kinds = (Partner, Representation, Search, Share, Statement)

    def __init__(self, store: Store, vault: Vault, texts: Texts) -> None:
        super().__init__(store, vault)
        self._texts = texts

    async def give(self, given: ConsentGivenV2, paper: str | None, by: Provenance) -> Position:
        """Raises NotFound, TextIsMissing, TextWasReplaced, or what the speaker may not."""
        await self.load(Partner, given.partner.root, by.establishment)
        given = _collected(given, by)
        if given.form is not ConsentMode.PAPER:
            await self._texts.require_shown(given.purpose, given.language, given.text_hash, by)
        elif given.text_hash:
            await self._texts.known_as(given.text_hash, by)
        await self._require_speaker(given, by)
        person = given.partner.root
        return await self.change_with(
            Partner, person, by, person, Purpose.RECRUITMENT, {"paper": paper},
            lambda it, kept: it.say(it.consents.giving(given.model_copy(update=kept))),
        )  # fmt: skip

    async def refuse(self, said: ConsentRefused, by: Provenance) -> Position:
        """No: what stood before is withdrawn with it."""
        said = _collected(said, by)
        await self._require_speaker(said, by)

        def decide(it: Partner) -> None:
            if it.consents.of(said.purpose):
                it.say(it.consents.withdrawing(_withdrawal(said), all_of_it=True))
            it.say(it.consents.refusing(said))

        return await self._stopping(said.partner, decide, by)

    async def withdraw(self, said: ConsentWithdrawnV2, all_of_it: bool, by: Provenance) -> Position:
        """As easy as giving it: no text, no reason, and no age."""
        said = _collected(said, by)
        await self._require_voice(said, by)
        return await self._stopping(
            said.partner, lambda it: it.say(it.consents.withdrawing(said, all_of_it)), by
        )

    async def countersign(
        self, id: UUID, purpose: ConsentTo, staff: StaffRef, by: Provenance
    ) -> Position:
        return await self.change(
            Partner, id, lambda it: it.say(it.consents.signing(purpose, staff)), by
        )

    async def renew_or_end(self, partner: UUID, due: datetime, by: Provenance) -> Position:
        """When an alarm rings: whoever is to be asked again is, and what is over ends."""

        def decide(it: Partner) -> None:
            if it.left or it.files.kept_as:
                return
            for consent in list(it.consents.given.values()):
                if consent.expires:
                    over = it.consents.expiring(consent.consent, due)
                    it.say(over or it.consents.renewing(consent.consent, due))

        return await self._stopping(PersonRef(partner), decide, by)

    async def stands(
        self, partner: UUID, purpose: ConsentTo, reach: Reach, of: str | None, by: Provenance
    ) -> Standing:
        """Asked at the moment of relying on it. Raises NotFound where nobody is known.

        Of two files of one person, the one that was kept says it.
        """
        it, now = await self.load(Partner, partner, by.establishment), datetime.now(UTC)
        if it.files.kept_as:
            return await self.stands(it.files.kept_as.root, purpose, reach, of, by)
        if it.left:
            return Standing(holds=False, closed=True)
        given = it.consents.standing(purpose, now)
        if given or it.consents.is_closed(purpose):
            # Without a narrower question, any consent to the purpose is one.
            return Standing(any(of is None or one.scope.covers(reach, of) for one in given),
                            not given)  # fmt: skip
        return await self._of_the_register(partner, purpose, now, by)

    async def _of_the_register(
        self, partner: UUID, purpose: ConsentTo, now: datetime, by: Provenance
    ) -> Standing:
        streams = await self._store.streams_naming(by.establishment, partner, ConsentRecorded)
        said = [
            one.said
            for one in await self.standing(Statement, streams, by)
            if isinstance(one.said, ConsentRecorded) and one.said.purpose.value == purpose.value
        ]
        if not said:
            return Standing(holds=False, closed=False)
        last = said[-1]
        over = last.expires is not None and last_instant(last.expires) < now
        holds = last.answer is Answer.YES and not over
        return Standing(holds, not holds and last.answer is not Answer.UNKNOWN)

    async def _stopping(
        self, partner: PersonRef, decide: Callable[[Partner], None], by: Provenance
    ) -> Position:
        """Decide on the person, and with it on every search that relied on what they said."""

        async def decide_and_save() -> Position:
            it = await self.load(Partner, partner.root, by.establishment)
            decide(it)
            if not it.recorded():
                return await self.save(by)
            searches = await self._searches_to_leave(it, by)
            return await self.save(by, it, *searches, *await self._shares_to_end(it, by))

        return await self._try(by, partner.root, decide_and_save)

    async def _searches_to_leave(self, it: Partner, by: Provenance) -> list[Search]:
        rows = await self._store.pool.fetch(SHORTLISTS, by.establishment, str(it.person))
        searches = await self.standing(Search, [stream for (stream,) in rows], by)
        for search in searches:
            if not it.consents.lets_see(search.opening.request, datetime.now(UTC)):
                search.withdraw_profile(it.person)
        return searches

    async def _shares_to_end(self, it: Partner, by: Provenance) -> list[Share]:
        streams = await self._store.streams_naming(by.establishment, it.id, PartnerSharingOffered)
        shares = await self.standing(Share, streams, by)
        for share in shares:
            if not it.consents.lets_share(share.offered.to, datetime.now(UTC)):
                share.end()
        return shares

    async def _require_speaker(self, said: Spoken, by: Provenance) -> None:
        """Raises GuardianMustConsent, YouthConsentsAlone, CannotSpeakForThem."""
        await self._require_voice(said, by)
        now, under = datetime.now(UTC), await self.under_14(said.partner.root, by)
        if said.given_by is Speaker.SELF:
            if under is None:  # who has a parent here is a child until we know better
                all_of = await self.representations(said.partner.root, by)
                under = any(
                    one.guards and one.stands(now)
                    for one in all_of
                    if one.appointed.partner == said.partner
                )
            if under:
                raise GuardianMustConsent
            return
        if said.given_by is Speaker.GUARDIAN and under is False:
            raise YouthConsentsAlone
        assert said.representative is not None
        one = await self.representation(said.partner, said.representative, by)
        one.require_power(said.purpose, said.given_by, now)

    async def _require_voice(self, said: Spoken, by: Provenance) -> None:
        """In a space of one's own one speaks as oneself: a parent as the parent.

        Raises CannotSpeakForThem.
        """
        speaker = said.representative if said.given_by is not Speaker.SELF else said.partner
        theirs = by.person == said.partner.root and by.actor == f"partner:{speaker}"
        if speaker is None or (by.own and not theirs):
            raise CannotSpeakForThem


def _collected[S: Spoken](said: S, by: Provenance) -> S:
    """In one's own space it was said on the portal; else somebody of the office entered it."""
    if by.own:
        return said.model_copy(update={"form": ConsentMode.PORTAL, "collected_by": None})
    staff = StaffRef(by.staff) if by.staff else None
    return said.model_copy(update={"collected_by": said.collected_by or staff})


def _withdrawal(said: ConsentRefused) -> ConsentWithdrawnV2:
    told = said.model_dump(exclude={"text_hash"})
    return ConsentWithdrawnV2.model_validate(told)
