from typing import Any
from uuid import UUID, uuid4

from services.ledger.stories import Link, links

AMINA, SEARCH, REQUEST, INVOLVEMENT = (uuid4() for _ in range(4))


def said(type: str, stream: UUID, *persons: UUID, version: int = 1, **data: Any) -> list[Link]:
    fact = {
        "type": type,
        "subject": str(stream),
        "version": version,
        "persons": " ".join(map(str, persons)),
        "data": {name: str(value) for name, value in data.items()},
    }
    return list(links(fact))


def test_who_is_named_has_this_stream_in_their_story() -> None:
    assert said("recruitment.CandidateShortlisted.v1", SEARCH, AMINA, version=2) == [
        Link(AMINA, SEARCH, "named")
    ]


def test_a_seat_that_was_left_is_in_the_story_up_to_then() -> None:
    [link] = said("intake.SeatVacated.v1", SEARCH, AMINA, version=5)

    assert link.ends


def test_a_stream_is_part_of_what_its_first_fact_names() -> None:
    assert said("recruitment.SearchOpened.v1", SEARCH, request=REQUEST) == [
        Link(REQUEST, SEARCH, "request")
    ]


def test_a_later_fact_that_names_a_request_is_part_of_it_alone() -> None:
    [link] = said("recruitment.PartnerReleased.v1", SEARCH, request=REQUEST, version=7)

    assert link.alone


def test_nobodys_file_is_part_of_a_requests_story() -> None:
    named, registered = said("recruitment.CandidateRegistered.v1", AMINA, AMINA, request=REQUEST)

    assert (named.how, registered.alone) == ("named", True)


def test_whoever_was_matched_has_the_request_from_its_beginning() -> None:
    told = said("accompaniment.MandateProposed.v1", INVOLVEMENT, AMINA, request=REQUEST)

    assert Link(AMINA, REQUEST, "match", from_beginning=True) in told
    assert Link(REQUEST, INVOLVEMENT, "request") in told


def test_whom_a_search_found_has_the_search_from_its_beginning() -> None:
    told = said("recruitment.MatchAgreed.v1", SEARCH, AMINA, request=REQUEST, match=INVOLVEMENT)

    assert Link(AMINA, SEARCH, "match", from_beginning=True) in told


def test_what_cannot_be_read_has_no_story() -> None:
    assert said("intake.Unheard.v9", SEARCH, request="5", project="") == []


def test_what_a_team_asked_is_in_its_departments_story_and_who_works_there_is_not() -> None:
    unit = uuid4()

    [link] = said("intake.RequestDrafted.v1", REQUEST, department=unit)

    assert (link.subject, link.how, link.alone) == (unit, "department", False)
    assert said("directory.StaffJoined.v1", AMINA, department=unit) == []


def test_a_fact_is_in_the_story_of_its_cause() -> None:
    cause = uuid4()
    fact = {"type": "recruitment.SearchOpened.v1", "subject": str(SEARCH), "version": 1,
            "causationid": str(cause), "data": {}}  # fmt: skip

    assert list(links(fact)) == [Link(cause, SEARCH, "effect", alone=True)]
