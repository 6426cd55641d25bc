"""What may be asked about who speaks for a partner, and who may sign in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from contracts.consent import RepresentativeAppointed, RepresentativeKind
from contracts.envelope import PersonRef
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import Aggregate, NotFound, Refusal
from services.chassis.following import Following
from services.chassis.moments import HERE, NotADate, first_instant
from services.recruitment.domain.partner import Partner
from services.recruitment.domain.representation import Representation

OF_AGE_TO_CONSENT = 14  # years: Civil Code of Québec, article 14, article 53.1


class ParentSignsIn(Refusal):
    """Under 14, the space is the parent’s: give access to the parent instead."""

    french = "Avant 14 ans, l’espace est celui du parent : donnez plutôt accès au parent."
    passing = True


class NotUnder14(Refusal):
    """From 14 on a young person consents alone: no parent is appointed for it."""

    french = "À partir de 14 ans, la personne consent elle-même : aucun parent n’est désigné."
    passing = True


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
        """The same person again is appointed anew. Raises NotFound, NotUnder14."""
        await self.load(Partner, said.partner.root, by.establishment)
        child = said.kind in (RepresentativeKind.PARENT, RepresentativeKind.GUARDIAN)
        if child and await self.under_14(said.partner.root, by) is False:
            raise NotUnder14
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

    async def give_access(self, id: UUID, holder: UUID | None, by: Provenance) -> Position:
        """To the partner, or to who speaks for them. Raises ParentSignsIn."""
        if holder and holder != id:
            stream = Representation.id_for(PersonRef(id), PersonRef(holder))
            now = datetime.now(UTC)
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
        allowed = bool(partner and partner.may_sign_in and not partner.silent)
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

    async def under_14(self, person: UUID, by: Provenance) -> bool | None:
        """Asked of the vault at this moment, kept nowhere; None where no birth date is known."""
        known = await self._vault.know(as_service(by), Purpose.RECRUITMENT, [person], "birth_date")
        said = known.get(person, {}).get("birth_date")
        try:
            born = first_instant(said).date() if said else None
        except NotADate:
            return None
        return None if born is None else age(born, datetime.now(HERE).date()) < OF_AGE_TO_CONSENT

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


def age(born: date, today: date) -> int:
    """In whole years; who was born on 29 February is a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def as_service(by: Provenance) -> Provenance:
    """The service itself asks: who is at the door need not be told what it asks."""
    whom = by.onbehalfof or by.actor
    return replace(
        by, actor="service:recruitment", onbehalfof=whom, role=None, person=None, staff=None,
        own=False,
    )  # fmt: skip


def _pair(said: RepresentativeAppointed) -> tuple[PersonRef, PersonRef]:
    return said.partner, said.representative
