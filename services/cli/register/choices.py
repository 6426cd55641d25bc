"""The lists of allowed values: the code facts carry, French, English, other spellings seen."""

from services.cli.register.columns import Choices, Value


def _list(*values: tuple[str, ...], open: bool = False) -> Choices:
    return Choices(tuple(Value(a, b, c, tuple(also)) for a, b, c, *also in values), open)


MODE = _list(
    ("on_site", "sur place", "on site", "présentiel", "en présence", "in person"),
    ("remote", "à distance", "remote", "virtuel", "Teams", "Zoom", "visioconférence", "online"),
    ("hybrid", "hybride", "hybrid"),
)
STATUS = _list(
    ("partner", "usager partenaire", "user partner"),
    ("resource_user", "usager-ressource", "resource user"),
    ("patient_partner", "patient partenaire", "patient partner"),
    ("employee_partner", "employé-partenaire", "employee partner"),
    open=True,
)
PARTNER_STATE = _list(
    ("candidate", "candidature", "candidate", "candidat", "candidate"),
    ("available", "disponible", "available", "actif", "active"),
    ("engaged", "engagé", "engaged", "impliqué", "involved"),
    ("paused", "en pause", "paused", "pause"),
    ("inactive", "inactif", "inactive"),
    ("former", "ancien", "former", "ancienne", "retiré"),
    ("deceased", "décédé", "deceased"),
)
ROLE = _list(
    ("organization", "organisation", "organization", "partenaire de l'organisation"),
    ("peer_supporter", "accompagnateur", "peer supporter", "accompagnatrice", "pair aidant"),
    ("care", "partenaire de ses soins", "partner in own care", "soins"),
)
CAPACITY = _list(
    ("patient", "usager", "patient", "usagère"),
    ("caregiver", "proche aidant", "caregiver", "proche aidante"),
    ("relative", "parent", "relative", "proche", "famille", "family"),
    ("citizen", "citoyen", "citizen", "citoyenne"),
    ("youth", "jeune", "youth"),
)
LEAVING = _list(
    ("health", "santé", "health"),
    ("mourning", "deuil", "mourning"),
    ("caring", "soin d'un proche", "caring for someone"),
    ("moving", "déménagement", "moving"),
    ("end_of_project", "fin du projet", "end of project", "fin de projet"),
    ("own_choice", "choix personnel", "own choice"),
    ("office_decision", "décision du bureau", "office's decision"),
    ("death", "décès", "death"),
    open=True,
)
ORIGIN = _list(
    ("referral", "référence d'équipe", "team referral", "référé par une équipe"),
    ("candidacy", "candidature", "own application", "spontanée"),
    ("committee", "comité", "committee", "comité des usagers"),
)
REACH = _list(
    ("phone", "téléphone", "phone", "tél"),
    ("email", "courriel", "email", "e-mail", "mail électronique"),
    ("mail", "poste", "mail", "lettre", "letter"),
)
NEEDS = _list(
    ("interpreter", "interprète", "interpreter"),
    ("sign_language", "LSQ", "sign language", "langue des signes"),
    ("large_print", "gros caractères", "large print"),
    ("adapted_transport", "transport adapté", "adapted transport"),
    ("respite", "répit", "respite"),
    open=True,
)
AGE = _list(
    *(
        (f"{low}-{high}", f"{low}-{high}", f"{low}-{high}", f"{low}-{high} ans", f"{low} à {high}")
        for low, high in ((0, 13), (14, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64))
    ),
    ("65-74", "65-74", "65-74", "65-74 ans", "65 à 74"),
    ("75-84", "75-84", "75-84", "75-84 ans", "75 à 84"),
    ("85+", "85 et plus", "85 and over", "85 ans et plus"),
    open=True,
)
PROJECT_KIND = _list(
    ("project", "projet ponctuel", "project", "projet", "ponctuel"),
    ("operations", "comité opérationnel", "operational committee", "opérationnel"),
    (
        "safety",
        "comité de sécurité",
        "safety committee",
        "sécurité",
        "comité de gestion des risques",
    ),
    ("governance", "gouvernance", "governance", "comité de gouvernance"),
    ("strategy", "stratégique", "strategic", "comité stratégique"),
    ("research", "recherche", "research", "projet de recherche"),
)
SYSTEM_LEVEL = _list(
    ("care", "soins", "care", "soins directs"),
    ("services", "organisation des services", "service organization", "services"),
    ("governance", "gouvernance", "governance"),
)
LEVEL = _list(
    ("information", "information", "information"),
    ("consultation", "consultation", "consultation"),
    ("collaboration", "collaboration", "collaboration"),
    ("partnership", "partenariat", "partnership", "co-construction", "coconstruction"),
)
PROJECT_STATE = _list(
    ("planned", "à venir", "upcoming", "planifié"),
    ("running", "en cours", "ongoing", "actif"),
    ("finished", "terminé", "finished", "complété", "fini", "completed"),
    ("abandoned", "abandonné", "abandoned", "annulé", "cancelled"),
)
RECEIVED_BY = _list(
    ("email", "courriel", "email", "e-mail"),
    ("form", "formulaire", "form"),
    ("phone", "téléphone", "phone"),
    open=True,
)
REQUEST_STATE = _list(
    ("draft", "brouillon", "draft"),
    ("submitted", "soumise", "submitted", "reçue", "nouvelle"),
    ("to_complete", "à compléter", "to complete"),
    ("taken_in_charge", "prise en charge", "taken in charge", "en traitement"),
    ("accepted", "acceptée", "accepted"),
    ("searching", "en recherche", "searching", "recherche", "recrutement"),
    ("partly_filled", "comblée en partie", "partly filled"),
    ("filled", "comblée", "filled"),
    ("declined", "refusée", "declined"),
    ("redirected", "redirigée", "redirected"),
    ("withdrawn", "retirée", "withdrawn", "annulée"),
    ("closed_without_result", "fermée sans résultat", "closed without result", "non comblée"),
)
INVOLVEMENT_STATE = _list(
    ("proposed", "proposée", "proposed"),
    ("in_preparation", "en préparation", "in preparation", "à venir"),
    ("active", "active", "active", "en cours", "actif"),
    ("paused", "en pause", "paused"),
    ("extended", "prolongée", "extended"),
    ("ended", "terminée", "ended", "finie", "finished"),
)
COMPENSATION = _list(
    ("not_offered", "non offerte", "not offered"),
    ("refused", "refusée", "refused"),
    ("expenses_only", "frais seulement", "expenses only"),
    ("paid", "versée", "paid"),
)
ACTIVITY = _list(
    ("meeting", "rencontre", "meeting", "réunion"),
    ("preparation", "préparation", "preparation"),
    ("reading", "lecture", "reading"),
    ("training", "formation", "training"),
    ("travel", "déplacement", "travel"),
    ("testimony", "témoignage", "testimony"),
    open=True,
)
ATTENDANCE = _list(
    ("present", "présent", "present"),
    ("excused", "excusé", "excused"),
    ("absent", "absent", "absent"),
)
SIDE = _list(
    ("partner", "partenaire", "partner", "usager"),
    ("team", "équipe", "team", "personnel"),
)
TRAINING_RESULT = _list(
    ("completed", "terminée", "completed", "complétée", "suivie", "réussie"),
    ("enrolled", "inscrite", "enrolled"),
    ("recognized", "acquis reconnu", "prior learning", "acquis reconnus", "recognized"),
)
PURPOSE = _list(
    ("pool", "bassin", "pool", "inscription au bassin"),
    ("contact", "être joint", "be contacted"),
    ("show_profile", "montrer mon profil", "show my profile"),
    ("story", "photo et témoignage", "photo and story", "photo", "témoignage"),
    ("sharing", "autre établissement", "other establishment"),
    ("confidentiality", "confidentialité", "confidentiality", "engagement de confidentialité"),
    ("charter", "charte", "charter"),
)
ANSWER = _list(
    ("yes", "oui", "yes", "o", "y", "signé"),
    ("no", "non", "no", "n"),
    ("withdrawn", "retiré", "withdrawn", "retrait"),
    ("unknown", "inconnu", "unknown", "?", "ne sait pas"),
)
FORM = _list(
    ("written", "écrit", "written", "par écrit", "papier"),
    ("verbal", "verbal", "verbal", "téléphone", "oral"),
)
CONTACT = _list(
    ("call", "appel", "call", "téléphone", "appel téléphonique"),
    ("mail", "courriel", "email", "e-mail", "mail"),
    ("meeting", "rencontre", "meeting"),
    ("interview", "entrevue", "interview"),
    ("check_in", "suivi", "check-in", "follow-up"),
    ("review", "bilan", "review"),
    ("letter", "lettre", "letter"),
    ("visit", "visite", "visit"),
)
DECISION = _list(
    ("adopted", "retenu", "adopted"),
    ("partly", "en partie", "partly", "retenu en partie", "partiellement"),
    ("not_retained", "non retenu", "not retained", "refusé"),
    ("pending", "en attente", "pending"),
)
SEAT_FOR = _list(
    ("partner", "partenaire", "partner", "usager partenaire"),
    ("users_committee", "comité des usagers", "users' committee", "CU"),
    ("parent", "parent", "parent"),
    ("youth", "jeune", "youth"),
)
CHECK = _list(
    ("criminal_record", "antécédents judiciaires", "criminal record check", "antécédents"),
    ("health", "santé", "health"),
    ("identity", "identité", "identity"),
    open=True,
)
CHECKED = _list(
    ("satisfactory", "satisfaisant", "satisfactory", "conforme", "aucun empêchement"),
    ("unsatisfactory", "non satisfaisant", "unsatisfactory", "non conforme"),
    ("pending", "en attente", "pending"),
    open=True,
)
