"""The sheets of what was agreed, checked and talked about with people."""

from __future__ import annotations

from typing import Annotated, ClassVar

from services.cli.register import choices
from services.cli.register import columns as c
from services.cli.register.columns import Maybe, Row
from services.cli.register.people import PARTNER, SOME_PARTNER


class Consent(Row, frozen=True, kw_only=True):
    """What a person agreed to, for which purpose, when and how."""

    sheet: ClassVar = "consents"
    titles: ClassVar = ("Consentements et ententes", "Consents and agreements")

    partner: PARTNER
    purpose: Annotated[str, c.choice("Objet*", "Purpose", choices.PURPOSE)]
    answer: Annotated[str, c.choice("Réponse*", "Answer", choices.ANSWER)]
    given: Annotated[
        Maybe[str], c.date("Donné le", "Given on", past=True, meaning="requis si oui")
    ] = None
    form: Annotated[Maybe[str], c.choice("Forme*", "Form", choices.FORM, unknown=True)]
    given_by: Annotated[Maybe[str], c.private("Donné par", "Given by")] = None
    collected_by: Annotated[Maybe[str], c.private("Recueilli par", "Collected by")] = None
    text_version: Annotated[Maybe[str], c.label("Version du texte", "Text version")] = None
    expires: Annotated[Maybe[str], c.date("Expire le", "Expires on", after="given")] = None
    withdrawn: Annotated[
        Maybe[str], c.date("Retiré le", "Withdrawn on", after="given", past=True)
    ] = None
    where: Annotated[Maybe[str], c.private("Où est l'original", "Where the original is")] = None


class Clearance(Row, frozen=True, kw_only=True):
    """A check that a role asks for: outcome and expiry, never the document."""

    sheet: ClassVar = "clearances"
    titles: ClassVar = ("Vérifications", "Clearances")

    partner: PARTNER
    kind: Annotated[str, c.choice("Genre*", "Kind", choices.CHECK, longest=120)]
    outcome: Annotated[str, c.choice("Résultat*", "Outcome", choices.CHECKED, longest=120)]
    issued: Annotated[str, c.date("Délivrée le*", "Issued on", past=True)]
    expires: Annotated[Maybe[str], c.date("Expire le", "Expires on", after="issued")] = None
    where: Annotated[Maybe[str], c.private("Où elle est conservée", "Where it is kept")] = None


class Contact(Row, frozen=True, kw_only=True):
    """A call, a meeting, a letter; a check-in; whom to call again."""

    sheet: ClassVar = "contacts"
    titles: ClassVar = ("Suivis et contacts", "Follow-ups and contacts")
    one_of: ClassVar = (("partner", "involvement", "project", "request"),)
    extra: ClassVar = {
        "partner|involvement|project|request": c.reference(
            "Code partenaire, implication, projet ou demande",
            "Partner, involvement, project or request code",
            "partners",
        )
    }

    date: Annotated[str, c.date("Date*", "Date", past=True)]
    partner: SOME_PARTNER = None
    involvement: Annotated[
        Maybe[str], c.reference("Code implication", "Involvement code", "involvements")
    ] = None
    project: Annotated[Maybe[str], c.reference("Code projet", "Project code", "projects")] = None
    request: Annotated[Maybe[str], c.reference("N° demande", "Request no.", "requests")] = None
    kind: Annotated[str, c.choice("Genre*", "Kind", choices.CONTACT)]
    side: Annotated[Maybe[str], c.choice("Côté", "Side", choices.SIDE)] = None
    by: Annotated[Maybe[str], c.private("Par", "By")] = None
    summary: Annotated[Maybe[str], c.private("Résumé", "Summary")] = None
    satisfaction: Annotated[
        Maybe[int], c.number("Satisfaction (1 à 5)", "Satisfaction (1 to 5)", least=1, most=5)
    ] = None
    call_back: Annotated[Maybe[str], c.date("À rappeler le", "Call back on")] = None
