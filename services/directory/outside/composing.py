"""A message as it leaves: consent asked once more, the receiver's own key of an employee added."""

from __future__ import annotations

from uuid import UUID

from contracts.outgoing import MESSAGES, Message, OfStaff, Outgoing
from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.directory.outside.linking import Linking
from services.directory.outside.outbox import Parcel
from services.directory.stating import kind_of

ALLOWED = """
select 1 from employers_told
where establishment = $1 and person = $2 and messages @> array[$3::text]
and (until is null or until >= current_date)
"""


class Composing:
    """What is read of people is read in the name of this service, and journalled."""

    def __init__(self, store: Store, vault: Vault, linking: Linking) -> None:
        self._store = store
        self._vault = vault
        self._linking = linking

    async def compose(self, parcel: Parcel, source: str | None) -> Outgoing | None:
        """None where it may not go out, or not any more. Raises VaultIsAway."""
        kind, subject = MESSAGES[parcel.name], parcel.subject
        data = dict(parcel.data)
        if kind.of_a_partner:
            employee = await self._employee(parcel)
            if employee is None:
                return None
            subject, data["staff"] = employee, str(employee)
        if source and issubclass(kind, OfStaff):
            staff, kind_of_key = UUID(data["staff"]), kind_of(source)
            by = self._by(parcel)
            known = await self._vault.keys_of(by, kind_of_key, Purpose.STAFF, [staff])
            data["employee"] = known.get(staff)
        return _outgoing(parcel, subject, kind.model_validate(data))

    async def _employee(self, parcel: Parcel) -> UUID | None:
        """The member of staff whom this partner says to be, if HR may hear exactly this."""
        home, person = parcel.establishment, parcel.person
        if not person or not await self._store.pool.fetchval(ALLOWED, home, person, parcel.name):
            return None
        return await self._linking.employee(self._by(parcel), person)

    @staticmethod
    def _by(parcel: Parcel) -> Provenance:
        return Provenance(parcel.establishment, "service:directory", channel="delivery")


def _outgoing(parcel: Parcel, subject: UUID, message: Message) -> Outgoing:
    return Outgoing(
        id=parcel.id,
        source=f"/tandem/{parcel.establishment}",
        type=parcel.name,
        subject=subject,
        time=parcel.time,
        position=parcel.position,
        data=message.model_dump(mode="json", exclude_none=True),
    )
