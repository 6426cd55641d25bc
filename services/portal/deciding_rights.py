"""What may be decided about requests of persons, files to be destroyed, and incidents."""

from __future__ import annotations

from services.portal.forms import Decision, Field

RIGHTS = (
    ("access", "Consulter ses renseignements"),
    ("rectification", "Faire rectifier ses renseignements"),
    ("portability", "Recevoir une copie structurée"),
    ("end_of_file", "Demander la fin de son dossier"),
)
GROUNDS = {"retention_ended": "Délai de conservation écoulé", "end_of_file": "Fin demandée"}
NOTIFIED = (
    ("commission", "Commission d’accès à l’information"),
    ("minister", "Ministre"),
    ("persons", "Personnes touchées"),
    ("public", "Avis public"),
)
STAGES = {
    "open": "À répondre", "answered": "Répondue", "refused": "Refusée", "withdrawn": "Retirée",
    "proposed": "Proposée", "approved": "Approuvée", "ordered": "Destruction en cours",
    "certified": "Détruits, attestés", "holds": "En vigueur", "lifted": "Levée",
}  # fmt: skip
WHY = Field("reason", "Motif", "area", "Gardé à part, lu par le Bureau seul.", required=True)
WHY_NOT = Field("reason", "Motif", "area", "Gardé à part, lu par le Bureau seul.")

RECEIVE = Decision(
    "demande", "Inscrire une demande", "vault", "/rights-requests",
    (
        Field("right", "Que demande la personne ?", "choice", "", RIGHTS, required=True),
        Field("person", "Référence de son dossier", why="Celle de l’adresse de sa page. Vide si "
              "elle n’a pas de dossier ici."),
        Field("words", "Sa demande, dans ses mots", "area"),
    ),
    says="Le délai court du jour de la réception : 20 jours (A-2.1, art. 98), et 10 de plus si la "
    "personne en est avisée à temps.", seen=False,
)  # fmt: skip
EXTEND = Decision(
    "prolongation", "Prolonger de 10 jours", "vault", "/rights-requests/{id}/extension", (WHY,),
    dated=False, seen=False,
)  # fmt: skip
ANSWER = Decision(
    "reponse", "Inscrire la réponse", "vault", "/rights-requests/{id}/answer",
    (Field("answer", "Réponse donnée", "area"),), seen=False,
)  # fmt: skip
REFUSE = Decision(
    "refus", "Refuser, par écrit", "vault", "/rights-requests/{id}/refusal", (WHY,), seen=False
)
CORRECT_MY_FILE = Decision(
    "rectification", "Demander une correction", "vault", "/rights-requests",
    (Field("words", "Qu’est-ce qui est inexact, incomplet ou de trop ?", "area", required=True),),
    says="Le Bureau corrige, ou vous écrit pourquoi il ne le fait pas, dans les 20 jours.",
    fixed={"right": "rectification"}, dated=False, seen=False,
)  # fmt: skip
END_MY_FILE = Decision(
    "fin", "Demander la fin de mon dossier", "vault", "/rights-requests",
    (Field("words", "Voulez-vous ajouter quelque chose ?", "area"),),
    says="Le Bureau vous répond dans les 20 jours, et vous dit quand vos renseignements seront "
    "détruits : dès que le calendrier de conservation le permet.",
    fixed={"right": "end_of_file"}, dated=False, seen=False,
)  # fmt: skip

PROPOSE = Decision(
    "proposition", "Proposer la destruction", "vault", "/dispositions",
    (
        Field("file", "Référence du dossier", required=True, body=""),
        Field("ground", "Pourquoi ?", "choice", "", tuple(GROUNDS.items()), required=True),
    ),
    dated=False, seen=False,
)  # fmt: skip
APPROVE = Decision(
    "approbation", "Approuver", "vault", "/dispositions/{id}/approval",
    (Field("alone", "Je suis la seule personne du Bureau", "check", "À cocher seulement si c’est "
           "vous qui l’avez proposée. Ce sera inscrit tel quel."),),
    dated=False, seen=False,
)  # fmt: skip
KEEP = Decision(
    "conservation", "Refuser : ces dossiers sont gardés", "vault", "/dispositions/{id}/refusal",
    (WHY_NOT,), dated=False, seen=False,
)  # fmt: skip
WITHDRAW = Decision(
    "retrait", "Retirer la proposition", "vault", "/dispositions/{id}/withdrawal", (WHY_NOT,),
    dated=False, seen=False,
)  # fmt: skip
DESTROY = Decision(
    "destruction", "Détruire maintenant", "vault", "/dispositions/{id}/execution",
    says="Rien ne ramène un dossier détruit. Les nombres et les preuves restent.", dated=False,
    seen=False,
)  # fmt: skip
HOLD = Decision(
    "suspension", "Suspendre la destruction d’un dossier", "vault", "/holds",
    (Field("person", "Référence du dossier", required=True), WHY), dated=False, seen=False,
)  # fmt: skip
LIFT = Decision(
    "levee", "Lever la suspension", "vault", "/holds/{id}/lifting", (WHY_NOT,), dated=False,
    seen=False,
)  # fmt: skip

INCIDENT = Decision(
    "incident", "Inscrire un incident", "vault", "/incidents",
    (
        Field("information", "Quels renseignements sont touchés ?", "area", "Ou pourquoi on ne le "
              "sait pas.", required=True),
        Field("circumstances", "Que s’est-il passé ?", "area", required=True),
        Field("occurred", "Quand ?", "date", required=True),
        Field("occurred_until", "Jusqu’à quand ?", "date"),
        Field("aware", "Quand en a-t-on pris connaissance ?", "date", required=True),
        Field("persons_affected", "Combien de personnes ?", "number", required=True),
        Field("approximate", "C’est une approximation", "check"),
        Field("assessment", "Sur quoi repose l’évaluation du risque ?", "area", "Sensibilité, "
              "conséquences, probabilité d’une utilisation préjudiciable.", required=True),
        Field("serious", "Le risque de préjudice est sérieux", "check"),
        Field("measures", "Quelles mesures ont été prises ?", "area", required=True),
    ),
    says="Le registre garde chaque incident cinq ans au moins (A-2.1, r. 3.1 ; R-22.1, r. 1, "
    "art. 15).", fixed={"serious": False}, dated=False, seen=False,
)  # fmt: skip
NOTIFY = Decision(
    "avis", "Inscrire un avis donné", "vault", "/incidents/{id}/notices",
    (
        Field("to", "À qui ?", "choice", "", NOTIFIED, required=True),
        Field("date", "Quel jour ?", "date", "Aujourd’hui si vous laissez vide."),
        Field("reason", "Pourquoi un avis public ?", "area"),
    ),
    dated=False, seen=False,
)  # fmt: skip

ON_REQUEST = {one.key: one for one in (ANSWER, EXTEND, REFUSE)}
ON_DISPOSITION = {one.key: one for one in (APPROVE, KEEP, WITHDRAW, DESTROY)}
OFFERED = {"proposed": (APPROVE, KEEP, WITHDRAW), "approved": (DESTROY, WITHDRAW)}
OWN = {one.key: one for one in (CORRECT_MY_FILE, END_MY_FILE)}
NEW = {one.key: one for one in (RECEIVE, PROPOSE, HOLD, INCIDENT)}
