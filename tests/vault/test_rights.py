"""What may be decided about persons' files and requests, and what may not."""

from datetime import date
from uuid import uuid4

import pytest

from contracts.envelope import PersonalRef, PersonRef
from contracts.rights import (
    DispositionApproved,
    DispositionCertified,
    DispositionProposed,
    DispositionWithdrawn,
    ErasureOrdered,
    Ground,
    IncidentNotified,
    IncidentRecorded,
    LegalHoldLifted,
    LegalHoldPlaced,
    Notified,
    PersonErased,
    Right,
    RightsRequestAnswered,
    RightsRequestExtended,
    RightsRequestReceived,
)
from services.vault.belonging import belongings
from services.vault.domain.disposition import (
    AlreadySettled,
    Block,
    Disposition,
    IsBeingDestroyed,
    NotApproved,
    Reason,
    SomebodyElseApproves,
    StillNeeded,
)
from services.vault.domain.hold import LegalHold
from services.vault.domain.incident import Incident, KnownBeforeItHappened
from services.vault.domain.rights_request import (
    AlreadyAnswered,
    ExtendedOnce,
    RightsRequest,
    TooLateToExtend,
)
from tests.examples import facts

PERSON, OTHER = PersonRef(uuid4()), PersonRef(uuid4())
WORDS = PersonalRef(ref=uuid4(), commitment="5e" * 32)
PROPOSED = DispositionProposed(files=(PERSON, OTHER), ground=Ground.RETENTION_ENDED, rule="P-10")
HELD = Block(PERSON.root, Reason.HOLD, uuid4())


@pytest.fixture
def disposition() -> Disposition:
    return Disposition.propose(uuid4(), PROPOSED, ())


def test_a_file_that_something_keeps_is_not_proposed_and_it_says_what() -> None:
    early = Block(OTHER.root, Reason.TOO_EARLY, until="2031-04-01")

    with pytest.raises(StillNeeded) as refused:
        Disposition.propose(uuid4(), PROPOSED, (HELD, early))

    assert refused.value.said("fr") == (
        "Quelque chose empêche de détruire un dossier : "
        f"une suspension légale {HELD.which}; le calendrier de conservation jusqu’au 2031-04-01."
    )


def test_a_second_person_approves(disposition: Disposition) -> None:
    with pytest.raises(SomebodyElseApproves):
        disposition.approve(by_proposer=True, alone=False)

    disposition.approve(by_proposer=False, alone=True)
    disposition.approve(by_proposer=False, alone=False)

    assert facts(disposition)[1:] == [DispositionApproved(alone=False)]


def test_an_office_of_one_person_approves_alone_and_it_is_logged_as_such(
    disposition: Disposition,
) -> None:
    disposition.approve(by_proposer=True, alone=True)

    assert facts(disposition)[1:] == [DispositionApproved(alone=True)]


def test_nothing_is_destroyed_that_was_not_approved_or_that_is_needed_again(
    disposition: Disposition,
) -> None:
    with pytest.raises(NotApproved):
        disposition.order(())
    disposition.approve(by_proposer=False, alone=False)

    with pytest.raises(StillNeeded):
        disposition.order((HELD,))

    assert ErasureOrdered(files=PROPOSED.files) not in facts(disposition)


def test_what_was_approved_may_be_withdrawn_until_it_is_ordered(disposition: Disposition) -> None:
    disposition.approve(by_proposer=False, alone=False)
    ordered = Disposition.propose(uuid4(), PROPOSED, ())
    ordered.approve(by_proposer=False, alone=False)
    ordered.order(())

    disposition.withdraw(WORDS)

    assert facts(disposition)[-1] == DispositionWithdrawn(reason=WORDS)
    with pytest.raises(AlreadySettled):
        disposition.order(())
    with pytest.raises(IsBeingDestroyed):
        ordered.withdraw()


def test_a_certificate_comes_once_every_file_is_gone_and_each_goes_once(
    disposition: Disposition,
) -> None:
    disposition.approve(by_proposer=False, alone=False)
    disposition.order(())
    certified = DispositionCertified(certificate="ab" * 32, erased=2, gone_by="2027-01-02")

    for person in (PERSON, PERSON, OTHER):
        disposition.certify("ab" * 32, "2027-01-02")
        disposition.erase(PersonErased(person=person, destroyed={"recruitment": 3}))
    disposition.certify("ab" * 32, "2027-01-02")

    assert facts(disposition)[3:] == [
        PersonErased(person=PERSON, destroyed={"recruitment": 3}),
        PersonErased(person=OTHER, destroyed={"recruitment": 3}),
        certified,
    ]


def test_a_hold_is_placed_and_lifted_as_often_as_it_takes() -> None:
    hold = LegalHold.begun(PERSON, WORDS)

    hold.place(PERSON, WORDS)
    hold.lift()
    hold.lift()
    hold.place(PERSON, WORDS)

    placed = LegalHoldPlaced(person=PERSON, reason=WORDS)
    assert facts(hold) == [placed, LegalHoldLifted(person=PERSON), placed]


def received(on: date) -> RightsRequest:
    return RightsRequest.receive(uuid4(), Right.ACCESS, PERSON, on, None)


def test_an_answer_is_due_twenty_days_after_the_request_and_ten_more_if_it_is_said_in_time() -> (
    None
):
    request = received(date(2026, 3, 2))

    request.extend(WORDS, date(2026, 3, 22))
    request.answer(WORDS)
    request.answer(WORDS)

    assert facts(request) == [
        RightsRequestReceived(
            right=Right.ACCESS, person=PERSON, received="2026-03-02", due="2026-03-22"
        ),
        RightsRequestExtended(due="2026-04-01", reason=WORDS),
        RightsRequestAnswered(answer=WORDS),
    ]


def test_a_delay_is_not_extended_once_it_is_over_nor_twice_nor_after_the_answer() -> None:
    late, twice, settled = (received(date(2026, 3, 2)) for _ in range(3))
    twice.extend(WORDS, date(2026, 3, 3))
    settled.withdraw()

    with pytest.raises(TooLateToExtend):
        late.extend(WORDS, date(2026, 3, 23))
    with pytest.raises(ExtendedOnce):
        twice.extend(WORDS, date(2026, 3, 4))
    with pytest.raises(AlreadyAnswered):
        settled.extend(WORDS, date(2026, 3, 4))


def incident(aware: str) -> IncidentRecorded:
    return IncidentRecorded(
        information=WORDS,
        circumstances=WORDS,
        occurred="2026-05-03",
        aware=aware,
        persons_affected=12,
        assessment=WORDS,
        serious=True,
        measures=WORDS,
    )


def test_an_incident_holds_what_the_regulation_lists_and_is_kept_five_years() -> None:
    happened = Incident.recorded_as(uuid4(), incident("2026-05-04"))

    happened.notify(Notified.COMMISSION, "2026-05-05")
    happened.notify(Notified.COMMISSION, "2026-05-05")

    assert facts(happened)[1:] == [IncidentNotified(to=Notified.COMMISSION, date="2026-05-05")]
    assert happened.kept_until
    assert happened.kept_until >= date(2031, 5, 4)


def test_nobody_knows_of_an_incident_before_it_happens() -> None:
    with pytest.raises(KnownBeforeItHappened):
        Incident.recorded_as(uuid4(), incident("2026-05-02"))


def fact(subject: str, version: int, persons: str = "", **data: object) -> dict[str, object]:
    return {"subject": subject, "version": version, "persons": persons, "data": data}


def test_what_was_a_persons_alone_is_found_and_what_others_share_stays_with_them() -> None:
    me, she = str(PERSON), str(OTHER)
    mine, family, pause, project, hours = (str(uuid4()) for _ in range(5))
    refs = [str(uuid4()) for _ in range(6)]
    words = [{"ref": ref, "commitment": "5e" * 32} for ref in refs]
    history = [
        fact(mine, 1, me, personal={"note": words[0]}),
        fact(mine, 2, "", personal={"support": words[1]}),  # terms name nobody
        fact(pause, 1, "", involvement=mine, reason=words[2]),
        fact(family, 1, f"{me} {she}", reason=words[3]),
        fact(project, 1, "", note=words[4]),
        fact(project, 2, me, seat="one", note=words[5]),
        fact(hours, 1, me, involvement=family),
    ]

    theirs = belongings(PERSON.root, history)

    assert {str(one) for one in theirs.streams} == {mine, pause, hours}
    assert {str(one) for one in theirs.refs} == {refs[0], refs[1], refs[2], refs[5]}
