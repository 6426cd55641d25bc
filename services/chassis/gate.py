"""The gate of a service: who asks, by their token, and whether the policy lets them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from contracts.access import AccessRole
from contracts.policy import KEYED, OFFICE_ALONE, OPEN, TABLE, Rule
from contracts.trust import FORWARDING, REASONED, SIGNERS
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.chassis.tokens import Identity, NobodySaid, NotWhoTheySay, Seals


class NotAllowed(Refusal):
    """Your role does not let you ask this. The partnership office can do it, or give you a role."""

    french = (
        "Votre rôle ne permet pas cette action. Le Bureau du partenariat peut la faire, "
        "ou vous donner un rôle."
    )
    passing = True


class WhyNotSaid(Refusal):
    """Say why you read this: nothing personal is shown without a reason."""

    french = "Dites pourquoi vous lisez ceci : sans motif, rien de personnel n’est montré."
    passing = True


class AskedByAnybody(Exception):
    """A route is not in the policy table, or does not ask who asks: the service does not start."""


class Leave(NamedTuple):
    """In which role something may be asked, and whether only of what is one's own."""

    role: AccessRole
    own: bool


def may_sign(issuer: str, audience: str, roles: Iterable[AccessRole]) -> bool:
    """Whether this service may say these roles of somebody to that one."""
    if issuer in SIGNERS:
        return all(role in SIGNERS[issuer] for role in roles)
    return audience in FORWARDING.get(issuer, ())


def rule_of(service: str, route: str) -> Rule | None:
    """The line of a route; None where nobody may ask it."""
    return TABLE.get(f"{service}.{route}") or TABLE.get(f"every.{route}")


def leave(service: str, route: str, roles: Collection[AccessRole]) -> Leave | None:
    """The first of these roles that may ask it, of anything rather than of their own; or none."""
    rule = rule_of(service, route) or Rule(())
    for own, able in enumerate(rule):
        for role in AccessRole:
            if role in roles and role in able:
                return Leave(role, bool(own))
    return None


class Admitted(NamedTuple):
    """Somebody who may ask this: in which role, and whether only of what is their own."""

    identity: Identity
    role: AccessRole
    own: bool
    issuer: str  # the service that says so


class Gate:
    """Of one service."""

    def __init__(self, service: str, trusted: Mapping[str, str]) -> None:
        self._service = service
        self._seals = Seals(service, trusted)

    def admit(self, route: str, token: str | None, reason: str | None) -> Admitted:
        """Raises NobodySaid, NotWhoTheySay, NotAllowed, WhyNotSaid."""
        if not token:
            raise NobodySaid
        issuer, identity, _ = self._seals.read(token)
        if not may_sign(issuer, self._service, identity.roles):
            raise NotWhoTheySay
        granted = leave(self._service, route, identity.roles)
        if granted is None:
            raise NotAllowed
        if (f"{self._service}.{route}", granted.role) in REASONED and not reason:
            raise WhyNotSaid
        if granted.own:
            identity = _as_themselves(identity, granted.role)
        return Admitted(identity, *granted, issuer)

    def require_lines(self, routes: Iterable[BaseRoute], asks: Callable[..., Any]) -> None:
        """Every route has its line, once, and asks who asks. Raises AskedByAnybody."""
        seen: set[str] = set()
        for route in routes:
            name = str(getattr(route, "name", ""))
            if name in OPEN or f"{self._service}.{name}" in KEYED:
                continue
            if name in seen or rule_of(self._service, name) is None:
                wrong = "named twice" if name in seen else "not in contracts/policy.py"
                raise AskedByAnybody(f"{self._service}.{name} is {wrong}")
            if not isinstance(route, APIRoute) or not _asks(route.dependant, asks):
                raise AskedByAnybody(f"{self._service}.{name} does not ask who asks")
            seen.add(name)


def is_told(fact: str, persons: Collection[str], by: Provenance) -> bool:
    """Whether a fact of this type that names these persons is for them to read."""
    if not by.own:
        return True
    return fact not in OFFICE_ALONE and all(one == str(by.who) for one in persons)


def _as_themselves(identity: Identity, role: AccessRole) -> Identity:
    """Who is a partner and on the staff is one of them at a time. Raises NotAllowed."""
    partner = role is AccessRole.PARTNER
    if (identity.person if partner else identity.staff) is None:
        raise NotAllowed
    return replace(identity, staff=None) if partner else replace(identity, person=None)


def _asks(dependant: Dependant, asks: Callable[..., Any]) -> bool:
    return any(one.call is asks or _asks(one, asks) for one in dependant.dependencies)
