"""What may be decided about a request, a project, a person: the forms, and where they go."""

from __future__ import annotations

from contracts.intake import DeclineReason, Detail, SeatFor
from contracts.terms import Capacity, Compensation, Level, Mode, ProjectKind, Role, SystemLevel
from services.portal.forms import Decision, Field
from services.portal.labels import choices

NOBODY_NAMED = "Ces mots sont gardés à part, et seul le Bureau les lit."
NOTE = Field("note", "Note", "area", NOBODY_NAMED)

TAKE = Decision(
    "prise-en-charge", "Prendre en charge", "intake", "/requests/{id}/triage",
    (Field("advisor", "Qui s’en occupe ?", "choice",
           "Cette personne répond à l’équipe et suit la demande.", "staff", required=True),),
    asks="Quelqu’un doit s’en occuper",
)  # fmt: skip
HAND_OVER = Decision(
    "relais", "Confier à une autre personne", "intake", "/requests/{id}/triage", TAKE.fields
)
ACCEPT = Decision(
    "acceptation", "Accepter la demande", "intake", "/requests/{id}/acceptance",
    says="La recherche de partenaires s’ouvre aussitôt, et l’équipe en est informée.",
    asks="La demande est-elle prête ?",
)  # fmt: skip
RETURN = Decision(
    "retour", "Retourner pour précisions", "intake", "/requests/{id}/return",
    (
        Field("missing", "Que manque-t-il ?", "choices",
              "L’équipe voit cette liste telle quelle.", choices(Detail)),
        NOTE,
    ),
)  # fmt: skip
COMPLETE = Decision(
    "complement", "L’équipe a complété", "intake", "/requests/{id}/resubmission",
    asks="L’équipe doit compléter sa demande",
    says="Révisez d’abord la demande avec ce que l’équipe vous a dit, puis confirmez ici.",
)  # fmt: skip
DECLINE = Decision(
    "refus", "Décliner", "intake", "/requests/{id}/refusal",
    (
        Field("reason", "Pour quelle raison ?", "choice",
              "Toute réponse négative est accompagnée de sa raison.",
              choices(DeclineReason), required=True),
        NOTE,
    ),
)  # fmt: skip
REDIRECT = Decision(
    "reorientation", "Réorienter", "intake", "/requests/{id}/redirection",
    (Field("note", "Vers qui, et pourquoi ?", "area", NOBODY_NAMED, required=True),),
)  # fmt: skip
WITHDRAW = Decision(
    "retrait", "L’équipe retire sa demande", "intake", "/requests/{id}/withdrawal", (NOTE,)
)
SUBMIT = Decision(
    "envoi", "Envoyer la demande au Bureau", "intake", "/requests/{id}/submission",
    says="Relisez ce qui suit. Le Bureau reçoit la demande aussitôt, elle porte un numéro, "
    "et vous la suivez sur cette page.",
    asks="Ce brouillon n’est pas encore envoyé",
)  # fmt: skip

WHAT = (
    Field("title", "Titre du projet ou du comité", why="Sans nommer personne. C’est ce que "
          "verront les partenaires à qui le Bureau pense.", required=True),
    Field("department", "Direction ou service", "choice", "Pour savoir qui demande, et pour le "
          "bilan de chaque direction.", "departments", required=True),
    Field("contact", "Personne à joindre", "choice", "Le Bureau et la personne partenaire "
          "sauront à qui parler.", "staff", required=True),
    Field("approver", "Gestionnaire qui est d’accord", "choice", "Un projet appuyé par la ou le "
          "gestionnaire garde ses partenaires.", "staff"),
    Field("kind", "De quoi s’agit-il ?", "choice", "Un comité de gouvernance ne se prépare pas "
          "comme un projet.", choices(ProjectKind), required=True, initial="project"),
    Field("system_level", "À quel niveau du système ?", "choice", "",
          choices(SystemLevel), required=True, initial="services"),
    Field("project", "Projet ou comité déjà inscrit", "choice", "S’il est au registre, ses "
          "sièges suivent.", "projects"),
)  # fmt: skip
WHY = (
    Field("aim", "Le but du projet", "area", "En deux ou trois phrases simples.",
          body="words.aim"),
    Field("why_partners", "Pourquoi des partenaires ?", "area", "Ce que le vécu changera à vos "
          "décisions : c’est ce qui convainc une personne de dire oui.",
          body="words.why"),
    Field("partner_role", "Leur rôle, concrètement", "area", "Ce que la personne fera, d’une "
          "rencontre à l’autre.", body="words.partner_role"),
    Field("level", "Niveau d’engagement", "choice", "De l’information à la coconstruction : la "
          "préparation en dépend.", choices(Level), required=True),
)  # fmt: skip
WHOM = (
    Field("partners_sought", "Combien de personnes ?", "number", "Deux ou plus : une personne "
          "seule porte trop, et son absence vide la chaise.", required=True, initial="2"),
    Field("profile", "Profil et expérience recherchés", "area", "Le vécu utile au projet, sans "
          "exiger un diagnostic.", body="words.profile"),
    Field("population", "Population ou région", body="words.population"),
    Field("languages", "Langues", "choices", "", (("fr", "Français"), ("en", "Anglais")),
          initial=("fr",)),
    Field("mode", "Sur place ou à distance ?", "choice", "", choices(Mode)),
    Field("site", "Lieu", why="L’adresse des rencontres, s’il y en a une.", body="words.site"),
)  # fmt: skip
WHEN = (
    Field("commitment", "Engagement demandé", "area", "Fréquence, durée, moment de la journée : "
          "la première question de chaque partenaire.", body="words.schedule"),
    Field("starts", "Début", "date", "Une date partielle convient : 2027-01 ou 2027."),
    Field("ends", "Fin", "date", "Si elle est connue."),
    Field("first_meeting", "Première rencontre", "date", "Pour que la personne soit prête à "
          "temps."),
    Field("preparation_minutes", "Préparation avant chaque rencontre", "hours",
          "En heures, par exemple 1,5."),
    Field("closes", "Répondre avant le", "date", "Passé cette date, la demande n’a plus de "
          "sens."),
    Field("support", "Soutien offert", "area", "Qui accueille, qui répond, qui traduit le "
          "jargon.", body="words.support"),
    Field("compensation", "Compensation", "choice", "Une personne peut la refuser, jamais "
          "l’ignorer.", choices(Compensation)),
    Field("background", "Autre chose à savoir", "area", "", body="words.background"),
)  # fmt: skip
NEED = (*WHAT, *WHY, *WHOM, *WHEN)
NEED_PARTS = (
    ("Le projet", WHAT), ("Ce que l’on en attend", WHY),
    ("Les personnes recherchées", WHOM), ("Le temps et le soutien", WHEN),
)  # fmt: skip
DRAFT = Decision(
    "demande", "Enregistrer le brouillon", "intake", "/requests", NEED, seen=False, dated=False
)
REVISE = Decision(
    "demande", "Enregistrer les changements", "intake", "/requests/{id}/revision", NEED,
    dated=False,
)  # fmt: skip


def offered_on_request(state: str) -> list[Decision]:
    """What may be decided, the next step first."""
    match state:
        case "draft":
            return [SUBMIT, WITHDRAW]
        case "submitted":
            return [TAKE, RETURN, DECLINE, REDIRECT, WITHDRAW]
        case "to_complete" | "returned":
            return [COMPLETE, TAKE, DECLINE, REDIRECT, WITHDRAW]
        case "taken_in_charge" | "triaged":
            return [ACCEPT, RETURN, HAND_OVER, DECLINE, REDIRECT, WITHDRAW]
    return []


OPEN_PROJECT = Decision(
    "projet", "Inscrire le projet", "intake", "/projects",
    (
        Field("title", "Titre", required=True, why="Sans nommer personne."),
        Field("kind", "De quoi s’agit-il ?", "choice", "", choices(ProjectKind), required=True),
        Field("department", "Direction ou service", "choice", "", "departments", required=True),
        Field("system_level", "Niveau du système", "choice", "", choices(SystemLevel)),
        Field("level", "Niveau d’engagement", "choice", "", choices(Level)),
        Field("starts", "Début", "date", "Une date partielle convient : 2026-11 ou 2026.",
              required=True),
        Field("ends", "Fin prévue", "date", "Si elle est connue."),
        Field("participants_without_file", "Personnes consultées sans dossier", "number",
              "Un nombre, pour le bilan : ces personnes ne sont inscrites nulle part."),
        Field("description", "Description", "area", NOBODY_NAMED),
    ),
    seen=False,
)  # fmt: skip
CLOSE_PROJECT = Decision(
    "fermeture", "Clore le projet", "intake", "/projects/{id}/closing",
    (Field("abandoned", "Le projet est abandonné", "check"), NOTE), seen=False,
)  # fmt: skip
OPEN_SEAT = Decision(
    "siege", "Ajouter un siège", "intake", "/projects/{id}/seats",
    (
        Field("title", "Ce siège", why="Par exemple : « Membre partenaire ».", required=True),
        Field("reserved_for", "Réservé à", "choice", "", choices(SeatFor), required=True,
              initial="partner"),
    ),
    seen=False,
)  # fmt: skip
FILL_SEAT = Decision(
    "occupation", "Pourvoir ce siège", "intake", "/filling",
    (
        Field("partner", "Par qui ?", "choice", "", "partners", required=True),
        Field("until", "Fin du mandat", "date", "Si elle est connue."),
    ),
    seen=False,
)  # fmt: skip
VACATE_SEAT = Decision("liberation", "Libérer ce siège", "intake", "/vacancy", seen=False)

WHO = (
    Field("given_name", "Prénom", body="profile.given_name",
          why="Un prénom ou un nom suffit, avec un moyen de joindre la personne."),
    Field("family_name", "Nom", body="profile.family_name"),
    Field("phone", "Téléphone", "tel", "Le téléphone seul convient très bien.",
          body="profile.phone"),
    Field("email", "Courriel", "email", body="profile.email"),
    Field("address", "Adresse postale", "area", "Si la personne préfère le courrier.",
          body="profile.address"),
    Field("reach_by", "Comment préfère-t-elle être jointe ?", "choice", "",
          (("phone", "Téléphone"), ("email", "Courriel"), ("post", "Courrier")),
          body="profile.reach_by"),
    Field("best_time", "Meilleur moment pour l’appeler", body="profile.best_time"),
)  # fmt: skip
LIVED = (
    Field("role", "Pour quel rôle ?", "choice", "La personne accompagnatrice suit un parcours "
          "distinct.", choices(Role), required=True, initial="organization"),
    Field("capacity", "À quel titre ?", "choice", "Pour que le bassin ressemble à la "
          "population.", choices(Capacity)),
    Field("services_used", "Services utilisés", "area", "Pour penser à elle au bon moment ; "
          "jamais un diagnostic.", body="profile.services_used"),
    Field("experience", "Expérience à partager", "area", "", body="profile.experience"),
    Field("interests", "Intérêts", "area", "", body="profile.interests"),
    Field("motivation", "Ce qui l’amène", "area", "", body="profile.motivation"),
    Field("availability", "Disponibilité", "area", "Jours, moments, heures par mois.",
          body="profile.availability"),
    Field("needs", "Besoins d’accès", "area", "Transport, ascenseur, sous-titres, pauses : ce "
          "qui rend la participation possible.", body="profile.needs"),
    Field("languages", "Langues", "choices", "", (("fr", "Français"), ("en", "Anglais")),
          initial=("fr",)),
    Field("how_heard", "Comment en a-t-elle entendu parler ?", body="profile.how_heard"),
)  # fmt: skip
DOOR = Field(
    "door", "Comment cette fiche est-elle arrivée ?", "choice", "Une fiche reçue sur papier ou "
    "au téléphone est saisie par le personnel, et marquée ainsi.",
    (("web", "La personne la remplit elle-même"), ("paper", "Sur papier, je la saisis"),
     ("phone", "Au téléphone, je la saisis")), required=True, initial="phone",
)  # fmt: skip
APPLY = Decision(
    "candidature", "Envoyer la candidature", "intake", "/candidacies", (DOOR, *WHO, *LIVED),
    seen=False,
)  # fmt: skip
REFER = Decision(
    "reference", "Envoyer la référence", "intake", "/referrals",
    (
        DOOR,
        Field("referrer", "Qui la réfère ?", "choice", "Le membre du personnel qui la connaît.",
              "staff", required=True),
        Field("consented_to_be_contacted", "La personne accepte que le Bureau la joigne",
              "check", "Sans cet accord, rien n’est gardé à son sujet.", required=True),
        *WHO, *LIVED,
    ),
    seen=False,
)  # fmt: skip
