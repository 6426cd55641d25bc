"""What the access journal says in French: purposes, questions, and why to look at a reading."""

from __future__ import annotations

PURPOSES = {
    "recruitment": "Recrutement", "involvement": "Implication", "request": "Demande d’une équipe",
    "evaluation": "Évaluation", "contact": "Prise de contact", "staff": "Personnel",
    "register": "Registre du Bureau", "audit": "Vérification", "rights": "Droits de la personne",
    "source": "Envoi des ressources humaines",
}  # fmt: skip
ASKED = {
    "values": "Renseignements d’une page", "persons": "Renseignements de personnes",
    "search": "Recherche par nom", "contact": "Recherche par coordonnées",
    "sorted": "Liste triée", "versions": "Valeurs antérieures", "keys": "Codes du registre",
    "duplicates": "Doublons possibles", "journal": "Export de ce journal",
    "export": "Copie du dossier", "forgotten": "Destruction de renseignements isolés",
}  # fmt: skip
THROUGH = {
    "portal": "dans une page", "operator": "en ligne de commande", "directory": "par le répertoire",
    "intake": "par les demandes", "recruitment": "par le recrutement",
    "training": "par les formations", "accompaniment": "par les implications",
    "evaluation": "par les suivis",
}  # fmt: skip
ITSELF = {
    "service:portal": "Tandem, à l’entrée", "service:recruitment": "Tandem, au recrutement",
    "service:directory": "Tandem, au répertoire", "service:vault": "Tandem, au coffre",
    "operator:cli": "Ligne de commande",
}  # fmt: skip
REMARKABLE = {
    "outside_caseload": "Dossier que cette personne ne suit pas",
    "unusual_volume": "Plus de dossiers qu’à l’habitude",
    "colleague": "Dossier d’une personne qui semble aussi du personnel",
    "at_night": "De nuit, entre 22 h et 6 h",
    "refused": "Lecture refusée : la finalité ne la permettait pas",
}  # fmt: skip
FIELDS = {
    "given_name": "prénom", "family_name": "nom", "name": "nom", "email": "courriel",
    "phone": "téléphone", "phone2": "autre téléphone", "address": "adresse", "city": "ville",
    "postal_code": "code postal", "birth_date": "naissance", "experience": "vécu",
    "services_used": "services utilisés", "note": "note", "notes": "notes", "reason": "motif",
    "needs": "besoins", "guardian": "représentant", "key": "code",
}  # fmt: skip
