"""What may be asked about a partner whom two establishments share: the one door between them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from contracts.consent import PartnerSharingOffered, SharedPartnerReceived
from contracts.envelope import PersonalRef, PersonRef
from contracts.terms import ProfileField
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import NotFound
from services.chassis.following import Following
from services.chassis.moments import last_instant
from services.chassis.personal import NotKept
from services.recruitment.domain.partner import Partner
from services.recruitment.domain.sharing import NoLongerShared, NotConsentedToShare, Share
from services.recruitment.representing import as_service

LINK = "shared.link"


class Shown(NamedTuple):
    """What the receiving establishment sees: what was chosen, and how much is asked already."""

    giver: str
    until: str
    fields: dict[str, str]
    involvements_here: int
    involvements_there: int


class Sharing(Following):
    """Acts for both sides, each in its own establishment and under its own provenance.

    No query crosses establishments: the giving side is asked at every reading, and says no as
    soon as the consent there no longer holds.
    """

    kinds = (Partner, Share)

    async def offer(
        self, id: UUID, to: str, fields: Sequence[ProfileField], until: str, by: Provenance
    ) -> tuple[UUID, Position]:
        """Raises NotConsentedToShare. The other establishment learns of it by an alarm."""
        it = await self.load(Partner, id, by.establishment)
        share = by.id_for("share")

        async def keep_and_save() -> Position:
            if not it.consents.lets_share(to, last_instant(until)) or to == by.establishment:
                raise NotConsentedToShare
            there = {LINK: f"{to} {uuid5(share, 'there')}"}
            kept = await self._vault.keep(by, id, Purpose.RECRUITMENT, there, by.claim_on(share))
            said = PartnerSharingOffered(
                partner=it.person, share=share, to=to, fields=tuple(fields), until=until,
                link=kept[LINK],
            )  # fmt: skip
            return await self.save(by, Share.offer(said))

        return share, await self.once(by, keep_and_save)

    async def end(self, share: UUID, by: Provenance) -> Position:
        return await self.change(Share, share, Share.end, by)

    async def end_if_over(self, share: UUID, due: datetime, by: Provenance) -> Position:
        """When an alarm rings."""
        return await self.change(Share, share, lambda it: None if it.stands(due) else it.end(), by)

    async def tell_other_side(self, share: UUID, by: Provenance) -> Position:
        """When an alarm rings: the other establishment has them, or has them no more."""
        it = await self.load(Share, share, by.establishment)
        said = (await self._vault.resolve(by, Purpose.RECRUITMENT, [it.offered.link.ref])).get(
            it.offered.link.ref
        )
        if said is None:  # the link was forgotten: nobody there is shared any more
            return await self.save(by)
        to, person = said.split()
        there = Provenance(to, by.actor, channel="sharing", command=by.id_for("there"))
        if it.stands(datetime.now(UTC)):
            return await self._receive(UUID(person), it.offered, by, there)
        await self._close(UUID(person), there)
        await self._forget(by, it.offered.link)
        return await self.save(by)

    async def _close(self, person: UUID, there: Provenance) -> None:
        """The link goes first: without it nothing is seen, and whoever comes again finds it so."""
        whom = await self.find(Partner, person, there)
        if whom and whom.shared:
            await self._forget(there, whom.shared.link)
            await self.change(Partner, person, Partner.close_shared, there)

    async def _forget(self, by: Provenance, link: PersonalRef) -> None:
        with suppress(NotKept):  # a legal hold keeps it: closed it is all the same
            await self._vault.forget(by, Purpose.RECRUITMENT, [link.ref])

    async def _receive(
        self, person: UUID, offered: PartnerSharingOffered, by: Provenance, there: Provenance
    ) -> Position:
        if await self.find(Partner, person, there):
            return await self.save(there)
        link = {LINK: f"{by.establishment} {offered.share}"}
        kept = await self._vault.keep(there, person, Purpose.RECRUITMENT, link)
        said = SharedPartnerReceived(
            person=PersonRef(person), giver=by.establishment, fields=offered.fields,
            until=offered.until, link=kept[LINK],
        )  # fmt: skip
        return await self.save(there, Partner.begin(person, said))

    async def shown(self, id: UUID, by: Provenance) -> Shown:
        """Raises NotFound, NoLongerShared. Each reading is journalled on the giving side."""
        here = await self.load(Partner, id, by.establishment)
        if here.shared is None:
            raise NoLongerShared if here.was_shared else NotFound
        asks = as_service(by)
        ref = here.shared.link.ref
        link = (await self._vault.resolve(asks, Purpose.RECRUITMENT, [ref])).get(ref)
        if link is None:
            raise NoLongerShared
        giver, share = link.split()
        there = replace(
            asks, establishment=giver, onbehalfof=f"{by.establishment}:{asks.onbehalfof}"[:80]
        )
        return await self._look(UUID(share), here, there)

    async def _look(self, share: UUID, here: Partner, there: Provenance) -> Shown:
        now = datetime.now(UTC)
        it = await self.load(Share, share, there.establishment)
        whom = await self.load(Partner, it.offered.partner.root, there.establishment)
        if not it.stands(now) or whom.left or not whom.consents.lets_share(it.offered.to, now):
            raise NoLongerShared
        known = (
            await self._vault.know(there, Purpose.RECRUITMENT, [whom.id], *it.offered.fields)
            if it.offered.fields
            else {}
        )
        return Shown(
            there.establishment,
            it.offered.until,
            known.get(whom.id, {}),
            len(here.engaged),
            len(whom.engaged),
        )
