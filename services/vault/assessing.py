"""The facts of a privacy impact assessment, read off the code: fields, purposes, recipients, rules.

A-2.1, art. 63.5 asks for the assessment; the establishment judges, these are only its facts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict

from contracts.envelope import Fact, PersonalRef
from contracts.intake import NeedWord
from contracts.outgoing import MESSAGES
from contracts.policy import TABLE
from contracts.publish import all_facts
from contracts.schedule import Regime
from contracts.terms import Personal, ProfileField
from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.vault.keeping import BROUGHT_IN
from services.vault.safe import Safe
from services.vault.schedule import Schedules, Terms

DESCRIBED: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (Path(__file__).parent / "fields.toml").read_text()
)
UNKNOWN = "Non décrit : à dire avant de s’en servir"
PURPOSES = {**BROUGHT_IN, "vault": Purpose.RIGHTS}
AS_SENT = {("directory", "resource"), ("directory", "body")}
IN_USE = """
select field, purpose, rule, count(*) as values, count(distinct subject) as subjects from kept
where establishment = $1 group by field, purpose, rule order by field, purpose
"""
# Routes by which values leave in bulk, and to whom.
WAYS_OUT = {
    "vault.copy_file": "Copie remise à la personne, ou par le Bureau à sa demande",
    "vault.export_readings": "Journal des lectures, par références opaques",
    "vault.keys_of": "Registre rendu au Bureau par la ligne de commande",
}


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True)


class FieldOfFacts(_Said):
    """A field of facts that refers to personal values, and what is decided of them."""

    service: str
    field: str
    facts: tuple[str, ...]
    holds: str
    purpose: Purpose
    why: str
    regime: Regime
    recipients: tuple[str, ...]
    rule: str
    months: int
    starts: str


class FieldInUse(_Said):
    """What the vault keeps now, by name. `described`: whether it is known what it is for."""

    field: str
    purpose: str
    rule: str
    values: int
    subjects: int
    described: bool


class WayOut(_Said):
    """How something leaves, and who may ask for it."""

    what: str
    holds: str
    roles: tuple[str, ...]


class Assessment(_Said):
    fields: tuple[FieldOfFacts, ...]
    words: dict[str, str]
    in_use: tuple[FieldInUse, ...]
    ways_out: tuple[WayOut, ...]


def personal_fields(facts: Mapping[str, type[Fact]]) -> Iterator[tuple[str, str, str]]:
    """The service, the field and the fact, for every field that refers to personal values."""
    for name, fact in facts.items():
        service, short, _ = name.split(".")
        for field, info in fact.model_fields.items():
            kinds = (info.annotation, *get_args(info.annotation))
            if PersonalRef in kinds or Personal in kinds:
                yield service, field, short


def undescribed(facts: Mapping[str, type[Fact]]) -> list[str]:
    """The personal fields, and the names of words, of which nobody said what they are for."""
    fields = {(service, field) for service, field, _ in personal_fields(facts)}
    missing = [f"{service}.{field}" for service, field in sorted(fields)
               if field not in DESCRIBED.get(service, {})]  # fmt: skip
    words = {one.value for kind in (ProfileField, NeedWord) for one in kind}
    return missing + [f"personal.{one}" for one in sorted(words - DESCRIBED["personal"].keys())]


class Assessing:
    """For one establishment, with its own schedule and what its vault holds now."""

    def __init__(self, safe: Safe, schedules: Schedules) -> None:
        self._safe = safe
        self._schedules = schedules

    async def assess(self, by: Provenance) -> Assessment:
        terms = await self._schedules.of(by.establishment)
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(IN_USE, by.establishment)
        known = {*DESCRIBED["personal"], *(one for part in DESCRIBED.values() for one in part)}
        return Assessment(
            fields=tuple(_fields(terms)),
            words=dict(DESCRIBED["personal"]),
            in_use=tuple(FieldInUse(**dict(one), described=one["field"] in known) for one in rows),
            ways_out=tuple(_ways_out()),
        )


def _fields(terms: Terms) -> Iterator[FieldOfFacts]:
    facts: dict[tuple[str, str], list[str]] = {}
    for service, field, fact in personal_fields(all_facts()):
        facts.setdefault((service, field), []).append(fact)
    for (service, field), names in sorted(facts.items()):
        sent = (service, field) in AS_SENT
        purpose = terms.purposes[Purpose.SOURCE if sent else PURPOSES[service]]
        rule = terms.rules[purpose.rule]
        yield FieldOfFacts(
            service=service,
            field=field,
            facts=tuple(names),
            holds=DESCRIBED.get(service, {}).get(field, UNKNOWN),
            purpose=purpose.code,
            why=purpose.why,
            regime=purpose.regime,
            recipients=tuple(purpose.recipients),
            rule=rule.number,
            months=rule.months,
            starts=rule.starts,
        )


def _ways_out() -> Iterator[WayOut]:
    for route, holds in WAYS_OUT.items():
        rule = TABLE[route]
        roles = tuple(dict.fromkeys((*rule.of_anything, *rule.of_their_own)))
        yield WayOut(what=route, holds=holds, roles=roles)
    for name, message in sorted(MESSAGES.items()):
        said = "du consentement de la personne à ce message" if message.of_a_partner else "signé"
        holds = (message.__doc__ or "").strip().splitlines()[0]
        yield WayOut(what=name, holds=f"{holds} ({said})", roles=("integration",))


def as_markdown(it: Assessment) -> str:
    """The same for whoever writes the assessment, in French."""
    parts = [
        "# Faits pour l’évaluation des facteurs relatifs à la vie privée",
        "## Champs des étapes qui renvoient à un renseignement personnel",
        _table(
            ("Service", "Champ", "Contient", "Finalité", "Régime", "Destinataires", "Règle",
             "Durée (mois)", "À partir de", "Étapes"),
            [(one.service, one.field, one.holds, one.why, one.regime, ", ".join(one.recipients),
              one.rule, one.months, one.starts, ", ".join(one.facts)) for one in it.fields],
        ),
        "## Mots de la fiche et de la demande",
        _table(("Champ", "Pourquoi"), list(it.words.items())),
        "## Ce que le coffre conserve maintenant",
        _table(
            ("Champ", "Finalité", "Règle", "Valeurs", "Personnes ou objets", "Décrit"),
            [(one.field, one.purpose, one.rule, one.values, one.subjects,
              "oui" if one.described else "**non**") for one in it.in_use],
        ),
        "## Ce qui sort",
        _table(("Quoi", "Contenu", "Rôles"),
               [(one.what, one.holds, ", ".join(one.roles)) for one in it.ways_out]),
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")
