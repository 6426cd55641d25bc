"""What comes due by itself: a consent that ends, a share that ends or is to be told there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from contracts.consent import (
    ConsentGivenV2,
    ConsentTo,
    PartnerSharingEnded,
    PartnerSharingOffered,
)
from contracts.envelope import Envelope
from services.chassis.alarms import Alarms
from services.chassis.appending import Alarm, Cancel
from services.chassis.deciding import Provenance
from services.chassis.moments import last_instant
from services.recruitment.consenting import Consenting
from services.recruitment.domain.consents import BEFORE_IT_ENDS
from services.recruitment.sharing import Sharing

JUST_AFTER = timedelta(seconds=1)


def remind(envelope: Envelope) -> Iterable[Alarm | Cancel]:
    if envelope.type == ConsentGivenV2.type:
        yield from _of_consent(envelope)
    if envelope.type in (PartnerSharingOffered.type, PartnerSharingEnded.type):
        yield Alarm(envelope.time, envelope.subject, "tell other side")
    if envelope.type == PartnerSharingOffered.type:
        over = last_instant(envelope.data["until"]) + JUST_AFTER
        yield Alarm(over, envelope.subject, "end share")


def _of_consent(envelope: Envelope) -> Iterable[Alarm | Cancel]:
    """The last consent to a purpose sets when to ask again; whoever rings looks at all of them."""
    purpose, expires = envelope.data["purpose"], envelope.data.get("expires")
    if not expires:
        yield Cancel(envelope.subject, f"renew {purpose}")
        yield Cancel(envelope.subject, f"end {purpose}")
        return
    over = last_instant(expires) + JUST_AFTER
    yield Alarm(over - BEFORE_IT_ENDS, envelope.subject, f"renew {purpose}")
    yield Alarm(over, envelope.subject, f"end {purpose}")


def remind_of(alarms: Alarms, consenting: Consenting, sharing: Sharing) -> Alarms:
    @alarms.when("end share")
    async def end(share: UUID, due: datetime, by: Provenance) -> None:
        await sharing.end_if_over(share, due, by)

    @alarms.when("tell other side")
    async def tell(share: UUID, _: datetime, by: Provenance) -> None:
        await sharing.tell_other_side(share, by)

    async def look(partner: UUID, due: datetime, by: Provenance) -> None:
        await consenting.renew_or_end(partner, due, by)

    for purpose in ConsentTo:
        alarms.when(f"renew {purpose}")(look)
        alarms.when(f"end {purpose}")(look)
    return alarms
