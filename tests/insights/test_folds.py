"""What the read models make of facts, without any server."""

from uuid import UUID

from contracts.accompaniment import (
    InvolvementEnded,
    InvolvementRecorded,
    InvolvementStarted,
    InvolvementState,
)
from contracts.envelope import KNOWN, Envelope
from contracts.intake import (
    FactAnnulled,
    FactCorrected,
    ProjectOpened,
    RequestSubmitted,
    SeatFilled,
    SeatFor,
    SeatRecorded,
)
from contracts.recruitment import PartnerRecorded, PartnerState
from contracts.terms import ProjectKind
from services.chassis.folding import counted
from services.insights.involvements import Involvement, involvements
from services.insights.models import MODELS
from services.insights.partners import Partner, partners
from services.insights.projects import projects
from services.insights.requests import Request, requests
from tests.insights.chronicle import Chronicle
from tests.insights.life import (
    ADVISOR,
    DEPARTMENT,
    INVOLVEMENT,
    OTHER,
    PARTNER,
    PERSON,
    REQUEST,
    SUBMISSION,
    TITLE,
    WORDS,
    a_partner,
    a_request,
    a_search,
    a_whole_life,
    id_of,
)


def request_after(told: Chronicle) -> Request | None:
    return requests.refold(str(REQUEST), counted(told.bodies))


def partner_after(told: Chronicle, person: UUID = PERSON) -> Partner | None:
    return partners.refold(str(person), counted(told.bodies))


def involvement_after(told: Chronicle) -> Involvement | None:
    return involvements.refold(str(INVOLVEMENT), counted(told.bodies))


def fact_of(told: Chronicle, kind: type) -> Envelope:
    return next(one for one in told.envelopes if isinstance(one.fact(), kind))


def test_an_accepted_request_shows_its_number_its_advisor_and_its_version() -> None:
    request = request_after(a_request())

    assert request is not None
    assert (request.number, request.advisor, request.version) == (
        "D-2026-0007",
        str(ADVISOR),
        4,
    )
    assert request.state == "accepted"
    assert request.personal == {"aim": str(WORDS.ref)}


def test_a_request_is_filled_once_as_many_partners_are_found_as_were_sought() -> None:
    request = request_after(a_search(a_request()))

    assert request is not None
    assert (request.state, request.found) == ("filled", 1)
    assert {one.person: one.state for one in request.candidates} == {
        str(OTHER): "shortlisted",
        str(PERSON): "matched",
    }


def test_a_partner_s_file_says_nothing_of_the_others_in_the_same_search() -> None:
    partner = partner_after(a_search(a_partner()))

    assert partner is not None
    assert [one.state for one in partner.searches] == ["matched"]
    assert str(OTHER) not in str(partner)


def test_a_partner_who_is_kept_and_then_involved_is_engaged() -> None:
    partner = partner_after(a_whole_life())

    assert partner is not None
    assert (partner.state, partner.load, partner.minutes) == ("engaged", 1, 150)
    assert partner.consents["contact"].answer == "yes"
    assert (partner.contributions, partner.contributions_answered) == (1, 1)


def test_an_involvement_shows_its_terms_its_plan_and_what_came_of_contributions() -> None:
    involvement = involvement_after(a_whole_life())

    assert involvement is not None
    assert (involvement.state, involvement.ends, involvement.minutes) == ("active", "2027", 150)
    assert set(involvement.signatures) == {"partner", "team"}
    assert all(step.done for step in involvement.plan)
    assert involvement.contributions[0].decision == "adopted"


def test_what_was_annulled_no_longer_counts_though_the_version_goes_on() -> None:
    told = a_request()
    acceptance = told.last
    said = {"fact": acceptance.id, "of": acceptance.type, "data": acceptance.data}

    told.tell(REQUEST, FactAnnulled.model_validate(said))

    request = request_after(told)
    assert request is not None
    assert (request.state, request.version) == ("taken_in_charge", 5)


def test_what_was_corrected_counts_as_corrected_at_its_own_place() -> None:
    told = a_request()
    submitted = fact_of(told, RequestSubmitted)
    data = SUBMISSION.model_copy(update={"number": "D-2026-0008"}).model_dump(mode="json")
    said = {"fact": submitted.id, "of": submitted.type, "was": submitted.data, "data": data}

    told.tell(REQUEST, FactCorrected.model_validate(said))

    request = request_after(told)
    assert request is not None
    assert (request.number, request.state) == ("D-2026-0008", "accepted")


def test_a_partner_is_heard_of_before_the_register_names_them() -> None:
    told = Chronicle()
    recorded = InvolvementRecorded(
        partner=PARTNER, project=id_of(60), state=InvolvementState.ACTIVE, starts="2021-21"
    )
    told.tell(INVOLVEMENT, recorded, channel="import")
    before = partner_after(told)

    told.tell(
        PERSON,
        PartnerRecorded(
            partner=PARTNER,
            state=PartnerState.ENGAGED,
            status_label="usager-ressource",
            entered="2019",
        ),
        channel="import",
    )

    after = partner_after(told)
    assert before is not None
    assert before.listed().state == ""
    assert after is not None
    assert (after.state, after.load, after.entered) == ("engaged", 1, "2019")


def test_a_registered_seat_is_filled_and_vacated_in_a_stream_of_its_own() -> None:
    project, seat = id_of(60), id_of(61)
    opened = ProjectOpened(
        title=TITLE, kind=ProjectKind.SAFETY, department=DEPARTMENT, starts="2026"
    )
    recorded = SeatRecorded(project=project, title="Siège", reserved_for=SeatFor.PARTNER)
    told = Chronicle().tell(project, opened).tell(seat, recorded, channel="import")

    told.tell(seat, SeatFilled(seat=seat, partner=PARTNER))

    shown = projects.refold(str(project), counted(told.bodies))
    assert shown is not None
    assert [(one.partner, one.version) for one in shown.seats] == [(str(PERSON), 2)]
    assert shown.state == "running"


def test_a_project_counts_the_involvements_that_go_on() -> None:
    project = id_of(60)
    started = InvolvementStarted(partner=PARTNER, project=project)
    told = Chronicle().tell(INVOLVEMENT, started).tell(id_of(62), started)

    told.tell(INVOLVEMENT, InvolvementEnded(partner=PARTNER, project=project))

    shown = projects.refold(str(project), counted(told.bodies))
    assert shown is not None
    assert shown.involved == 1


def test_no_read_model_holds_free_words() -> None:
    documents = [
        model.refold(str(key), counted(a_whole_life().bodies))
        for model in MODELS.values()
        for key in (REQUEST, PERSON, INVOLVEMENT)
    ]

    assert all(WORDS.commitment not in str(one) for one in documents)
    assert any(TITLE in str(one) for one in documents)


def test_a_partner_s_file_and_story_hold_every_fact_that_names_a_person() -> None:
    naming = {
        name
        for name, fact in KNOWN.items()
        if fact.__module__.startswith("contracts.")
        and any("PersonRef" in str(field.annotation) for field in fact.model_fields.values())
    }

    assert naming <= set(partners.rules)


def test_every_fact_of_a_request_s_own_stream_moves_its_version() -> None:
    named = {name for name, fact in KNOWN.items() if fact.__name__.startswith("Request")}

    assert named <= set(requests.rules)
