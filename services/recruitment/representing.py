"""What may be asked about who speaks for a partner, and who may sign in."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from contracts.capacity import CONSENTS_ALONE_AT, OF_AGE_AT
from contracts.consent import RepresentativeAppointed
from contracts.envelope import PersonRef
from contracts.vault import Purpose
from services.chassis.ages import ages_of, itself
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import Aggregate, NotFound, Refusal
from services.chassis.following import Following
from services.chassis.personal import NotKept
from services.recruitment.domain.partner import Partner
from services.recruitment.domain.representation import GUARDIANS, Representation


class ParentSignsIn(Refusal):
    """Under 14, the space is the parent’s: give access to the parent instead."""

    french = "Avant 14 ans, l’espace est celui du parent : donnez plutôt accès au parent."
    passing = True


class NotAMinor(Refusal):
    """From 18 on a person is of full age: no parent is appointed for them."""

    french = "À partir de 18 ans, la personne est majeure : aucun parent n’est désigné."
    passing = True


class SpaceOfTheYoung(Refusal):
    """From 14 on the space is the young person’s own: a parent signs on paper."""

    french = (
        "À partir de 14 ans, l’espace est celui de la jeune personne : un parent signe sur papier."
    )
    passing = True


class Power(NamedTuple):
    """What somebody who speaks for a partner may do today."""

    appointed: RepresentativeAppointed
    consents: bool
    signs: bool


class Powers(NamedTuple):
    """How old the partner is, if that is known, and who may do what for them."""

    age: int | None
    held: tuple[Power, ...]


class Access(NamedTuple):
    """Whether somebody may sign in, and for whom besides themself they then act."""

    allowed: bool
    acts_for: tuple[UUID, ...] = ()


class Representing(Following):
    """Representatives, their limits, and the door to one's own space."""

    kinds: ClassVar[tuple[type[Aggregate], ...]] = (Partner, Representation)

    async def appoint(
        self, said: RepresentativeAppointed, words: Mapping[str, str], by: Provenance
    ) -> tuple[UUID, Position]:
        """The same person again is appointed anew. Raises NotFound, NotAMinor."""
        await self.load(Partner, said.partner.root, by.establishment)
        if said.kind in GUARDIANS and (await self._age_of(said.partner.root, by) or 0) >= OF_AGE_AT:
            raise NotAMinor
        whom, stream = said.representative.root, Representation.id_for(*_pair(said))

        async def keep_and_save() -> Position:
            found = await self.find(Representation, stream, by)
            kept = await self._vault.keep(by, whom, Purpose.RECRUITMENT, words, by.claim_on(stream))
            full = said.model_copy(update={"personal": kept})
            if found is None:
                return await self.save(by, Representation.appoint(full))
            found.appoint_anew(full)
            return await self.save(by, found)

        return whom, await self.once(by, keep_and_save)

    async def end(
        self, partner: UUID, representative: UUID, reason: str | None, by: Provenance
    ) -> Position:
        stream = Representation.id_for(PersonRef(partner), PersonRef(representative))
        return await self.change_with(
            Representation, stream, by, partner, Purpose.RECRUITMENT, {"reason": reason},
            lambda it, kept: it.end(kept.get("reason")),
        )  # fmt: skip

    async def let_go_of_erased(self, id: UUID, by: Provenance) -> Position:
        """Who was still here is not any more, and nobody speaks for them.

        What was kept of a representative for their sake alone is forgotten, with them.
        """
        named = await self.representations(id, by)
        for one in named:
            with suppress(NotKept):  # a legal hold on the representative's own file keeps it
                await self._vault.forget(by, Purpose.RECRUITMENT, one.words)
            one.end()
        partners = await self.standing(Partner, [id], by)
        for partner in partners:
            if not partner.left:  # when somebody left stays as it was
                partner.leave(silent=True)
        return await self.save(by, *partners, *named)

    async def give_access(self, id: UUID, holder: UUID | None, by: Provenance) -> Position:
        """To the partner, or to who speaks for them. Raises ParentSignsIn, SpaceOfTheYoung."""
        if holder and holder != id:
            now, stream = datetime.now(UTC), Representation.id_for(PersonRef(id), PersonRef(holder))
            found = await self.find(Representation, stream, by)
            if found and found.guards and await self.under_14(id, by) is False:
                raise SpaceOfTheYoung
            return await self.change(Representation, stream, lambda it: it.give_access(now), by)
        if await self.under_14(id, by):
            raise ParentSignsIn
        return await self.change(Partner, id, Partner.give_access, by)

    async def withdraw_access(self, id: UUID, holder: UUID | None, by: Provenance) -> Position:
        """Raises NotFound where it is not theirs to close."""
        if by.own and by.who != id:
            raise NotFound
        if holder and holder != id:
            stream = Representation.id_for(PersonRef(id), PersonRef(holder))
            return await self.change(Representation, stream, Representation.withdraw_access, by)
        return await self.change(Partner, id, Partner.withdraw_access, by)

    async def access_of(self, person: UUID, by: Provenance) -> Access:
        """Of a partner, or of who speaks for one, as it holds today. Raises NotFound.

        A guardian's ends when the child is 14; a child's own is not open before.
        """
        partner = await self.find(Partner, person, by)
        allowed = bool(partner and partner.opens_a_space)
        if allowed and await self.under_14(person, by):
            allowed = False
        acts_for, named = [], await self.representations(person, by)
        if partner is None and not named:
            raise NotFound
        for one in named:
            whom = one.appointed.partner.root
            holds = one.appointed.representative.root == person and one.may_sign_in
            if holds and await self._speaks_today(one, by):
                acts_for.append(whom)
        return Access(allowed or bool(acts_for), tuple(acts_for))

    async def representations(self, person: UUID, by: Provenance) -> list[Representation]:
        """Those that name this person, as partner or as representative."""
        streams = await self._store.streams_naming(
            by.establishment, person, RepresentativeAppointed
        )
        return await self.standing(Representation, streams, by)

    async def powers(self, partner: UUID, by: Provenance) -> Powers:
        """What each of those who speak for them may do at this moment. Raises NotFound."""
        if (by.own and partner != by.who) or not await self.standing(Partner, [partner], by):
            raise NotFound
        years, now = await self._age_of(partner, by), datetime.now(UTC)
        held = [
            Power(one.appointed, one.may_consent_at(years, now), one.may_sign_at(years, now))
            for one in await self.representations(partner, by)
            if one.appointed.partner.root == partner and not one.ended
        ]
        return Powers(years, tuple(held))

    async def under_14(self, person: UUID, by: Provenance) -> bool | None:
        """None where no birth date is known."""
        years = await self._age_of(person, by)
        return None if years is None else years < CONSENTS_ALONE_AT

    async def _age_of(self, person: UUID, by: Provenance) -> int | None:
        """Asked of the vault at this moment, kept nowhere."""
        return (await ages_of(self._vault, "recruitment", [person], by)).get(person)

    async def _speaks_today(self, one: Representation, by: Provenance) -> bool:
        if not one.stands(datetime.now(UTC)):
            return False
        return not one.guards or await self.under_14(one.appointed.partner.root, by) is not False

    async def representation(
        self, partner: PersonRef, representative: PersonRef, by: Provenance
    ) -> Representation:
        """Raises NotFound."""
        stream = Representation.id_for(partner, representative)
        if found := await self.find(Representation, stream, by):
            return found
        raise NotFound


def as_service(by: Provenance) -> Provenance:
    """Recruitment itself asks."""
    return itself("recruitment", by)


def _pair(said: RepresentativeAppointed) -> tuple[PersonRef, PersonRef]:
    return said.partner, said.representative
