"""One source's users and groups, as `scim2-server` reads and writes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from scim2_models import (
    NotFoundException,
    PreconditionFailedException,
    Resource,
    ResourceType,
    ResponseParameters,
    SearchRequest,
    UniquenessException,
)
from scim2_server.storage import AsyncScimStorage, SearchPage

from contracts.directory import ScimGroupStated, ScimUserStated
from contracts.envelope import PersonalRef, StaffRef
from contracts.vault import Purpose
from services.chassis.appending import Conflict
from services.chassis.deciding import Provenance, UseCases
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.directory.scim.index import UNIQUE, Index, Look
from services.directory.scim.looking import sought, texts_of
from services.directory.scim.readings import Kept, Readings
from services.directory.scim.resources import ScimGroup, ScimUser
from services.directory.scim.shape import Sent, id_of, member_of, sent_in, text_of, version_of
from services.directory.scim.statements import ENTERPRISE, key_of, stated
from services.directory.sources import Source
from services.directory.stating import Stating, kind_of

FIELD = "scim.resource"


class ScimResources(UseCases, AsyncScimStorage):
    """What was sent is served back as it was sent, but for what must never be kept."""

    kinds = (ScimUser, ScimGroup)

    def __init__(
        self, store: Store, vault: Vault, stating: Stating, readings: Readings, index: Index,
        source: Source, by: Provenance,
    ) -> None:  # fmt: skip
        super().__init__(store)
        self._vault, self._stating, self._readings = vault, stating, readings
        self._index, self._source, self._by = index, source, by

    async def get(
        self, resource_type: ResourceType, resource_id: str, *,
        response_parameters: ResponseParameters[Any] | None = None,  # noqa: ARG002
    ) -> Resource[Any]:  # fmt: skip
        found = await self._readings.loaded([id_of(resource_id)])
        if not found or not found[0].meta or found[0].meta.resource_type != resource_type.name:
            raise NotFoundException
        return found[0]

    async def search(
        self, resource_types: list[ResourceType], search_request: SearchRequest[Any], *,
        position: Any = None,  # noqa: ARG002 - cursors are not offered
    ) -> SearchPage:  # fmt: skip
        text = sought(search_request.filter.ast) if search_request.filter else None
        kinds = list(dict.fromkeys(str(kind.name) for kind in resource_types))
        ids = await self._index.found(kinds, self._index.look(*text) if text else None)
        if search_request.filter or search_request.sort_by:
            ids = await self._readings.chosen(ids, search_request)
        start = search_request.start_index_0 or 0
        stop = None if search_request.count is None else start + search_request.count
        return SearchPage(len(ids), await self._readings.loaded(ids[start:stop]))

    async def create(self, resource_type: ResourceType, resource: Resource[Any]) -> Resource[Any]:
        new, by, sent = uuid4(), self._command(), sent_in(resource)
        looks = await self._claimed(resource_type, new, sent)
        try:
            say = self._group if resource_type.name == "Group" else self._user
            await self.save(by, await say(by, None, new, sent))
        except BaseException:
            await self._index.forget(new)
            raise
        await self._index.settle(new, looks)
        return (await self._readings.loaded([new]))[0]

    async def update(
        self, resource_type: ResourceType, resource: Resource[Any], *,
        expected_version: str | None = None,
    ) -> Resource[Any]:  # fmt: skip
        one, by, sent = id_of(resource.id), self._command(), sent_in(resource)
        kept = await self._kept(resource_type, one, expected_version)
        if sent != (said := await self._readings.said(kept)):
            looks = await self._claimed(resource_type, one, sent)
            if isinstance(kept, ScimGroup):
                await self._group(by, kept, one, sent)
            else:
                if said and key_of(sent) != key_of(said):
                    await self._call_alike(kept, sent)
                await self._user(by, kept, one, sent)
            await self._saved(by, kept)
            await self._index.settle(one, looks)
        return (await self._readings.loaded([one]))[0]

    async def delete(
        self, resource_type: ResourceType, resource_id: str, *,
        expected_version: str | None = None,
    ) -> None:  # fmt: skip
        one, by = id_of(resource_id), self._command()
        kept = await self._kept(resource_type, one, expected_version)
        if isinstance(kept, ScimUser):
            staff = [kept.staff.root]
            await self._stating.gone_many(_besides(by), self._source.name, staff)
        kept.delete()
        await self._saved(by, kept)
        await self._index.forget(one)

    async def _user(self, by: Provenance, kept: ScimUser | None, id: UUID, sent: Sent) -> ScimUser:
        text = text_of(sent)
        statement = stated(self._source.name, sent, await self._manager(sent))
        staff = (await self._stating.state(_besides(by), statement)).staff
        said = ScimUserStated(
            source=self._source.id,
            staff=StaffRef(staff),
            active=statement.active,
            resource=await self._keep(by, id, staff, text),
        )
        if kept is None:
            return ScimUser.enter(id, said)
        kept.say(said)
        return kept

    async def _group(
        self, by: Provenance, kept: ScimGroup | None, id: UUID, sent: Sent
    ) -> ScimGroup:
        members = {member_of(one) for one in sent.get("members", ())}
        text = text_of(sent)
        if kept is None or text != text_of(await self._readings.said(kept)):
            resource = await self._keep(by, id, id, text)
            said = ScimGroupStated(source=self._source.id, resource=resource)
            if kept is None:
                kept = ScimGroup.enter(id, said)
            else:
                kept.say(said)
        kept.hold(members)
        return kept

    async def _call_alike(self, kept: ScimUser, sent: Sent) -> None:
        """Whoever gets another number stays who they are, unless it is somebody's already."""
        kind = kind_of(self._source.name)
        known = await self._vault.ids_of(self._by, kind, [key := key_of(sent)], create=False)
        if not known:
            await self._vault.state_keys(self._by, kind, {key: kept.staff.root})

    async def _keep(self, by: Provenance, id: UUID, about: UUID, text: str) -> PersonalRef:
        refs = await self._vault.keep(by, about, Purpose.SOURCE, {FIELD: text}, by.claim_on(id))
        self._readings.remember(refs[FIELD].ref, text)
        return refs[FIELD]

    async def _manager(self, sent: Sent) -> str | None:
        """The key of whoever is named: by their id here, as RFC 7643 §4.3 has it, or else as is."""
        named = (sent.get(ENTERPRISE, {}).get("manager") or {}).get("value")
        try:
            history = await self._readings.history(UUID(named)) if named else []
        except ValueError:
            return str(named)
        known = self._readings.kept(history)
        said = await self._readings.said(known) if known else {}
        return key_of(said) if "userName" in said else None

    async def _claimed(self, kind: ResourceType, id: UUID, sent: Sent) -> list[Look]:
        """Raises UniquenessException where another user has this userName."""
        looks = list({self._index.look(*text) for text in texts_of(sent)})
        unique = {look for look in looks if look.attribute == UNIQUE}
        while holder := await self._index.claim(str(kind.name), id, looks):
            held = await self._readings.loaded([holder])
            had = [self._index.look(*text) for one in held for text in texts_of(sent_in(one))]
            # What was claimed and then never said, or is not said any more, holds nothing.
            await (self._index.settle(holder, had) if held else self._index.forget(holder))
            if unique & set(had):
                raise UniquenessException
        return looks

    async def _kept(self, kind: ResourceType, id: UUID, expected: str | None) -> Kept:
        history = await self._readings.history(id)
        kept = self._readings.kept(history)
        if kept is None or isinstance(kept, ScimGroup) != (kind.name == "Group"):
            raise NotFoundException
        if expected is not None and expected != version_of(history):
            raise PreconditionFailedException
        return kept

    async def _saved(self, by: Provenance, kept: Kept) -> None:
        try:
            await self.save(by, kept)
        except Conflict as lost:
            raise PreconditionFailedException from lost

    def _command(self) -> Provenance:
        command = uuid4()
        return replace(self._by, command=command, correlation=command)


def _besides(by: Provenance) -> Provenance:
    """For what is decided of other streams by the same request."""
    return replace(by, command=by.id_for("statement"))
