"""The vault's door. Everything is asked by POST: no personal value stands in an address."""

from __future__ import annotations

from fastapi import APIRouter, Response

from contracts.vault import (
    ContactAsked,
    Forgotten,
    Kept,
    KeysAsked,
    KeysFound,
    KeysKnown,
    KeysSought,
    KeysStated,
    NamesAsked,
    PersonsAsked,
    PersonsKnown,
    Reservations,
    Resolution,
    Resolved,
    SortedAsked,
    SubjectsNamed,
    SubjectsSorted,
    Unneeded,
    Versions,
    VersionsAsked,
)
from services.chassis.http import By
from services.vault.forgetting import Forgetting
from services.vault.keeping import Keeping
from services.vault.keys import Keys
from services.vault.searching import Searching
from services.vault.sorting import Sorting
from services.vault.values import Values


def routes(
    keeping: Keeping, values: Values, forgetting: Forgetting, searching: Searching,
    sorting: Sorting, keys: Keys,
) -> APIRouter:  # fmt: skip
    api = APIRouter(tags=["personal values"])

    @api.post("/reservations")
    async def keep(asked: Reservations, by: By) -> Kept:
        return Kept(refs=tuple(await keeping.keep(by, asked.values, asked.service)))

    @api.post("/resolutions")
    async def resolve(asked: Resolution, by: By) -> Resolved:
        return Resolved(values=await values.resolve(by, asked.purpose, asked.refs))

    @api.post("/subjects/resolutions")
    async def know(asked: PersonsAsked, by: By) -> PersonsKnown:
        known = await values.know(by, asked.purpose, asked.subjects, asked.fields)
        return PersonsKnown(subjects=known)

    @api.post("/subjects/versions")
    async def versions(asked: VersionsAsked, by: By) -> Versions:
        told = await values.versions(by, asked.purpose, asked.subject, asked.field)
        return Versions(versions=tuple(told))

    @api.post("/forgotten")
    async def forget(asked: Unneeded, by: By) -> Forgotten:
        return Forgotten(values=await forgetting.forget(by, asked.purpose, asked.refs))

    @api.post("/search")
    async def search(asked: NamesAsked, by: By) -> SubjectsNamed:
        found = await searching.named(by, asked.purpose, asked.text, asked.limit)
        return SubjectsNamed(subjects=tuple(found))

    @api.post("/contacts/search")
    async def reached(asked: ContactAsked, by: By) -> SubjectsNamed:
        return SubjectsNamed(subjects=tuple(await searching.reached(by, asked)))

    @api.post("/sorted")
    async def in_order(asked: SortedAsked, by: By) -> SubjectsSorted:
        return await sorting.page(by, asked)

    @api.post("/keys")
    async def ids_of(asked: KeysAsked, by: By) -> KeysKnown:
        return await keys.ids_of(by, asked.kind, asked.keys, asked.create)

    @api.post("/keys/resolutions")
    async def keys_of(asked: KeysSought, by: By) -> KeysFound:
        return KeysFound(keys=await keys.of(by, asked.kind, asked.purpose, asked.ids))

    @api.post("/keys/statements", status_code=204, response_class=Response)
    async def state(stated: KeysStated, by: By) -> None:
        await keys.state(by, stated.kind, stated.keys)

    return api
