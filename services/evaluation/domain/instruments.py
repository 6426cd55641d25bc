"""The short questionnaires of our own: answered from 1 (not at all) to 5 (entirely)."""

from __future__ import annotations

from typing import NamedTuple

from contracts.terms import Side


class Wording(NamedTuple):
    fr: str
    en: str


class Instrument(NamedTuple):
    """A questionnaire with its version. Everything in it may be left unanswered."""

    code: str
    side: Side
    items: tuple[str, ...]
    open_question: str


ITEMS = {
    "welcome": Wording("L’accueil a été chaleureux.", "The welcome was warm."),
    "role_clear": Wording("Ce qu’on attend de moi est clair.", "What is expected of me is clear."),
    "informed": Wording(
        "Je reçois l’information qu’il me faut, à temps.",
        "I get the information I need, in time.",
    ),
    "contact_reachable": Wording(
        "Je sais qui joindre, et cette personne me répond.",
        "I know whom to reach, and that person answers me.",
    ),
    "at_ease": Wording("Je me sens à l’aise de parler.", "I feel at ease to speak."),
    "heard": Wording("On écoute ce que je dis.", "People listen to what I say."),
    "input_counts": Wording(
        "Ce que j’apporte change quelque chose.", "What I bring changes something."
    ),
    "answers_received": Wording(
        "On m’a dit ce qu’il est advenu de mes contributions.",
        "I was told what became of my contributions.",
    ),
    "effort_fair": Wording(
        "Le temps et l’effort demandés sont raisonnables.",
        "The time and effort asked are reasonable.",
    ),
    "supported": Wording("J’ai le soutien dont j’ai besoin.", "I have the support that I need."),
    "learnt": Wording("J’ai appris des choses utiles.", "I learnt useful things."),
    "recognized": Wording("On a reconnu ma participation.", "My taking part was recognized."),
    "would_continue": Wording("J’ai envie de continuer.", "I would like to go on."),
    "would_return": Wording(
        "Je participerais à un autre projet.", "I would take part in another project."
    ),
    "team_prepared": Wording(
        "L’équipe était prête à accueillir la personne partenaire.",
        "The team was ready to welcome the partner.",
    ),
    "team_role_clear": Wording(
        "Chaque membre de l’équipe connaît le rôle de la personne partenaire.",
        "Everyone in the team knows the partner’s role.",
    ),
    "takes_part": Wording(
        "La personne partenaire prend part aux échanges.",
        "The partner takes part in the discussions.",
    ),
    "changes_our_work": Wording(
        "Ses contributions changent notre travail.", "What the partner brings changes our work."
    ),
    "answers_given": Wording(
        "Nous lui disons ce qu’il advient de ses contributions.",
        "We tell the partner what becomes of the contributions.",
    ),
    "office_support": Wording(
        "Le soutien du Bureau du partenariat nous aide.",
        "The support of the partnership office helps us.",
    ),
    "team_effort_fair": Wording(
        "Le temps et l’effort demandés à l’équipe sont raisonnables.",
        "The time and effort asked of the team are reasonable.",
    ),
    "better_decisions": Wording("Nos décisions sont meilleures.", "Our decisions are better."),
    "would_again": Wording(
        "Nous travaillerions de nouveau avec une personne partenaire.",
        "We would work with a partner again.",
    ),
}
OPEN_QUESTIONS = {
    "what_helps": Wording("Qu’est-ce qui aiderait maintenant?", "What would help now?"),
    "what_to_change": Wording("Que faudrait-il changer?", "What should change?"),
    "what_stays": Wording(
        "Que faut-il retenir de cette expérience?", "What should be kept in mind?"
    ),
}
REGISTRY = {
    one.code: one
    for one in (
        Instrument(
            "tandem.partner.30d.v1",
            Side.PARTNER,
            ("welcome", "role_clear", "informed", "contact_reachable", "at_ease"),
            "what_helps",
        ),
        Instrument(
            "tandem.partner.90d.v1",
            Side.PARTNER,
            ("role_clear", "informed", "heard", "input_counts", "effort_fair", "supported",
             "would_continue"),
            "what_to_change",
        ),
        Instrument(
            "tandem.partner.end.v1",
            Side.PARTNER,
            ("heard", "input_counts", "answers_received", "learnt", "effort_fair", "recognized",
             "would_return"),
            "what_stays",
        ),
        Instrument(
            "tandem.team.30d.v1",
            Side.TEAM,
            ("team_prepared", "team_role_clear", "takes_part", "office_support",
             "team_effort_fair"),
            "what_helps",
        ),
        Instrument(
            "tandem.team.90d.v1",
            Side.TEAM,
            ("takes_part", "changes_our_work", "answers_given", "office_support",
             "team_effort_fair"),
            "what_to_change",
        ),
        Instrument(
            "tandem.team.end.v1",
            Side.TEAM,
            ("changes_our_work", "answers_given", "better_decisions", "office_support",
             "team_effort_fair", "would_again"),
            "what_stays",
        ),
    )
}  # fmt: skip


def instrument_for(side: Side, moment: str) -> str:
    """The code of what one side is asked at `30d`, `90d` or `end`."""
    return f"tandem.{side}.{moment}.v1"
