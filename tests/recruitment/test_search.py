import pytest

from contracts.recruitment import (
    CandidateNotRetained,
    CandidateShortlisted,
    CloseReason,
    InterestDeclined,
    InterestExpressed,
    MatchAgreed,
    SearchClosed,
    SearchReopened,
)
from contracts.terms import Level, Role
from services.chassis.deciding import seal
from services.chassis.domain import NotTheLast
from services.recruitment.domain.partner import HasLeft, IsPaused, NotInThePool, Partner
from services.recruitment.domain.search import (
    AlreadyMatched,
    EnoughPartners,
    NotInterestedYet,
    NotShortlisted,
    Search,
    SearchIsClosed,
    SomebodyWasMatched,
)
from tests.examples import MARIE, facts
from tests.recruitment.people import a_candidate, a_partner, a_search


@pytest.fixture
def search() -> Search:
    return a_search(sought=2)


@pytest.fixture
def odile() -> Partner:
    return a_partner()


def interested(search: Search, partner: Partner) -> Partner:
    search.shortlist(partner)
    search.express_interest(partner.person)
    return partner


def matched(search: Search, partner: Partner) -> Partner:
    search.match(interested(search, partner), Role.ORGANIZATION)
    return partner


def agreed(search: Search, partner: Partner) -> MatchAgreed:
    return MatchAgreed(
        match=Search.match_id(search.id, partner.person),
        request=search.opening.request,
        partner=partner.person,
        role=Role.ORGANIZATION,
        level=Level.PARTNERSHIP,
        title=search.opening.title,
    )


def test_interest_comes_first_and_then_the_match(search: Search, odile: Partner) -> None:
    matched(search, odile)

    request = search.opening.request
    assert facts(search)[1:] == [
        CandidateShortlisted(request=request, partner=odile.person),
        InterestExpressed(request=request, partner=odile.person),
        agreed(search, odile),
    ]


def test_asking_twice_changes_nothing(search: Search, odile: Partner) -> None:
    matched(search, odile)

    matched(search, odile)

    assert len(facts(search)) == 4


def test_who_is_not_in_the_pool_is_not_shortlisted(search: Search) -> None:
    with pytest.raises(NotInThePool):
        search.shortlist(a_candidate())


def test_who_is_on_a_pause_is_not_shortlisted(search: Search, odile: Partner) -> None:
    odile.take_pause(None)

    with pytest.raises(IsPaused):
        search.shortlist(odile)


def test_who_left_meanwhile_is_not_matched(search: Search, odile: Partner) -> None:
    interested(search, odile)
    odile.leave()

    with pytest.raises(HasLeft):
        search.match(odile, Role.ORGANIZATION)


def test_nobody_is_matched_who_was_not_asked(search: Search, odile: Partner) -> None:
    with pytest.raises(NotShortlisted):
        search.match(odile, Role.ORGANIZATION)


def test_nobody_is_matched_who_has_not_said_yes(search: Search, odile: Partner) -> None:
    search.shortlist(odile)

    with pytest.raises(NotInterestedYet):
        search.match(odile, Role.ORGANIZATION)


def test_the_search_closes_once_all_are_found(search: Search, odile: Partner) -> None:
    matched(search, odile)

    matched(search, a_partner())

    filled = SearchClosed(request=search.opening.request, reason=CloseReason.FILLED)
    assert facts(search)[-1] == filled


def test_no_more_are_matched_than_were_sought(search: Search) -> None:
    last = interested(search, a_partner())
    matched(search, a_partner())
    matched(search, a_partner())

    with pytest.raises(EnoughPartners):
        search.match(last, Role.ORGANIZATION)


def test_who_said_no_may_be_thought_of_again(search: Search, odile: Partner) -> None:
    search.shortlist(odile)
    search.decline_interest(odile.person)
    search.decline_interest(odile.person)

    search.shortlist(odile)

    request = search.opening.request
    assert facts(search)[2:] == [
        InterestDeclined(request=request, partner=odile.person),
        CandidateShortlisted(request=request, partner=odile.person),
    ]


def test_who_was_matched_is_not_declined_without_a_word(search: Search, odile: Partner) -> None:
    matched(search, odile)

    with pytest.raises(AlreadyMatched):
        search.not_retain(odile.person)


def test_every_candidate_hears_the_outcome_even_after_the_end(
    search: Search, odile: Partner
) -> None:
    interested(search, odile)
    search.close(CloseReason.NOBODY_FOUND)

    search.not_retain(odile.person)
    search.not_retain(odile.person)

    request = search.opening.request
    assert facts(search)[4:] == [CandidateNotRetained(request=request, partner=odile.person)]


def test_in_a_closed_search_nobody_is_shortlisted(search: Search, odile: Partner) -> None:
    search.close(CloseReason.NOBODY_FOUND)

    with pytest.raises(SearchIsClosed):
        search.shortlist(odile)


def test_a_search_is_taken_up_again(search: Search, odile: Partner) -> None:
    search.close(CloseReason.NOBODY_FOUND)

    search.reopen()
    search.reopen()
    search.shortlist(odile)

    assert facts(search)[2] == SearchReopened(request=search.opening.request)


def test_a_search_that_led_to_a_match_is_not_withdrawn(search: Search, odile: Partner) -> None:
    matched(search, odile)

    with pytest.raises(SomebodyWasMatched):
        search.withdraw()


def test_what_was_decided_about_others_does_not_keep_a_match_from_being_annulled(
    search: Search, odile: Partner
) -> None:
    matched(search, odile)
    matched(search, a_partner())
    history = seal(search.recorded(), "recruitment", MARIE)
    shortlisted, _, match = [one for one in history if one.persons == str(odile.person)]

    assert Search.require_annullable(history, match.id) == match

    with pytest.raises(NotTheLast):
        Search.require_annullable(history, shortlisted.id)
