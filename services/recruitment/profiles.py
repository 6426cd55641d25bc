"""Interest first: what a team may read of a candidate before they said yes, and after."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from contracts.consent import ConsentTo, Reach
from contracts.terms import ProfileField
from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.chassis.following import Following
from services.chassis.http import By
from services.recruitment.domain.partner import Partner
from services.recruitment.domain.search import Place, Search
from services.recruitment.representing import as_service
from services.recruitment.texts import WORDS

SAID_YES = (Place.INTERESTED, Place.MATCHED)
THOUGHT_OF = (Place.SHORTLISTED, *SAID_YES)


class SeenBy(StrEnum):
    OFFICE = "office"
    TEAM = "team"
    MATCH = "match"


class FieldPurpose(BaseModel):
    """What a field of the profile is for, why it is asked, in both languages, and who sees it."""

    purpose: Purpose
    seen_by: SeenBy
    fr: str
    en: str


FIELDS: Mapping[ProfileField, FieldPurpose] = {
    ProfileField(name): FieldPurpose.model_validate(said)
    for name, said in tomllib.loads((WORDS / "profile.toml").read_text()).items()
}
BEFORE_A_YES = [name for name, one in FIELDS.items() if one.seen_by is SeenBy.TEAM]


class Profile(BaseModel):
    """Candidate A, B or C of one request: the same person is another letter elsewhere.

    `person` is there once they said yes, and `fields` where they allow this team to see them.
    """

    called: str
    state: Place
    person: UUID | None = None
    fields: dict[str, str] = {}


class Profiles(Following):
    """What the team of one request may read; the letters go by who was thought of first."""

    kinds = (Search, Partner)

    async def of(self, request: UUID, by: Provenance) -> list[Profile]:
        """Raises NotFound where nobody is looked for."""
        search = await self.load(Search, Search.id_for(request), by.establishment)
        found = [
            Profile(called=_letter(number), state=place, person=_known(person.root, place))
            for number, (person, place) in enumerate(search.candidates.items())
        ]
        people = list(search.candidates)
        allowed = [
            person.root
            for person, place in search.candidates.items()
            if place in THOUGHT_OF and await self._lets_see(person.root, request, by)
        ]
        known = await self._vault.know(as_service(by), Purpose.RECRUITMENT, allowed, *BEFORE_A_YES)
        return [
            one.model_copy(update={"fields": known.get(person.root, {})})
            for one, person in zip(found, people, strict=True)
        ]

    async def _lets_see(self, person: UUID, request: UUID, by: Provenance) -> bool:
        """Only what somebody said yes to: who was never asked shows nothing."""
        it = await self.load(Partner, person, by.establishment)
        standing = it.consents.standing(ConsentTo.SHOW_PROFILE, datetime.now(UTC))
        return not it.left and any(
            one.scope.covers(Reach.REQUEST, str(request)) for one in standing
        )


def _known(person: UUID, place: Place) -> UUID | None:
    return person if place in SAID_YES else None


def _letter(number: int) -> str:
    """A to Z, then A2 to Z2, and so on."""
    again, letter = divmod(number, 26)
    return chr(ord("A") + letter) + (str(again + 1) if again else "")


class ProfilesKnown(BaseModel):
    profiles: list[Profile]


def profiles(profiles: Profiles) -> APIRouter:
    api = APIRouter(tags=["profiles"])

    @api.get("/profile-fields")
    async def profile_fields(_: By) -> dict[ProfileField, FieldPurpose]:
        return dict(FIELDS)

    @api.get("/searches/{request}/profiles")
    async def profiles_of(request: UUID, by: By) -> ProfilesKnown:
        return ProfilesKnown(profiles=await profiles.of(request, by))

    return api
