"""What a person's file says of what they allow, as facts come, without any server."""

from uuid import uuid4

from contracts.consent import (
    ConsentExpired,
    ConsentGivenV2,
    ConsentMode,
    ConsentRenewalDue,
    ConsentTo,
    ConsentWithdrawnV2,
    Reach,
    RepresentativeAppointed,
    RepresentativeEnded,
    RepresentativeKind,
    Scope,
    SharedPartnerClosed,
    SharedPartnerReceived,
    consent_id,
)
from contracts.envelope import Fact, PersonalRef, PersonRef
from contracts.recruitment import ConsentForm, ConsentGiven, ConsentPurpose
from services.chassis.folding import counted
from services.insights.partners import Partner, partners
from tests.insights.chronicle import Chronicle
from tests.insights.life import PARTNER, PERSON, a_partner


def yes(purpose: ConsentTo, *requests: str, expires: str | None = None) -> ConsentGivenV2:
    scope = Scope(reach=Reach.REQUEST, of=requests) if requests else Scope()
    return ConsentGivenV2(
        partner=PARTNER,
        consent=consent_id(PERSON, purpose, scope),
        purpose=purpose,
        form=ConsentMode.PORTAL,
        text_hash="a" * 64,
        scope=scope,
        expires=expires,
    )


def no_more(given: ConsentGivenV2) -> ConsentWithdrawnV2:
    said = given.model_dump(include=set(ConsentWithdrawnV2.model_fields))
    return ConsentWithdrawnV2.model_validate(said)


def file_after(*facts: Fact) -> Partner:
    found = partners.refold(str(PERSON), counted(a_partner().tell(PERSON, *facts).bodies))
    assert found
    return found


def test_how_a_consent_stood_before_is_kept() -> None:
    given = yes(ConsentTo.STORY)

    it = file_after(given, no_more(given), given)

    assert [one.was.answer for one in it.consents_past] == ["yes", "withdrawn"]
    assert (it.consents["story"].answer, it.consents["story"].text_hash) == ("yes", "a" * 64)


def test_a_consent_in_the_first_words_is_withdrawn_in_the_second() -> None:
    before = ConsentGiven(partner=PARTNER, purpose=ConsentPurpose.STORY, form=ConsentForm.WRITTEN)

    it = file_after(before, no_more(yes(ConsentTo.STORY)))

    assert it.consents["story"].answer == "withdrawn"


def test_one_of_two_scopes_is_taken_back_and_the_other_stands() -> None:
    one, other = (yes(ConsentTo.SHOW_PROFILE, str(uuid4())) for _ in range(2))

    it = file_after(one, other, no_more(one))

    assert it.consents["show_profile"].answer == "yes"
    assert [given.of for given in it.consents["show_profile"].given] == [other.scope.of]


def test_who_takes_back_the_pool_is_inactive_until_they_allow_it_again() -> None:
    given = yes(ConsentTo.POOL)

    left, back = file_after(given, no_more(given)), file_after(given, no_more(given), given)

    assert (left.state, back.state) == ("inactive", "available")


def test_a_consent_about_to_end_is_found_in_the_list_until_it_is_renewed() -> None:
    given = yes(ConsentTo.STORY, expires="2026-12-15")
    due = ConsentRenewalDue(
        partner=PARTNER, consent=given.consent, purpose=ConsentTo.STORY, expires="2026-12-15"
    )
    over = ConsentExpired(partner=PARTNER, consent=given.consent, purpose=ConsentTo.STORY)

    asked, renewed, ended = (file_after(given, due, *more) for more in ((), (given,), (over,)))

    assert "renewal:story" in asked.listed().facets
    assert "renewal:story" not in renewed.listed().facets
    assert ended.consents["story"].answer == "expired"


def test_who_speaks_for_a_person_is_in_their_file_with_the_limits() -> None:
    tutor = PersonRef(uuid4())
    appointed = RepresentativeAppointed(
        partner=PARTNER,
        representative=tutor,
        kind=RepresentativeKind.TUTOR,
        limits=(ConsentTo.CONTACT,),
    )

    it = file_after(appointed, RepresentativeEnded(partner=PARTNER, representative=tutor))

    [one] = it.representatives
    assert (one.id, one.kind, one.limits) == (str(tutor), "tutor", ("contact",))
    assert one.ended


def test_who_was_shared_with_us_is_in_the_list_until_it_is_closed() -> None:
    there = PersonRef(uuid4())
    link = PersonalRef(ref=uuid4(), commitment="b" * 64)
    told = Chronicle().tell(
        there.root,
        SharedPartnerReceived(person=there, giver="south", until="2027", link=link),
    )
    shared = partners.refold(str(there), counted(told.bodies))
    told.tell(there.root, SharedPartnerClosed(person=there, giver="south"))
    closed = partners.refold(str(there), counted(told.bodies))

    assert shared
    assert closed
    assert (shared.state, shared.shared[0].other) == ("shared", "south")
    assert (closed.state, bool(closed.shared[0].ended)) == ("former", True)
