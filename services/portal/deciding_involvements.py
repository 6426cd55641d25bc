"""What may be decided about an involvement, from its terms to its end and after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts import accompaniment as words
from contracts.terms import Compensation, Mode, Side
from services.portal.deciding import NOBODY_NAMED
from services.portal.forms import Decision, Field
from services.portal.labels import choices
from services.portal.signatures import Signatures

HERE = "/involvements/{id}"
HOW_IT_GOES = Field("satisfaction", "Comment cela se passe-t-il ?", "points", "", (
    ("5", "Très bien"), ("4", "Bien"), ("3", "Moyennement"), ("2", "Mal"), ("1", "Très mal"),
))  # fmt: skip
POINTS = (("1", "1, pas du tout"), ("2", "2"), ("3", "3"), ("4", "4"), ("5", "5, tout à fait"))
WHO_SAYS = Field("side", "Qui le dit ?", "choice", "", choices(Side), required=True,
                 initial="partner")  # fmt: skip
READ_BY_OFFICE = "Gardé à part, lu par le Bureau seul."

TERMS = Decision(
    "conditions", "Fixer les conditions", "accompaniment", HERE + "/terms",
    (
        Field("starts", "Début", "date", "Une date partielle convient.", required=True),
        Field("ends", "Fin", "date", "Si elle est connue."),
        Field("monthly_minutes", "Heures par mois", "hours", "Ce que l’on attend, au plus."),
        Field("compensation", "Compensation", "choice", "La personne peut la refuser.",
              choices(Compensation), initial="not_offered"),
        Field("contact", "Personne à joindre", "choice", "", "staff"),
        Field("attendance", "Présence attendue", "area", "", ),
        Field("support", "Soutien offert", "area", "Ce que l’établissement doit à la personne "
              "est écrit à côté de ce qu’elle lui doit."),
        Field("note", "Note", "area", NOBODY_NAMED),
    ),
    asks="S’entendre sur les conditions",
    says="Des conditions nouvelles annulent les signatures.",
)  # fmt: skip
SIGN_PARTNER = Decision(
    "signature-partenaire", "La personne partenaire a signé", "accompaniment",
    HERE + "/signatures", fixed={"side": "partner"}, asks="Faire signer le mandat",
)  # fmt: skip
SIGN_TEAM = Decision(
    "signature-equipe", "L’équipe a signé", "accompaniment", HERE + "/signatures",
    fixed={"side": "team"}, asks="Faire signer le mandat",
)  # fmt: skip
SIGN_FOR = Decision(
    "signature-nommee", "Inscrire une signature", "accompaniment", HERE + "/signatures",
    (
        Field("signer", "Qui a signé ?", "choice", "Seules les personnes dont la signature est "
              "encore attendue.", "signers", required=True),
        Field("paper", "Où est conservé le papier ?", why="Ces mots sont gardés à part."),
    ),
    fixed={"side": "partner"}, asks="Faire signer le mandat",
)  # fmt: skip
START = Decision(
    "debut", "L’implication commence", "accompaniment", HERE + "/start", asks="Tout est prêt ?",
    says="Les suivis sont prévus aussitôt, des deux côtés.",
)  # fmt: skip
HOURS = Decision(
    "heures", "Inscrire des heures", "accompaniment", HERE + "/hours",
    (
        Field("minutes", "Durée", "hours", "En heures : 1,5 ou 1 h 30.", required=True),
        Field("date", "Quel jour ?", "date", "Aujourd’hui si vous laissez vide."),
        Field("attendance", "Présence", "choice", "", choices(words.Attendance),
              initial="present"),
        Field("mode", "Sur place ou à distance ?", "choice", "", choices(Mode)),
        Field("activity", "Activité", why=NOBODY_NAMED),
    ),
    dated=False, seen=False,
)  # fmt: skip
CONTRIBUTE = Decision(
    "contribution", "Inscrire une contribution", "accompaniment", HERE + "/contributions",
    (Field("text", "Qu’a apporté la personne ?", "area", "Chaque contribution reçoit une "
           "réponse : ce que l’on en a fait, et pourquoi.", required=True),),
    seen=False,
)  # fmt: skip
CHECK_IN = Decision(
    "suivi", "Inscrire un suivi", "evaluation", HERE + "/check-ins",
    (WHO_SAYS, HOW_IT_GOES, Field("note", "Ce qui a été dit", "area", READ_BY_OFFICE)),
    seen=False,
)  # fmt: skip
CONCERN = Decision(
    "preoccupation", "Inscrire une préoccupation", "evaluation", HERE + "/concerns",
    (
        WHO_SAYS,
        Field("concern", "Ce qui préoccupe", "area", READ_BY_OFFICE + " Une plainte au sujet des "
              "soins se confie plutôt au commissaire aux plaintes ou au comité des usagers.",
              required=True),
    ),
    seen=False,
)  # fmt: skip
PAUSE = Decision(
    "pause", "Mettre en pause", "accompaniment", HERE + "/pause",
    (Field("until", "Jusqu’à quand ?", "date", "Vide si on ne le sait pas."),
     Field("reason", "Pour quelle raison ?", "area", READ_BY_OFFICE)),
)  # fmt: skip
RESUME = Decision(
    "retour", "L’implication reprend", "accompaniment", HERE + "/resumption",
    asks="L’implication est en pause",
)  # fmt: skip
EXTEND = Decision(
    "prolongation", "Prolonger", "accompaniment", HERE + "/extension",
    (Field("until", "Jusqu’à quand ?", "date", required=True),),
)  # fmt: skip
END = Decision(
    "fin", "Mettre fin à l’implication", "accompaniment", HERE + "/end",
    (
        Field("silent", "Ne rien proposer à la personne", "check", "Ni questionnaire ni "
              "entretien : après un décès, une maladie, une exclusion, ou si elle le souhaite."),
        Field("reason", "Pour quelle raison ?", "area", READ_BY_OFFICE),
    ),
)  # fmt: skip
EXIT = Decision(
    "entretien", "Inscrire l’entretien de départ", "evaluation", HERE + "/exit-interview",
    (
        HOW_IT_GOES,
        Field("would_return", "Elle reviendrait volontiers", "check"),
        Field("note", "Ce qui a été dit", "area", READ_BY_OFFICE),
    ),
    asks="Proposer un entretien de départ", seen=False,
)  # fmt: skip
ANSWER = Decision(
    "reponse", "Répondre à cette contribution", "accompaniment", "/contributions/{id}/answer",
    (
        Field("decision", "Qu’en a-t-on fait ?", "choice", "", choices(words.Decision),
              required=True),
        Field("why", "Pourquoi, et qu’est-ce qui a changé ?", "area", "La personne partenaire "
              "lira ces mots."),
    ),
)  # fmt: skip
TICK = Decision("etape", "Fait", "accompaniment", HERE + "/steps/{step}", seen=False)
DECISIONS = {one.key: one for one in (
    TERMS, SIGN_PARTNER, SIGN_FOR, SIGN_TEAM, START, HOURS, CONTRIBUTE, CHECK_IN, CONCERN, PAUSE,
    RESUME, EXTEND, END, EXIT,
)}  # fmt: skip
BY_HAND = {"confidentiality_signed", "welcome_call", "site_visit", "coach_named", "first_meeting",
           "partner_trained", "team_trained"}  # fmt: skip


def as_appointed(due: dict[str, Any], instruments: list[dict[str, Any]]) -> Decision:
    """The form for what was to be asked of one side: a conversation, or a questionnaire."""
    fixed = {"side": due["side"], "appointment": due["id"]}
    if due["occasion"] != "survey":
        fields = tuple(one for one in CHECK_IN.fields if one.name != "side")
        return replace(CHECK_IN, key="prevu", fields=fields, fixed=fixed)
    code = due["instrument"]
    known = next((one for one in instruments if one["code"] == code), None)
    items = known["items"] if known else []
    asked = known["open_question"]["fr"] if known else "Autre chose à dire ?"
    return Decision(
        "prevu", "Inscrire les réponses", "evaluation", HERE + "/surveys",
        (
            *(Field(one["code"], one["fr"], "points", "", POINTS, body=f"answers.{one['code']}")
              for one in items),
            Field("comment", asked, "area", READ_BY_OFFICE),
        ),
        says="Tout est facultatif. De 1, pas du tout, à 5, tout à fait.",
        fixed=fixed | {"instrument": code}, seen=False,
    )  # fmt: skip


def telling(side: Side) -> Decision:
    return Decision("avis", "C’est dit", "accompaniment", HERE + f"/notices/{side}", seen=False)


def ticking(step: words.Step) -> Decision:
    return replace(TICK, path=HERE + f"/steps/{step}")


def next_on(it: dict[str, Any], signatures: Signatures | None = None) -> list[Decision]:
    """The next step of an involvement; none where only time or somebody else can take it."""
    match it["state"]:
        case "proposed" | "in_preparation":
            if not it["starts"]:
                return [TERMS]
            missing = [] if "team" in it["signatures"] else [SIGN_TEAM]
            if signatures and signatures.take_several:
                missing = ([SIGN_FOR] if signatures.options else []) + missing
                return missing or ([] if signatures.awaited else [START])
            if "partner" not in it["signatures"]:
                missing = [SIGN_PARTNER, *missing]
            return missing or [START]
        case "paused":
            return [] if it["stops"] else [RESUME]
        case "ended" if it["exit_interview"] and not it["exit_interview_done"]:
            return [EXIT]
    return []


def others_on(it: dict[str, Any], signatures: Signatures | None = None) -> list[Decision]:
    match it["state"]:
        case "proposed" | "in_preparation":
            start = [] if signatures and signatures.awaited else [START]
            offered = [TERMS, *start, CONCERN, END]
        case "active" | "extended":
            offered = [HOURS, CONTRIBUTE, CHECK_IN, CONCERN, PAUSE, EXTEND, TERMS, END]
        case "paused":
            offered = [CHECK_IN, CONCERN, END]
        case _:
            offered = [HOURS, CONTRIBUTE, EXIT]
    first = next_on(it, signatures)
    return [one for one in offered if one not in first]
