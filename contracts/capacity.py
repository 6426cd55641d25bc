"""Who acts alone, and who acts for or with them: the law as data, with where it says so.

CCQ: Civil Code of Québec (CCQ-1991). A-2.1: Act respecting Access to documents held by public
bodies and the Protection of personal information, as amended by Law 25.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from contracts.accompaniment import SignedAs
from contracts.consent import ConsentTo

# Years. Before, a parent or tutor consents in their place, s. 53.1; CCQ, a. 14 and 17.
CONSENTS_ALONE_AT = 14
# Years. Full age, where the power of the parents and of the tutor of a minor ends: CCQ, a. 153
# and 255.
OF_AGE_AT = 18

# A limited power to represent reaches a mandate where it reaches an agreement of both sides.
REACHING_MANDATES = frozenset({ConsentTo.CONFIDENTIALITY, ConsentTo.CHARTER})


class Case(StrEnum):
    """The cases that the law tells apart, for whoever signs a mandate."""

    CHILD = "child"
    YOUTH_WITH_PARENT = "youth_with_parent"
    YOUTH_ALONE = "youth_alone"
    REPRESENTED = "represented"
    ADULT = "adult"


class Rule(NamedTuple):
    """Who signs, as it is said to people, and the source."""

    signs: tuple[SignedAs, ...]
    words: str
    source: str


SIGNING: Mapping[Case, Rule] = {
    Case.CHILD: Rule(
        (SignedAs.REPRESENTATIVE,),
        "Avant 14 ans, un parent ou tuteur signe à la place de l’enfant.",
        "Code civil du Québec, art. 155, 158, 192 et 603 ; Loi sur l’accès (A-2.1), art. 53.1",
    ),
    Case.YOUTH_WITH_PARENT: Rule(
        (SignedAs.SELF, SignedAs.REPRESENTATIVE),
        "De 14 à 17 ans, la jeune personne signe, et un parent ou tuteur signe aussi.",
        "Code civil du Québec, art. 155 à 158, 163 et 603",
    ),
    Case.YOUTH_ALONE: Rule(
        (SignedAs.SELF,),
        "De 14 à 17 ans, la jeune personne signe seule : l’établissement l’a décidé ainsi.",
        "Code civil du Québec, art. 155 à 157 et 163",
    ),
    Case.REPRESENTED: Rule(
        (SignedAs.REPRESENTATIVE,),
        "Quand une personne majeure est représentée, qui en a le pouvoir signe à sa place.",
        "Code civil du Québec, art. 154, 256 et 2166",
    ),
    Case.ADULT: Rule(
        (SignedAs.SELF,),
        "Une personne majeure signe elle-même.",
        "Code civil du Québec, art. 4 et 153",
    ),
}
