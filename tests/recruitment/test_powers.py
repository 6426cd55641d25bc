"""What whoever speaks for somebody may do, by their kind, their limits and the person's age."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from contracts.consent import ConsentTo, RepresentativeAppointed, RepresentativeKind
from contracts.envelope import PersonRef
from services.recruitment.domain.representation import Representation

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PARENT, TUTOR = RepresentativeKind.PARENT, RepresentativeKind.TUTOR
ASSISTANT = RepresentativeKind.ASSISTANT


def appointed(
    kind: RepresentativeKind, *limits: ConsentTo, until: str | None = None
) -> Representation:
    said = RepresentativeAppointed(
        partner=PersonRef(uuid4()), representative=PersonRef(uuid4()), kind=kind, limits=limits,
        until=until,
    )  # fmt: skip
    return Representation.appoint(said)


@pytest.mark.parametrize(
    ("kind", "age", "consents", "signs"),
    [
        (PARENT, 13, True, True),
        (PARENT, None, True, True),
        (PARENT, 14, False, True),
        (PARENT, 17, False, True),
        (PARENT, 18, False, False),
        (TUTOR, 60, True, True),
        (TUTOR, None, True, True),
        (ASSISTANT, 60, False, False),
    ],
)
def test_a_parent_consents_until_14_and_signs_until_18(
    kind: RepresentativeKind, age: int | None, consents: bool, signs: bool
) -> None:
    one = appointed(kind)

    assert (one.may_consent_at(age, NOW), one.may_sign_at(age, NOW)) == (consents, signs)


def test_a_limited_power_signs_where_it_reaches_an_agreement() -> None:
    reaching, short = appointed(TUTOR, ConsentTo.CHARTER), appointed(TUTOR, ConsentTo.POOL)

    assert [one.may_sign_at(60, NOW) for one in (reaching, short)] == [True, False]


def test_a_power_that_is_over_reaches_nothing() -> None:
    lasting, over = appointed(TUTOR, until="2026-11"), appointed(TUTOR, until="2026-10")
    ended = appointed(TUTOR)

    ended.end()

    powers = [one.may_sign_at(60, NOW) for one in (lasting, over, ended)]
    assert powers == [True, False, False]
