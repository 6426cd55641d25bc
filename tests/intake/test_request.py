from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.intake import (
    DeclineReason,
    Detail,
    RequestAccepted,
    RequestDeclined,
    RequestDrafted,
    RequestRecorded,
    RequestRedirected,
    RequestResubmitted,
    RequestReturned,
    RequestRevised,
    RequestState,
    RequestSubmitted,
    RequestTriaged,
    RequestWithdrawn,
)
from contracts.terms import Level
from services.chassis.deciding import seal
from services.chassis.domain import Refusal
from services.intake.domain.request import (
    AlreadyAnswered,
    NotDescribed,
    NothingAsked,
    NotYetSubmitted,
    NotYetTriaged,
    Request,
)
from tests.examples import ADVISOR, CONTACT, MARIE, SUBMISSION, facts

ACCEPTED = RequestAccepted(
    title=SUBMISSION.title,
    partners_sought=2,
    level=Level.PARTNERSHIP,
    system_level=SUBMISSION.system_level,
)
REVISED = RequestRevised.model_validate(SUBMISSION.model_dump() | {"partners_sought": 3})


@pytest.fixture
def draft() -> Request:
    return Request.draft(uuid4(), SUBMISSION)


@pytest.fixture
def submitted(draft: Request) -> Request:
    draft.submit("D-2026-0001")
    return draft


@pytest.fixture
def triaged(submitted: Request) -> Request:
    submitted.triage(ADVISOR)
    return submitted


def test_submitting_says_what_the_team_last_wrote(draft: Request) -> None:
    draft.revise(REVISED)

    draft.submit("D-2026-0001")

    assert facts(draft) == [
        SUBMISSION,
        REVISED,
        RequestSubmitted(
            number="D-2026-0001",
            title=SUBMISSION.title,
            department=SUBMISSION.department,
            contact=CONTACT,
            partners_sought=3,
        ),
    ]


def test_a_revision_that_changes_nothing_is_not_recorded(draft: Request) -> None:
    draft.revise(RequestRevised.model_validate(SUBMISSION.model_dump()))

    assert facts(draft) == [SUBMISSION]


def test_submitting_twice_keeps_the_first_number(submitted: Request) -> None:
    submitted.submit("D-2026-0002")

    assert (len(facts(submitted)), submitted.number) == (2, "D-2026-0001")


def test_a_draft_cannot_be_triaged(draft: Request) -> None:
    with pytest.raises(NotYetSubmitted):
        draft.triage(ADVISOR)


def test_a_request_returned_and_completed_goes_back_to_its_advisor(triaged: Request) -> None:
    triaged.return_for_detail((Detail.SCHEDULE,))
    triaged.resubmit()

    triaged.accept()

    assert facts(triaged)[3:] == [
        RequestReturned(missing=(Detail.SCHEDULE,)),
        RequestResubmitted(),
        ACCEPTED,
    ]


def test_a_request_returned_for_detail_can_still_be_triaged(submitted: Request) -> None:
    submitted.return_for_detail((Detail.SCHEDULE,))

    submitted.triage(ADVISOR)

    assert facts(submitted)[-1] == RequestTriaged(advisor=ADVISOR)


def test_asking_twice_for_the_same_detail_is_recorded_once(submitted: Request) -> None:
    submitted.return_for_detail((Detail.SCHEDULE,))

    submitted.return_for_detail((Detail.SCHEDULE,))

    assert facts(submitted)[2:] == [RequestReturned(missing=(Detail.SCHEDULE,))]


def test_returning_without_saying_what_is_missing_is_refused(submitted: Request) -> None:
    with pytest.raises(NothingAsked):
        submitted.return_for_detail(())


def test_a_request_nobody_has_looked_at_cannot_be_accepted(submitted: Request) -> None:
    with pytest.raises(NotYetTriaged):
        submitted.accept()


def test_accepting_twice_is_recorded_once(triaged: Request) -> None:
    triaged.accept()

    triaged.accept()

    assert facts(triaged)[3:] == [ACCEPTED]


def test_an_accepted_request_cannot_be_declined(triaged: Request) -> None:
    triaged.accept()

    with pytest.raises(AlreadyAnswered):
        triaged.decline(DeclineReason.SEATS_ARE_FILLED)


def test_an_accepted_request_cannot_be_revised(triaged: Request) -> None:
    triaged.accept()

    with pytest.raises(AlreadyAnswered):
        triaged.revise(REVISED)


def test_a_team_may_withdraw_even_what_was_accepted(triaged: Request) -> None:
    triaged.accept()

    triaged.withdraw()

    assert facts(triaged)[-1] == RequestWithdrawn()


def test_a_declined_request_cannot_be_redirected(submitted: Request) -> None:
    submitted.decline(DeclineReason.SEATS_ARE_FILLED)

    with pytest.raises(AlreadyAnswered):
        submitted.redirect()


@pytest.mark.parametrize(
    ("decide", "recorded"),
    [
        (lambda it: it.decline(DeclineReason.TOO_LATE), RequestDeclined(reason="too_late")),
        (lambda it: it.redirect(), RequestRedirected()),
    ],
)
def test_an_answer_given_twice_is_recorded_once(submitted: Request, decide, recorded) -> None:  # type: ignore[no-untyped-def]
    decide(submitted)

    decide(submitted)

    assert facts(submitted)[2:] == [recorded]


def test_a_request_of_the_register_goes_on_once_it_is_described() -> None:
    line = RequestRecorded(
        number="D-2022-11",
        title="A committee",
        department=SUBMISSION.department,
        state=RequestState.TAKEN_IN_CHARGE,
        received="2022-03",
        advisor=ADVISOR,
    )
    request = Request.begin(uuid4(), line)
    with pytest.raises(NotDescribed):
        request.accept()

    request.revise(REVISED)
    request.accept()

    assert facts(request)[1:] == [REVISED, ACCEPTED.model_copy(update={"partners_sought": 3})]


DECISIONS = st.sampled_from(
    [
        lambda it: it.revise(REVISED),
        lambda it: it.submit("D-2026-0001"),
        lambda it: it.return_for_detail((Detail.AIM,)),
        lambda it: it.return_for_detail((Detail.AIM, Detail.SUPPORT)),
        Request.resubmit,
        lambda it: it.triage(ADVISOR),
        lambda it: it.triage(CONTACT),
        Request.accept,
        lambda it: it.decline(DeclineReason.OTHER),
        Request.redirect,
        Request.withdraw,
    ]
)
BEGINNINGS = st.sampled_from(
    [
        SUBMISSION,
        *(
            RequestRecorded(
                number="D-1",
                title="A committee",
                department=SUBMISSION.department,
                state=state,
                received="2022",
            )
            for state in RequestState
        ),
    ]
)


@given(BEGINNINGS, st.lists(DECISIONS, max_size=12))
def test_whatever_is_decided_its_facts_read_back_give_the_same_request(  # type: ignore[no-untyped-def]
    beginning: RequestDrafted | RequestRecorded, decisions
) -> None:
    request = Request.begin(uuid4(), beginning)
    for decide in decisions:
        before = request.version
        try:
            decide(request)
        except Refusal:
            assert request.version == before

    history = seal(request.recorded(), "intake", MARIE)
    replayed = Request.replay(history)

    assert replayed is not None
    told = ("version", "stage", "number", "advisor", "missing")
    assert [getattr(replayed, name) for name in told] == [getattr(request, name) for name in told]
    assert replayed.need == request.need
