"""New people of a register who may be in Tandem already: proposed, never decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from services.cli.exchange.cells import of_words
from services.cli.exchange.office import Office
from services.cli.exchange.remarks import Remark
from services.cli.register.columns import columns_of
from services.cli.register.lookalikes import lookalikes
from services.cli.register.people import Partner
from services.cli.register.troubles import Severity, Unreadable

_FIELDS = {
    "given_name": "first_name",
    "family_name": "last_name",
    "email": "email",
    "phone": "phone",
    "phone2": "phone_2",
    "postal_code": "postal_code",
}
_TO_DO = "décider si c’est la même personne, à « Doublons proposés » ; rien n’a été réuni"


def alike(office: Office, new: Sequence[Partner], named: Collection[UUID]) -> Iterator[Remark]:
    """Compare those who are new with those who are there and whom the register does not name."""
    there = [one for one in office.partners() if UUID(one) not in named] if new else []
    known = office.know(there, *_FIELDS)
    people = {one: _partner(one, words) for one, words in known.items()}
    codes = office.keys_of("partners", map(UUID, people))
    for found in lookalikes([*people.values(), *new]):
        here, coming = found.first, found.second
        if here.key in people and coming.key not in people:
            code = codes.get(UUID(here.key), "sans code")
            what = f"ressemble à {code}, déjà dans Tandem ({found.likeness} %)"
            yield Remark(coming.place, "", what, _TO_DO, Severity.WARNING)


def _partner(one: str, words: dict[str, str]) -> Partner:
    said = {}
    for name, column in _FIELDS.items():
        if name in words:
            try:
                said[column] = of_words(columns_of(Partner)[column], words[name])
            except Unreadable:
                continue
    always = {"first_name": "", "last_name": "", "reach_by": (), "languages": None}
    local = {"local_status": "partner", "state": "available", "entered": "2000"}
    return Partner(**(always | local | said), code=one, key=one)
