"""One request, one partner, one involvement, from the first draft to the answer."""

from uuid import UUID

from contracts.accompaniment import (
    ContributionAnswered,
    ContributionMade,
    Decision,
    HoursLogged,
    IntegrationPlanPrepared,
    InvolvementStarted,
    MandateProposed,
    MandateSigned,
    PlanSize,
    Step,
    StepCompleted,
    TermsSet,
)
from contracts.envelope import PersonalRef, PersonRef, StaffRef
from contracts.intake import (
    CandidacySubmitted,
    Door,
    RequestAccepted,
    RequestDrafted,
    RequestSubmitted,
    RequestTriaged,
)
from contracts.recruitment import (
    CandidateRegistered,
    CandidateShortlisted,
    ConsentForm,
    ConsentGiven,
    ConsentPurpose,
    InterestExpressed,
    MatchAgreed,
    Origin,
    Outcome,
    PartnerEngaged,
    PreselectionDecided,
    SearchOpened,
)
from contracts.terms import Level, Role, Side
from tests.insights.chronicle import Chronicle


def id_of(number: int) -> UUID:
    return UUID(f"5eed0000-0000-4000-8000-{number:012}")


REQUEST, SEARCH, CANDIDACY, INVOLVEMENT, CONTRIBUTION, HOURS, MATCH = map(id_of, range(1, 8))
DEPARTMENT, PERSON, OTHER = id_of(20), id_of(30), id_of(31)
PARTNER, SOMEBODY_ELSE = PersonRef(PERSON), PersonRef(OTHER)
CONTACT, ADVISOR = StaffRef(id_of(40)), StaffRef(id_of(41))
TITLE = "Un comité de prévention des chutes"
WORDS = PersonalRef(ref=id_of(50), commitment="0" * 64)

DRAFT = RequestDrafted(
    title=TITLE,
    department=DEPARTMENT,
    contact=CONTACT,
    level=Level.PARTNERSHIP,
    partners_sought=1,
    personal={"aim": WORDS},
)
SUBMISSION = RequestSubmitted(
    number="D-2026-0007", title=TITLE, department=DEPARTMENT, contact=CONTACT, partners_sought=1
)
ACCEPTANCE = RequestAccepted(title=TITLE, partners_sought=1, level=Level.PARTNERSHIP)
AGREEMENT = MatchAgreed(
    match=MATCH,
    request=REQUEST,
    partner=PARTNER,
    role=Role.ORGANIZATION,
    level=Level.PARTNERSHIP,
    title=TITLE,
)


def a_request(chronicle: Chronicle | None = None) -> Chronicle:
    told = chronicle or Chronicle()
    return told.tell(REQUEST, DRAFT, SUBMISSION, RequestTriaged(advisor=ADVISOR), ACCEPTANCE)


def a_partner(chronicle: Chronicle | None = None) -> Chronicle:
    told = chronicle or Chronicle()
    told.tell(
        CANDIDACY, CandidacySubmitted(person=PARTNER, role=Role.ORGANIZATION, door=Door.PHONE)
    )
    return told.tell(
        PERSON,
        CandidateRegistered(
            person=PARTNER, candidacy=CANDIDACY, origin=Origin.CANDIDACY, role=Role.ORGANIZATION
        ),
        PreselectionDecided(person=PARTNER, outcome=Outcome.KEPT, role=Role.ORGANIZATION),
        ConsentGiven(partner=PARTNER, purpose=ConsentPurpose.CONTACT, form=ConsentForm.VERBAL),
    )


def a_search(chronicle: Chronicle) -> Chronicle:
    return chronicle.tell(
        SEARCH,
        SearchOpened(request=REQUEST, title=TITLE, partners_sought=1, level=Level.PARTNERSHIP),
        CandidateShortlisted(request=REQUEST, partner=SOMEBODY_ELSE),
        CandidateShortlisted(request=REQUEST, partner=PARTNER),
        InterestExpressed(request=REQUEST, partner=PARTNER),
        AGREEMENT,
    )


def an_involvement(chronicle: Chronicle) -> Chronicle:
    told = chronicle.tell(
        INVOLVEMENT,
        MandateProposed(**AGREEMENT.model_dump()),
        IntegrationPlanPrepared(size=PlanSize.LIGHT, steps=(Step.MANDATE_SIGNED,)),
        TermsSet(starts="2026-10", ends="2027"),
        MandateSigned(side=Side.PARTNER),
        MandateSigned(side=Side.TEAM),
        StepCompleted(step=Step.MANDATE_SIGNED),
        InvolvementStarted(partner=PARTNER, request=REQUEST),
    )
    told.tell(PERSON, PartnerEngaged(partner=PARTNER, involvement=INVOLVEMENT))
    told.tell(
        HOURS,
        HoursLogged(partner=PARTNER, involvement=INVOLVEMENT, date="2026-10-05", minutes=150),
    )
    told.tell(
        CONTRIBUTION,
        ContributionMade(partner=PARTNER, involvement=INVOLVEMENT, text=WORDS),
        ContributionAnswered(partner=PARTNER, decision=Decision.ADOPTED),
    )
    return told


def a_whole_life() -> Chronicle:
    return an_involvement(a_search(a_partner(a_request())))
