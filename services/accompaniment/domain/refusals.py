"""What cannot be decided about an involvement, and why."""

from __future__ import annotations

from services.chassis.domain import Refusal


class NothingToSign(Refusal):
    """Set the terms of the mandate first: there is nothing to sign yet."""

    french = "Fixez d’abord les modalités du mandat : il n’y a encore rien à signer."


class MandateNotSigned(Refusal):
    """An involvement starts once the partner and the team have both signed the mandate."""

    french = "L’implication commence quand la personne partenaire et l’équipe ont signé le mandat."


class SignatureAwaited(Refusal):
    """A signature is still awaited on the partner’s side: the page says whose."""

    french = "Une signature est encore attendue du côté de la personne : la page dit laquelle."
    passing = True


class SomebodyElseSigns(Refusal):
    """This signature is not this person’s to give: the page says who signs."""

    french = "Cette signature ne revient pas à cette personne : la page dit qui signe."
    passing = True


class StillStopped(Refusal):
    """What this involvement rests on was taken back. It goes on once that is given again."""

    french = "Ce sur quoi cette implication repose a été retiré. Elle reprend quand c’est redonné."
    passing = True


class SignedByTheSides(Refusal):
    """This step is done when each side has signed: record the signatures."""

    french = "Cette étape est faite quand chaque partie a signé : inscrivez les signatures."


class NotPartOfThePlan(Refusal):
    """This step is not in the integration plan: the role does not need it."""

    french = "Cette étape n’est pas au plan d’intégration : le rôle ne la demande pas."


class NotStartedYet(Refusal):
    """This involvement has not started yet."""

    french = "Cette implication n’a pas encore commencé."


class AlreadyEnded(Refusal):
    """This involvement has ended."""

    french = "Cette implication est terminée."


class NotAnExtension(Refusal):
    """An extension ends later than what was planned. Set new terms to shorten it."""

    french = (
        "Une prolongation finit plus tard que prévu. Pour raccourcir, fixez de nouvelles modalités."
    )


class NobodyNamed(Refusal):
    """Nobody is named in this involvement. Correct that first."""

    french = "Cette implication ne nomme personne. Corrigez-la d’abord."


class MoreThanADay(Refusal):
    """A day has twenty-four hours. Log each day by itself."""

    french = "Une journée compte vingt-quatre heures. Inscrivez chaque journée à part."


class AlreadyAnswered(Refusal):
    """This contribution has been answered. Correct that answer if it was otherwise."""

    french = "Cette contribution a déjà reçu sa réponse. Corrigez celle-ci au besoin."


class SayWhy(Refusal):
    """Say why this was not adopted as it was: the partner is to know."""

    french = (
        "Dites pourquoi la contribution n’est pas retenue telle quelle : "
        "la personne partenaire doit le savoir."
    )
