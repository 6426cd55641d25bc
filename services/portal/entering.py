"""Whether somebody may come in, asked of the services that decide it, in the portal's own name."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from contracts.access import AccessRole
from contracts.vault import Purpose
from services.chassis.tokens import Identity
from services.portal.calling import Away, Caller, Refused, Services
from services.portal.identity import caller_of
from services.portal.sessions import Session, Sessions

ITSELF = "service:portal"
DEMONSTRATION = "demonstration"  # the built-in provider
NO_NAME = "vous"


class Unknown(Exception):
    """The provider knows them, the directory does not."""


class Door:
    """Who may come in, and as whom."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def staff(
        self, establishment: str, provider: str, subject: str, **known: str | None
    ) -> Identity:
        """Whom the directory knows by this login, and their roles. Raises Unknown, Away."""
        said = {"provider": provider, "subject": subject}
        told = said | {name: value for name, value in known.items() if value}
        try:
            found = await self._services.tell("directory", "/logins", itself(establishment), told)
        except Refused as refused:
            raise Unknown from refused
        staff = UUID(str(found.content["staff"]))
        held = {AccessRole(one["role"]) for one in found.content["roles"]}
        roles = tuple(role for role in AccessRole if role in held)
        if not roles:
            raise Unknown
        return Identity(establishment, f"staff:{staff}", roles, staff=staff)

    async def still(self, sessions: Sessions, session: Session, token: str) -> Identity | None:
        """Asked again every few minutes: whose access was withdrawn is shown out."""
        known = session.identity
        if not session.stale or session.provider == DEMONSTRATION:
            return known
        try:
            found = await self._again(known, session.provider, await sessions.hint(token))
        except Away:
            return known  # who decides is away: a session still ends by itself
        if found is None:
            await sessions.end(token)
            return None
        await sessions.confirm(token, found.roles)
        return found

    async def _again(
        self, known: Identity, provider: str | None, hint: Mapping[str, str]
    ) -> Identity | None:
        if known.person:
            return await self.partner(known.establishment, holder_of(known), known.person)
        try:
            return await self.staff(known.establishment, str(provider), hint["subject"])
        except Unknown:
            return None

    async def partner(
        self, establishment: str, holder: UUID, of: UUID | None = None
    ) -> Identity | None:
        """A partner, or who speaks for one, if the office lets them in. Raises Away.

        `of`: whose file they open, where it is not the first of those they may.
        """
        files = await self.files(establishment, holder)
        if not files or (of and of not in files):
            return None
        return _partner(establishment, holder, of or files[0])

    async def files(self, establishment: str, holder: UUID) -> list[UUID]:
        """Whose files somebody may open: their own first, then of those they speak for."""
        by = itself(establishment)
        try:
            said = await self._services.read("recruitment", f"/partners/{holder}/access", by)
        except Refused:
            return []
        others = [UUID(one) for one in said["acts_for"]]
        if not said["allowed"] or not others:
            return [holder] if said["allowed"] else []
        themself = caller_of(_partner(establishment, holder, holder))
        own = await self._services.read_if_there("insights", f"/partners/{holder}", themself)
        return [*([holder] if own else []), *others]

    async def partners_at(self, establishment: str, email: str) -> dict[UUID, str]:
        """Who may come in of those reached at this address, and their first names. Raises Away."""
        by = itself(establishment)
        asked = {"purpose": Purpose.CONTACT, "email": email}
        found = await self._services.tell("vault", "/contacts/search", by, asked)
        people = [UUID(one) for one in found.content["subjects"]]
        able = [one for one in people if await self.partner(establishment, one)]
        names = await self._services.names(by, Purpose.CONTACT, able, "given_name", "name")
        called = {one: names.get(str(one), {}) for one in able}
        return {
            one: known.get("given_name") or known.get("name") or NO_NAME
            for one, known in called.items()
        }

    async def reached(self, establishment: str, person: UUID) -> tuple[str, str | None]:
        """A first name, and the address to write to, where there is one."""
        asked = "given_name", "name", "email"
        by = itself(establishment)
        found = await self._services.names(by, Purpose.CONTACT, [person], *asked)
        known = found.get(str(person), {})
        return known.get("given_name") or known.get("name") or "", known.get("email")


def holder_of(who: Identity) -> UUID:
    """Who signed in, which is not always whose file is open."""
    return UUID(who.actor.partition(":")[2])


def _partner(establishment: str, holder: UUID, of: UUID) -> Identity:
    return Identity(establishment, f"partner:{holder}", (AccessRole.PARTNER,), person=of)


def itself(establishment: str) -> Caller:
    """The portal, on nobody's behalf."""
    return caller_of(Identity(establishment, ITSELF, (AccessRole.SERVICE,)))
