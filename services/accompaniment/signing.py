"""What may be asked about signatures: who must sign, who has, and whether it may begin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from contracts.accompaniment import SignatureForm, SignatureGiven, SignedAs
from contracts.envelope import PersonRef, StaffRef
from contracts.terms import Side
from contracts.vault import Purpose
from services.accompaniment.domain.involvement import Involvement
from services.accompaniment.domain.mandate import BOTH
from services.accompaniment.domain.refusals import SomebodyElseSigns
from services.accompaniment.domain.signing import Need, Signature, needs_of
from services.accompaniment.speaking import Speaking
from services.chassis.deciding import NotYours, Position, Provenance, is_for
from services.chassis.domain import NotFound
from services.chassis.following import Following
from services.chassis.personal import Vault
from services.chassis.store import Store


class Signed(NamedTuple):
    """As the office enters it: by the partners themselves, unless a signer is named."""

    signer: PersonRef | None = None
    paper: str | None = None  # where the paper is kept


class Signing(Following):
    """The law is applied to what holds at the moment of signing, and of beginning."""

    kinds = (Involvement, Signature)

    def __init__(self, store: Store, vault: Vault, speaking: Speaking) -> None:
        super().__init__(store, vault)
        self._speaking = speaking

    async def needed(self, id: UUID, by: Provenance) -> list[Need]:
        """Which signatures the partner's side takes; in one's own space, one's own. Raises
        NotFound, VaultIsAway."""
        needs = await self._needs(await self._own(id, by), by)
        return [one for one in needs if not by.own or one.partner.root == by.who]

    async def sign_for_team(self, id: UUID, by: Provenance) -> Position:
        if by.own:
            raise NotYours
        return await self.change(Involvement, id, lambda it: it.sign(Side.TEAM), by)

    async def sign(self, id: UUID, said: Signed, by: Provenance) -> Position:
        """In a space of one's own one signs as oneself: a parent as the parent.

        Raises NotFound, SomebodyElseSigns, AlreadyEnded, NothingToSign, VaultIsAway.
        """
        if by.own:
            said = Signed(PersonRef(UUID(by.actor.partition(":")[2])))

        async def decide_and_save() -> Position:
            it = await self._own(id, by)
            needs = await self._needs(it, by)
            whom = said.signer.root if said.signer else None
            able = [one for one in needs if one.may_be_given_by(whom)]
            mine = [one for one in able if one.signer is None]
            if needs and not able:
                raise SomebodyElseSigns
            if needs and not mine:
                return await self.save(by)
            it.require_to_sign()
            signatures = await self._signatures(it, needs, mine, said, by)
            if all(one.signer or one in mine for one in needs):
                it.sign(Side.PARTNER)
            return await self.save(by, it, *signatures)

        return await self._try(by, id, decide_and_save)

    async def start(self, id: UUID, by: Provenance) -> Position:
        """Who must sign is asked anew: a birthday may have passed since."""
        it = await self._own(id, by)
        asked = it.signed == BOTH and not it.started
        needs = await self._needs(it, by) if asked else []
        awaiting = any(one.signer is None for one in needs)
        return await self.change(Involvement, id, lambda it: it.start(awaiting), by)

    async def _signatures(
        self, it: Involvement, needs: Sequence[Need], mine: Sequence[Need], said: Signed,
        by: Provenance,
    ) -> list[Signature]:  # fmt: skip
        """None where the partners sign for themselves and nobody else does: that is the rule."""
        left = [one for one in needs if one not in mine]
        alone = all(one.capacity is SignedAs.SELF for one in mine)
        if alone and not left and not said.paper:
            return []
        completes = all(one.signer for one in left) and Side.PARTNER not in it.signed
        return [await self._signature(it, one, completes, said, by) for one in mine]

    async def _signature(
        self, it: Involvement, need: Need, completes: bool, said: Signed, by: Provenance
    ) -> Signature:
        signer = said.signer or need.partner
        stream = Signature.id_for(it.id, it.draft, need.partner, signer)
        kept = await self._vault.keep(
            by, need.partner.root, Purpose.INVOLVEMENT, {"paper": said.paper}, by.claim_on(stream)
        )
        return Signature.give(
            SignatureGiven(
                involvement=it.id,
                draft=it.draft,
                partner=need.partner,
                signer=signer,
                capacity=need.capacity,
                form=SignatureForm.PORTAL if by.own else SignatureForm.PAPER,
                completes=completes,
                collected_by=StaffRef(by.staff) if by.staff and not by.own else None,
                paper=kept.get("paper"),
            )
        )

    async def _own(self, id: UUID, by: Provenance) -> Involvement:
        history = await self._store.read_stream(by.establishment, id)
        it = Involvement.replay(history)
        if it is None or not is_for(by, it):
            raise NotFound
        self._require_seen(by, history)
        return it

    async def _needs(self, it: Involvement, by: Provenance) -> list[Need]:
        holders = [one for one in (it.partner, *it.others) if one]
        holdings = await self._speaking.holdings([one.root for one in holders], by)
        given = await self._given(it, holders, by)
        return [
            need._replace(signer=given.get((need.partner, need.capacity)))
            for one in holders
            for need in needs_of(one, holdings[one.root])
        ]

    async def _given(
        self, it: Involvement, holders: Sequence[PersonRef], by: Provenance
    ) -> dict[tuple[PersonRef, SignedAs], UUID]:
        """Who has signed the last terms: it stands, though their power may have ended since."""
        streams = {
            stream
            for one in holders
            for stream in await self._store.streams_naming(
                by.establishment, one.root, SignatureGiven
            )
        }
        signatures = [one.given for one in await self.standing(Signature, streams, by)]
        these = [one for one in signatures if (one.involvement, one.draft) == (it.id, it.draft)]
        found = {}
        if Side.PARTNER in it.signed and not any(one.completes for one in these):
            found = {(one, SignedAs.SELF): one.root for one in holders}  # said without a name
        return found | {(one.partner, one.capacity): one.signer.root for one in these}
