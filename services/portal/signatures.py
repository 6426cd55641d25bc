"""Which signatures a mandate takes on the partner's side, in words: whose, given or awaited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from contracts.capacity import SIGNING, Case, Rule
from contracts.terms import Side
from services.portal.calling import Caller, Services
from services.portal.reading import NOT_NAMED
from services.portal.speaking import of

YOU = "vous"
SOMEBODY = dict.fromkeys(Case, "un parent ou tuteur") | {Case.REPRESENTED: "qui en a le pouvoir"}
FORMS = {"paper": "sur papier", "portal": "sur le portail"}
STOPS = {
    "left": "la personne a quitté le bassin",
    "pool": "elle a retiré son accord à faire partie du bassin",
    "confidentiality": "l’entente de confidentialité ne tient plus",
    "charter": "la charte du partenariat ne tient plus",
    "sharing": "le partage entre établissements est fermé",
}


class Line(NamedTuple):
    """One signature: whose it is, who gave it, and the rule that asks for it."""

    whose: str
    signer: str
    rule: Rule


class Signatures(NamedTuple):
    needed: Sequence[Mapping[str, Any]]

    @property
    def take_several(self) -> bool:
        """Whether it takes more than the partners themselves."""
        return any(one["capacity"] == "representative" for one in self.needed)

    @property
    def awaited(self) -> list[Mapping[str, Any]]:
        return [one for one in self.needed if not one["signer"]]

    @property
    def options(self) -> list[str]:
        """Whose signature may be entered now."""
        return list(dict.fromkeys(who for one in self.awaited for who in one["able"]))

    @property
    def people(self) -> set[str]:
        return {
            who for one in self.needed for who in (*one["able"], one["signer"], one["partner"])
            if who
        }  # fmt: skip

    def lines(self, names: Mapping[Any, str], you: str = "") -> list[Line]:
        """As the page shows them; `you`: who looks at it in a space of their own."""

        def name(who: str) -> str:
            return YOU if who == you else names[who]

        return [
            Line(
                _whose(one, names, you),
                name(one["signer"]) if one["signer"] else "",
                SIGNING[Case(one["case"])],
            )
            for one in self.needed
        ]

    def nobody_for(self) -> list[str]:
        """For whom nobody is known who could sign."""
        return [one["partner"] for one in self.awaited if not one["able"]]

    def is_awaited_of(self, who: str) -> bool:
        return who in self.options


async def signatures_of(services: Services, by: Caller, it: Mapping[str, Any]) -> Signatures:
    """While it is still to begin; none afterwards, or where accompaniment is away."""
    if it["state"] not in ("proposed", "in_preparation"):
        return Signatures(())
    path = f"/involvements/{it['id']}/signatures"
    said = await services.read_if_there("accompaniment", path, by)
    return Signatures(said["needed"] if said else ())


def _whose(one: Mapping[str, Any], names: Mapping[Any, str], you: str) -> str:
    if one["capacity"] == "self":
        return YOU if one["partner"] == you else names[one["partner"]]
    known = [YOU if who == you else names[who] for who in one["able"]]
    able = [name for name in known if name != NOT_NAMED]  # a young person reads no parent's name
    for_whom = f"au nom {of(names[one['partner']])}"
    return f"{' ou '.join(able) or SOMEBODY[Case(one['case'])]}, {for_whom}"


class Telling(NamedTuple):
    """What is to be said to one side when an involvement ended or waits."""

    side: Side
    title: str
    words: str


def to_tell(it: Mapping[str, Any], title: str) -> list[Telling]:
    """The words to say on the phone; the reason is the person's own, and not the team's."""
    ended = it["state"] == "ended"
    what = "a pris fin" if ended else "est suspendue"
    told = {
        "partner": Telling(
            Side.PARTNER, "À la personne",
            f"« Votre implication, {title}, {what}, parce que ce sur quoi elle repose a été retiré"
            " ou n’est plus valable. "
            + ("Merci pour tout ce que vous avez apporté. »" if ended else
               "Elle reprend quand vous le souhaitez, dès que vous le redonnez. »"),
        ),
        "team": Telling(
            Side.TEAM, "À l’équipe",
            f"« L’implication, {title}, {what}. La raison appartient à la personne. "
            + ("Le Bureau peut chercher avec vous une autre personne. »" if ended else
               "Le Bureau vous rappellera dès qu’elle reprend. »"),
        ),
    }  # fmt: skip
    return [told[side] for side in it["to_tell"]]
