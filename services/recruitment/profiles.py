"""Interest first: what a team may read of a candidate before they said yes, and after."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
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
NAMED = (ProfileField.GIVEN_NAME, ProfileField.FAMILY_NAME)
BEFORE_A_YES = tuple(name for name, one in FIELDS.items() if one.seen_by is SeenBy.TEAM)
ONCE_MATCHED = tuple(
    name for name, one in FIELDS.items() if one.seen_by is SeenBy.MATCH and name not in NAMED
)


class Profile(BaseModel):
    """Candidate A, B or C of one request: the same person is another letter elsewhere.

    `person` and `name` are there once they said yes, and no longer once they take it back;
    `fields`: what they allow this team to see, and how to reach them once the match is agreed.
    """

    called: str
    state: Place
    person: UUID | None = None
    name: str | None = None
    fields: dict[str, str] = {}


class Profiles(Following):
    """What the team of one request may read; the letters go by who was thought of first."""

    kinds = (Search, Partner)

    async def of(self, request: UUID, by: Provenance) -> list[Profile]:
        """Raises NotFound where nobody is looked for."""
        search = await self.load(Search, Search.id_for(request), by.establishment)
        places = {person.root: place for person, place in search.candidates.items()}
        known = await self._known(places, request, by)
        return [
            Profile(
                called=_letter(number),
                state=place,
                person=person if place in SAID_YES else None,
                name=" ".join(_taken(known[person], NAMED).values()) or None,
                fields=known[person],
            )
            for number, (person, place) in enumerate(places.items())
        ]

    async def _known(
        self, places: Mapping[UUID, Place], request: UUID, by: Provenance
    ) -> dict[UUID, dict[str, str]]:
        """Of each what the team may read by now, and nothing else is read of them."""
        known: dict[UUID, dict[str, str]] = {person: {} for person in places}
        here = [
            person
            for person, place in places.items()
            if place in THOUGHT_OF and not (await self._partner(person, by)).left
        ]
        readable = {
            BEFORE_A_YES: [one for one in here if await self._lets_see(one, request, by)],
            NAMED: [one for one in here if places[one] in SAID_YES],
            ONCE_MATCHED: [one for one in here if places[one] is Place.MATCHED],
        }  # fmt: skip
        for fields, people in readable.items():
            asked = await self._vault.know(as_service(by), Purpose.RECRUITMENT, people, *fields)
            for person, told in asked.items():
                known[person] |= told
        return known

    async def _lets_see(self, person: UUID, request: UUID, by: Provenance) -> bool:
        """Only what somebody said yes to: who was never asked shows nothing."""
        it = await self._partner(person, by)
        standing = it.consents.standing(ConsentTo.SHOW_PROFILE, datetime.now(UTC))
        return any(one.scope.covers(Reach.REQUEST, str(request)) for one in standing)

    async def _partner(self, person: UUID, by: Provenance) -> Partner:
        """As they are known now: two files may have become one."""
        it = await self.load(Partner, person, by.establishment)
        if it.files.kept_as:
            it = await self.load(Partner, it.files.kept_as.root, by.establishment)
        return it


def _taken(known: dict[str, str], fields: Sequence[str]) -> dict[str, str]:
    """These fields, which are told apart from the others."""
    return {name: known.pop(name) for name in fields if name in known}


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
