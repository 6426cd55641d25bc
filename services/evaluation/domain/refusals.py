"""What cannot be noted about an involvement, and why."""

from __future__ import annotations

from services.chassis.domain import Refusal


class NoSuchAppointment(Refusal):
    """Nothing of this kind is due from this side at that appointment."""

    french = "Rien de tel n’est attendu de cette partie à ce rendez-vous."


class AlreadyHeld(Refusal):
    """This was held and noted. Correct the note if it was otherwise."""

    french = "Ceci a déjà eu lieu et a été noté. Corrigez la note au besoin."


class NoSuchInstrument(Refusal):
    """This side has no questionnaire of that name."""

    french = "Cette partie n’a pas de questionnaire de ce nom."


class AnswersDoNotFit(Refusal):
    """Some of these answers are not to questions of this questionnaire."""

    french = "Certaines réponses ne correspondent à aucune question de ce questionnaire."


class NothingAnswered(Refusal):
    """Answer at least one question, or write a comment."""

    french = "Répondez à au moins une question, ou écrivez un commentaire."
