"""The vault as the services see it: personal values go in, references come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self
from uuid import UUID

import httpx2
from pydantic import BaseModel

from contracts.access import AccessRole
from contracts.envelope import PersonalRef
from contracts.terms import Personal
from contracts.vault import (
    Forgotten,
    Kept,
    KeysAsked,
    KeysFound,
    KeysKnown,
    KeysSought,
    KeysStated,
    PersonsAsked,
    PersonsKnown,
    Purpose,
    Reservation,
    Reservations,
    Resolution,
    Resolved,
    Subjects,
    Unneeded,
)
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.chassis.gate import NotAllowed
from services.chassis.settings import Settings
from services.chassis.tokens import Identity, Pen


class VaultIsAway(Refusal):
    """Personal values cannot be kept or read at the moment. Nothing was changed: try again."""

    french = (
        "Les renseignements personnels ne sont pas accessibles pour l’instant. "
        "Rien n’a été modifié : réessayez."
    )
    passing = True


class NotKept(Refusal):
    """These personal values cannot be kept as they are."""

    french = "Ces renseignements personnels ne peuvent pas être conservés tels quels."


def on_behalf_of(by: Provenance) -> Identity:
    """Who asked us, in the role they acted in; a service, where nobody did."""
    role = AccessRole(by.role) if by.role else AccessRole.SERVICE
    return Identity(by.establishment, by.actor, (role,), by.person, by.staff, by.onbehalfof)


class Vault:
    """A client of the vault. What is kept is named by refs; the words never come back in a fact."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.url_of("vault")
        self._pen = Pen(settings.name, settings.secret.get_secret_value())
        self._http: httpx2.AsyncClient

    async def __aenter__(self) -> Self:
        self._http = httpx2.AsyncClient(base_url=self._url, timeout=10)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def keep(
        self, by: Provenance, subject: UUID, purpose: Purpose, values: Mapping[str, str | None],
        claim: UUID | None = None,
    ) -> Personal:  # fmt: skip
        """Keep the values that are not empty, for the fact this command is about to write.

        `subject` is whom or what they are about; `claim` the id of the fact, by default the first
        that the command writes to the subject's own stream. Returns refs by field name.
        """
        given = {name: value for name, value in values.items() if value}
        claim = claim or by.claim_on(subject)
        reservations = [
            Reservation(claim=claim, subject=subject, field=name, value=value, purpose=purpose)
            for name, value in given.items()
        ]
        return dict(zip(given, await self.reserve(by, reservations), strict=True))

    async def reserve(self, by: Provenance, values: Sequence[Reservation]) -> list[PersonalRef]:
        """Keep many values, in one request. Asking again gives the same refs."""
        if not values:
            return []
        said = Reservations.model_construct(values=tuple(values), service=self._pen.name)
        return list(Kept.model_validate_json(await self._ask("/reservations", said, by)).refs)

    async def resolve(
        self, by: Provenance, purpose: Purpose, refs: Iterable[UUID]
    ) -> dict[UUID, str]:
        """The values behind refs. What was erased, or is another establishment's, is left out."""
        asked = tuple(refs)
        if not asked:
            return {}
        said = Resolution(purpose=purpose, refs=asked)
        return Resolved.model_validate_json(await self._ask("/resolutions", said, by)).values

    async def know(
        self, by: Provenance, purpose: Purpose, subjects: Iterable[UUID], *fields: str
    ) -> dict[UUID, dict[str, str]]:
        """The latest value of each field (all, if none is named) of each subject."""
        asked = tuple(subjects)
        if not asked:
            return {}
        said = PersonsAsked(purpose=purpose, subjects=asked, fields=fields)
        answer = await self._ask("/subjects/resolutions", said, by)
        return PersonsKnown.model_validate_json(answer).subjects

    async def forget(self, by: Provenance, purpose: Purpose, refs: Iterable[UUID]) -> int:
        """Destroy single values, for good; how many were there. Raises NotKept under a hold."""
        asked = tuple(refs)
        if not asked:
            return 0
        said = Unneeded(purpose=purpose, refs=asked)
        return Forgotten.model_validate_json(await self._ask("/forgotten", said, by)).values

    async def erased_among(self, by: Provenance, subjects: Iterable[UUID]) -> set[UUID]:
        """Those of these whose file was destroyed. Nothing of anybody is read."""
        said = Subjects(subjects=tuple(subjects))
        answer = await self._ask("/erased", said, by)
        return set(Subjects.model_validate_json(answer).subjects)

    async def ids_of(
        self, by: Provenance, kind: str, keys: Iterable[str], *, create: bool = True
    ) -> dict[str, UUID]:
        """The ids that stand for the office's own keys; new ones are made unless told not to."""
        asked = tuple(keys)
        if not asked:
            return {}
        said = KeysAsked(kind=kind, keys=asked, create=create)
        return KeysKnown.model_validate_json(await self._ask("/keys", said, by)).ids

    async def keys_of(
        self, by: Provenance, kind: str, purpose: Purpose, ids: Iterable[UUID]
    ) -> dict[UUID, str]:
        """The outside's own keys for these ids; who has none is left out."""
        asked = tuple(ids)
        if not asked:
            return {}
        said = KeysSought(kind=kind, purpose=purpose, ids=asked)
        return KeysFound.model_validate_json(await self._ask("/keys/resolutions", said, by)).keys

    async def state_keys(self, by: Provenance, kind: str, keys: Mapping[str, UUID]) -> None:
        """Say which of the office's keys stand for things that were born here."""
        if keys:
            await self._ask("/keys/statements", KeysStated(kind=kind, keys=dict(keys)), by)

    async def _ask(self, path: str, said: BaseModel, by: Provenance) -> bytes:
        who = self._pen.headers("vault", on_behalf_of(by))
        why = {"Tandem-Reason": by.reason} if by.reason else {}
        headers = {"Content-Type": "application/json", **who, **why}
        try:
            answer = await self._http.post(path, content=said.model_dump_json(), headers=headers)
        except httpx2.TransportError as error:
            raise VaultIsAway from error
        # A refusal that is no problem (RFC 9457) was not the vault's: something else answers there.
        refused = answer.headers.get("Content-Type") == "application/problem+json"
        unknown = answer.status_code == 401  # the vault does not trust us
        if answer.is_server_error or unknown or (answer.is_client_error and not refused):
            raise VaultIsAway
        if answer.status_code == 403:
            raise NotAllowed
        if answer.is_client_error:
            raise NotKept(answer.json()["title"])
        return answer.content
