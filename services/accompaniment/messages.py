"""What accompaniment hears from the other services."""

from __future__ import annotations

from uuid import UUID

from contracts.accompaniment import Stop
from contracts.consent import (
    ConsentExpired,
    ConsentGivenV2,
    ConsentRefused,
    ConsentWithdrawnV2,
    RepresentativeAppointed,
    RepresentativeEnded,
    SharedPartnerClosed,
    SharedPartnerReceived,
)
from contracts.directory import MinorsSigningDecided
from contracts.recruitment import MatchAgreed, MergeUndone, PartnerLeft, PartnersMerged
from contracts.rights import PersonErased
from contracts.staff import StaffLeft, known_as
from contracts.training import PlanCompleted
from services.accompaniment.application import Accompaniment
from services.accompaniment.files import Files
from services.accompaniment.speaking import RESTS_ON, Speaking
from services.chassis.deciding import Provenance
from services.chassis.ears import Corrected
from services.chassis.hearing import Listener


def listen(
    listener: Listener, accompaniment: Accompaniment, speaking: Speaking, files: Files
) -> Listener:
    _hear_matches(listener, accompaniment)
    _hear_departures(listener, accompaniment)
    _hear_consents(listener, accompaniment)
    _hear_who_speaks(listener, speaking)
    _hear_merges(listener, files)
    return listener


def _hear_matches(listener: Listener, accompaniment: Accompaniment) -> None:
    @listener.hear(MatchAgreed)
    async def propose_mandate(agreed: MatchAgreed, _: UUID, by: Provenance) -> None:
        await accompaniment.propose_for(agreed, by)

    @listener.hear_annulled(MatchAgreed)
    async def call_off(agreed: MatchAgreed, _: UUID, by: Provenance) -> None:
        await accompaniment.call_off(agreed.match, by)

    @listener.hear(PlanCompleted)
    async def tick_training(completed: PlanCompleted, _: UUID, by: Provenance) -> None:
        await accompaniment.tick(completed.match, completed.audience, by)

    @listener.hear_annulled(PlanCompleted)
    async def untick_training(completed: PlanCompleted, _: UUID, by: Provenance) -> None:
        await accompaniment.untick(completed.match, by)


def _hear_departures(listener: Listener, accompaniment: Accompaniment) -> None:
    @listener.hear(PartnerLeft)
    async def end_all(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await accompaniment.end_all_of(left.partner, left.silent, by)

    @listener.hear_annulled(PartnerLeft)
    async def go_on(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await accompaniment.go_on_with(left.partner, by)

    @listener.hear(PersonErased)
    async def end_all_of_erased(erased: PersonErased, _: UUID, by: Provenance) -> None:
        await accompaniment.end_all_of(erased.person, silent=True, by=by)

    @listener.hear(StaffLeft)
    async def ask_for_contacts(left: StaffLeft, _: UUID, by: Provenance) -> None:
        await accompaniment.ask_for_contacts(known_as(left), left.on, by)

    @listener.hear_annulled(StaffLeft)
    async def keep_contacts(left: StaffLeft, _: UUID, by: Provenance) -> None:
        await accompaniment.keep_contacts(known_as(left), by)


def _hear_consents(listener: Listener, accompaniment: Accompaniment) -> None:
    @listener.hear(ConsentWithdrawnV2)
    @listener.hear(ConsentRefused)
    @listener.hear(ConsentExpired)
    async def stop_all(
        said: ConsentWithdrawnV2 | ConsentRefused | ConsentExpired, _: UUID, by: Provenance
    ) -> None:
        if said.purpose in RESTS_ON:
            await accompaniment.stop_all_of(said.partner, RESTS_ON[said.purpose], by)

    @listener.hear_annulled(ConsentWithdrawnV2)
    @listener.hear_annulled(ConsentRefused)
    @listener.hear_annulled(ConsentExpired)
    async def had_not_stopped(
        said: ConsentWithdrawnV2 | ConsentRefused | ConsentExpired, _: UUID, by: Provenance
    ) -> None:
        await accompaniment.go_on_with(said.partner, by)

    @listener.hear(ConsentGivenV2)
    async def lift_stops(given: ConsentGivenV2, _: UUID, by: Provenance) -> None:
        if given.purpose in RESTS_ON:
            await accompaniment.lift_stops_of(given.partner, RESTS_ON[given.purpose], by)

    @listener.hear(SharedPartnerClosed)
    async def stop_shared(closed: SharedPartnerClosed, _: UUID, by: Provenance) -> None:
        await accompaniment.stop_all_of(closed.person, Stop.SHARING, by)

    @listener.hear(SharedPartnerReceived)
    async def lift_shared(received: SharedPartnerReceived, _: UUID, by: Provenance) -> None:
        await accompaniment.lift_stops_of(received.person, Stop.SHARING, by)


def _hear_merges(listener: Listener, files: Files) -> None:
    @listener.hear(PartnersMerged, imported=True)
    async def join(said: PartnersMerged, _: UUID, by: Provenance) -> None:
        await files.join(said, by)

    @listener.hear(MergeUndone, imported=True)
    async def part(said: MergeUndone, _: UUID, by: Provenance) -> None:
        await files.part(said, by)


def _hear_who_speaks(listener: Listener, speaking: Speaking) -> None:
    @listener.hear(RepresentativeAppointed, imported=True)
    async def appointed(said: RepresentativeAppointed, _: UUID, by: Provenance) -> None:
        await speaking.appointed(said, by.causation, by)

    @listener.hear(RepresentativeEnded, imported=True)
    async def ended(said: RepresentativeEnded, _: UUID, by: Provenance) -> None:
        await speaking.ended(said, by)

    @listener.hear(MinorsSigningDecided)
    async def decided(said: MinorsSigningDecided, _: UUID, by: Provenance) -> None:
        await speaking.decided(said, by.causation, by)

    @listener.hear_annulled(RepresentativeAppointed)
    @listener.hear_annulled(RepresentativeEnded)
    @listener.hear_annulled(MinorsSigningDecided)
    async def unsaid(_: object, __: UUID, by: Provenance) -> None:
        await speaking.unsaid(by)

    @listener.hear_corrected(RepresentativeAppointed)
    async def appointed_otherwise(said: Corrected, _: UUID, by: Provenance) -> None:
        assert isinstance(said.now, RepresentativeAppointed)
        await speaking.appointed(said.now, by.undoes, by)

    @listener.hear_corrected(MinorsSigningDecided)
    async def decided_otherwise(said: Corrected, _: UUID, by: Provenance) -> None:
        assert isinstance(said.now, MinorsSigningDecided)
        await speaking.decided(said.now, by.undoes, by)
