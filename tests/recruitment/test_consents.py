"""What a person allows, decided without a server."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.consent import (
    AgreementCountersigned,
    ConsentExpired,
    ConsentGivenV2,
    ConsentMode,
    ConsentRenewalDue,
    ConsentTo,
    ConsentWithdrawnV2,
    Reach,
    RepresentativeAppointed,
    RepresentativeKind,
    Scope,
    Speaker,
    consent_id,
)
from contracts.envelope import PersonRef, StaffRef
from contracts.recruitment import ConsentForm, ConsentGiven, ConsentPurpose, ConsentWithdrawn
from services.recruitment.domain.consents import (
    ConsentIsWithdrawn,
    NotAgreedYet,
    OnlyAgreementsAreSigned,
)
from services.recruitment.domain.partner import Partner
from services.recruitment.domain.representation import CannotSpeakForThem, Representation
from services.recruitment.domain.search import NotShortlisted
from services.recruitment.domain.texts import digest
from services.recruitment.texts import LANGUAGES, SHIPPED
from tests.examples import ADVISOR, facts
from tests.recruitment.people import a_partner, a_search

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
TO_SHOW = ConsentTo.SHOW_PROFILE


@pytest.fixture
def partner() -> Partner:
    return a_partner()


def yes(
    partner: Partner,
    purpose: ConsentTo = TO_SHOW,
    *requests: str,
    expires: str | None = None,
) -> ConsentGivenV2:
    scope = Scope(reach=Reach.REQUEST, of=requests) if requests else Scope()
    return ConsentGivenV2(
        partner=partner.person,
        consent=consent_id(partner.id, purpose, scope),
        purpose=purpose,
        form=ConsentMode.VERBAL,
        text_hash="a" * 64,
        scope=scope,
        expires=expires,
    )


def no_more(partner: Partner, purpose: ConsentTo = TO_SHOW, *requests: str) -> ConsentWithdrawnV2:
    said = yes(partner, purpose, *requests).model_dump(include=set(ConsentWithdrawnV2.model_fields))
    return ConsentWithdrawnV2.model_validate(said)


def withdraw(partner: Partner, purpose: ConsentTo = TO_SHOW) -> None:
    partner.say(partner.consents.withdrawing(no_more(partner, purpose), all_of_it=True))


def test_a_consent_is_given_and_withdrawn_once(partner: Partner) -> None:
    for _ in range(2):
        partner.say(partner.consents.giving(yes(partner)))
    for _ in range(2):
        withdraw(partner)

    assert facts(partner)[2:] == [yes(partner), no_more(partner)]


def test_a_consent_that_only_the_register_knows_can_be_withdrawn(partner: Partner) -> None:
    withdraw(partner, ConsentTo.STORY)

    assert facts(partner)[2:] == [no_more(partner, ConsentTo.STORY)]


def test_what_was_given_in_the_first_words_still_stands_and_can_be_withdrawn(
    partner: Partner,
) -> None:
    before = ConsentGiven(
        partner=partner.person, purpose=ConsentPurpose.STORY, form=ConsentForm.WRITTEN
    )
    partner.record(before)
    [standing] = partner.consents.standing(ConsentTo.STORY, NOW)

    withdraw(partner, ConsentTo.STORY)

    assert standing.form is ConsentMode.WRITTEN
    assert partner.consents.standing(ConsentTo.STORY, NOW) == []


def test_what_was_withdrawn_in_the_first_words_stays_withdrawn(partner: Partner) -> None:
    partner.record(ConsentWithdrawn(partner=partner.person, purpose=ConsentPurpose.POOL))

    with pytest.raises(ConsentIsWithdrawn):
        partner.require_available()


@pytest.mark.parametrize("purpose", [ConsentTo.POOL, ConsentTo.SHOW_PROFILE])
def test_who_took_back_their_consent_is_not_thought_of(
    partner: Partner, purpose: ConsentTo
) -> None:
    withdraw(partner, purpose)

    with pytest.raises(ConsentIsWithdrawn):
        a_search().shortlist(partner)

    partner.say(partner.consents.giving(yes(partner, purpose)))
    partner.require_available()


def test_who_was_never_asked_may_still_be_thought_of(partner: Partner) -> None:
    partner.require_available()

    assert partner.consents.lets_see(uuid4(), NOW)


def test_a_consent_for_one_request_lets_no_other_team_see(partner: Partner) -> None:
    one, other = uuid4(), uuid4()
    partner.say(partner.consents.giving(yes(partner, TO_SHOW, str(one))))

    seen = [partner.consents.lets_see(request, NOW) for request in (one, other)]

    assert seen == [True, False]


def test_a_consent_withdrawn_for_one_request_stands_for_another(partner: Partner) -> None:
    one, other = str(uuid4()), str(uuid4())
    for request in (one, other):
        partner.say(partner.consents.giving(yes(partner, TO_SHOW, request)))

    partner.say(partner.consents.withdrawing(no_more(partner, TO_SHOW, one), all_of_it=False))

    [standing] = partner.consents.standing(TO_SHOW, NOW)
    assert standing.scope.of == (other,)


def test_a_profile_that_is_withdrawn_leaves_the_shortlist_and_no_match_follows() -> None:
    search, partner = a_search(), a_partner()
    search.shortlist(partner)

    for _ in range(2):
        search.withdraw_profile(partner.person)

    assert [type(one).__name__ for one in facts(search)][1:] == [
        "CandidateShortlisted", "ProfileWithdrawn",
    ]  # fmt: skip
    with pytest.raises(NotShortlisted):
        search.express_interest(partner.person)


def test_a_consent_is_asked_again_once_a_month_before_it_ends(partner: Partner) -> None:
    given = yes(partner, expires="2026-12-15")
    partner.say(partner.consents.giving(given))

    for _ in range(2):
        partner.say(partner.consents.renewing(given.consent, NOW))

    assert facts(partner)[3:] == [
        ConsentRenewalDue(
            partner=partner.person, consent=given.consent, purpose=TO_SHOW, expires="2026-12-15"
        )
    ]


def test_a_consent_that_was_renewed_is_asked_again_before_its_new_end(partner: Partner) -> None:
    for end in ("2026-12-15", "2026-12-20"):
        given = yes(partner, expires=end)
        partner.say(partner.consents.giving(given))
        partner.say(partner.consents.renewing(given.consent, NOW))

    due = [one.expires for one in facts(partner) if isinstance(one, ConsentRenewalDue)]
    assert due == ["2026-12-15", "2026-12-20"]


def test_a_consent_is_over_after_its_last_day_and_not_before(partner: Partner) -> None:
    given = yes(partner, expires="2026-11-22")
    partner.say(partner.consents.giving(given))
    assert partner.consents.expiring(given.consent, NOW) == []

    partner.say(partner.consents.expiring(given.consent, datetime(2026, 11, 23, 6, tzinfo=UTC)))

    assert facts(partner)[-1] == ConsentExpired(
        partner=partner.person, consent=given.consent, purpose=TO_SHOW
    )
    with pytest.raises(ConsentIsWithdrawn):
        partner.require_available()


def test_past_its_end_a_consent_holds_no_more_even_before_anybody_said_so(
    partner: Partner,
) -> None:
    partner.say(partner.consents.giving(yes(partner, expires="2026-11-21")))

    assert partner.consents.standing(TO_SHOW, NOW) == []


def test_an_agreement_is_signed_by_the_establishment_after_the_person(partner: Partner) -> None:
    with pytest.raises(NotAgreedYet):
        partner.consents.signing(ConsentTo.CHARTER, ADVISOR)
    given = yes(partner, ConsentTo.CHARTER)
    partner.say(partner.consents.giving(given))

    for _ in range(2):
        partner.say(partner.consents.signing(ConsentTo.CHARTER, ADVISOR))

    assert facts(partner)[3:] == [
        AgreementCountersigned(
            partner=partner.person,
            consent=given.consent,
            purpose=ConsentTo.CHARTER,
            text_hash=given.text_hash,
            signed_by=ADVISOR,
        )
    ]


def test_a_consent_is_the_person_s_alone(partner: Partner) -> None:
    partner.say(partner.consents.giving(yes(partner)))

    with pytest.raises(OnlyAgreementsAreSigned):
        partner.consents.signing(TO_SHOW, StaffRef(uuid4()))


def representing(kind: RepresentativeKind, *limits: ConsentTo, until: str | None = None) -> (
    Representation
):  # fmt: skip
    return Representation.appoint(
        RepresentativeAppointed(
            partner=PersonRef(uuid4()),
            representative=PersonRef(uuid4()),
            kind=kind,
            limits=limits,
            until=until,
        )
    )


def test_who_represents_an_adult_speaks_within_their_limits() -> None:
    tutor = representing(RepresentativeKind.TUTOR, ConsentTo.CONTACT)

    tutor.require_power(ConsentTo.CONTACT, Speaker.REPRESENTATIVE, NOW)

    with pytest.raises(CannotSpeakForThem):
        tutor.require_power(ConsentTo.STORY, Speaker.REPRESENTATIVE, NOW)


def test_an_assistant_never_consents_in_the_person_s_place() -> None:
    with pytest.raises(CannotSpeakForThem):
        representing(RepresentativeKind.ASSISTANT).require_power(
            ConsentTo.CONTACT, Speaker.REPRESENTATIVE, NOW
        )


def test_who_represents_an_adult_is_not_a_guardian_and_the_other_way_round() -> None:
    parent, tutor = map(representing, (RepresentativeKind.PARENT, RepresentativeKind.TUTOR))

    for one, speaker in ((parent, Speaker.REPRESENTATIVE), (tutor, Speaker.GUARDIAN)):
        with pytest.raises(CannotSpeakForThem):
            one.require_power(ConsentTo.CONTACT, speaker, NOW)


def test_a_power_ends_on_its_day_or_when_it_is_ended() -> None:
    past = representing(RepresentativeKind.MANDATARY, until="2026-11-21")
    ended = representing(RepresentativeKind.MANDATARY)
    ended.end()

    for one in (past, ended):
        with pytest.raises(CannotSpeakForThem):
            one.require_power(ConsentTo.CONTACT, Speaker.REPRESENTATIVE, NOW)


def test_every_purpose_has_its_text_in_both_languages_and_agreements_say_what_is_owed() -> None:
    assert set(SHIPPED) == {(purpose, language) for purpose in ConsentTo for language in LANGUAGES}
    for (purpose, _), words in SHIPPED.items():
        assert all((words.title, words.body, words.script))
        assert bool(words.owed) == (purpose in (ConsentTo.CONFIDENTIALITY, ConsentTo.CHARTER))


def test_another_word_is_another_text() -> None:
    words = ("pool", "fr", "Le bassin", "Le Bureau garde votre nom.", "", "D’accord ?")

    one, same, other = digest(*words), digest(*words), digest(*words[:-1], "D’accord ? ")

    assert one == same != other
    assert one == "2acaf6aa91ac3c779ab152938b6cd42657903c9001bbae4ddc5bda9fb49a364a"
