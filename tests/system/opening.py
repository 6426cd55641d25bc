"""Every page of the portal with something in its address, and who the menus say may open it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import uuid4

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from contracts.access import AccessRole
from services.portal.calling import Services
from services.portal.identity import at_work, caller
from services.portal.pages import ROUTES
from services.portal.places import may_open
from tests.system.test_who_may_what import LETTERS, NOWHERE

NOBODY = str(uuid4())  # an id that nothing has
# What stands in an address where no id does.
WORDS = {
    "of": "partenaires", "number": "1", "position": "1", "purpose": "contact", "service": "intake",
    "view": "partners", "ear": "recruitment-intake", "form": "html", "side": "partner",
    "link": "x", "home": "north", "how": "pause", "answer": "retrait", "what": "annulation",
    "step": "meet", "sha256": "0" * 64,
}  # fmt: skip
# What an address is about, by its first step.
ABOUT = {
    "demandes": "request", "partenaires": "person", "implications": "involvement",
    "mandats": "involvement", "projets": "project", "personnel": "staff", "unites": "department",
}  # fmt: skip
LAST = ("/deconnexion", "/sessions/fin", "/sessions/dossier")


class Page(NamedTuple):
    """One page, or one form of it."""

    method: str
    path: str
    guarded: bool  # somebody has to have signed in
    by_role: bool  # and to be there in a role that may open it

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def blanks(self) -> list[str]:
        return [part[1:-1].partition(":")[0] for part in self.path.split("/") if part[:1] == "{"]

    @property
    def ids(self) -> list[str]:
        """The blanks that an id may stand in; a decision's name is in `key`."""
        return [name for name in self.blanks if name not in WORDS and name != "key"]

    @property
    def ends(self) -> bool:
        """It ends a session, or begins another one."""
        return self.path in LAST

    def address(self, **ids: str) -> str:
        """About these things, by what they are; where there is none, about what is nowhere."""
        about = ABOUT.get(self.path.split("/")[1], "person")
        known = {"id": ids.get(about), **ids}
        said = {name: known.get(name) or WORDS.get(name, NOBODY) for name in self.blanks}
        return self.path.replace(":uuid", "").format(**said)

    def opens_to(self, role: AccessRole) -> bool:
        return not self.by_role or may_open(self.address(), (role,))

    def line(self) -> str:
        """As it stands in `pages.txt`."""
        letters = "".join(
            letter if self.opens_to(role) else "." for role, letter in LETTERS.items()
        )
        return f"{letters if self.guarded else 'anybody':{len(LETTERS)}} {self}"


def every_page() -> list[Page]:
    """What ends a session last."""
    services = Services(NOWHERE.settings("portal"))
    found = [
        _page(route)
        for routes in ROUTES
        for route in routes(services).routes
        if isinstance(route, APIRoute)
    ]
    return sorted(found, key=lambda page: (page.ends, page.path, page.method))


def _page(route: APIRoute) -> Page:
    asked = set(_calls(route.dependant))
    guarded = bool(asked & {caller, at_work})
    [method] = list(route.methods or [])
    return Page(method, route.path, guarded, at_work in asked)


def _calls(dependant: Dependant) -> Iterator[object]:
    yield dependant.call
    for one in dependant.dependencies:
        yield from _calls(one)
