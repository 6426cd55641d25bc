"""The French words for the terms of the field. An establishment will replace some of them."""

from __future__ import annotations

from enum import StrEnum

from contracts import accompaniment, evaluation, intake, recruitment, terms
from services.portal.own_words import own

LABELS: dict[type[StrEnum], dict[str, str]] = {
    terms.Level: {
        "information": "Information",
        "consultation": "Consultation",
        "collaboration": "Collaboration",
        "partnership": "Partenariat (coconstruction)",
    },
    terms.SystemLevel: {
        "care": "Soins",
        "services": "Organisation des services",
        "governance": "Gouvernance",
    },
    terms.ProjectKind: {
        "project": "Projet",
        "operations": "Comité opérationnel",
        "safety": "Comité de sécurité",
        "governance": "Comité de gouvernance",
        "strategy": "Comité stratégique",
        "research": "Recherche",
    },
    terms.Role: {
        "care": "Partenaire de ses soins",
        "organization": "Partenaire de l’organisation",
        "peer_supporter": "Personne accompagnatrice (pair)",
    },
    terms.Capacity: {
        "patient": "Patiente ou patient",
        "relative": "Membre de la famille ou de l’entourage",
        "caregiver": "Personne proche aidante",
        "citizen": "Citoyenne ou citoyen",
        "youth": "Jeune",
    },
    terms.Side: {"partner": "Partenaire", "team": "Équipe"},
    terms.Mode: {"on_site": "Sur place", "remote": "À distance", "hybrid": "Les deux"},
    terms.Compensation: {
        "not_offered": "Aucune compensation offerte",
        "refused": "Refusée par la personne",
        "expenses_only": "Remboursement des frais",
        "paid": "Compensation financière",
    },
    intake.Detail: {
        "aim": "Le but du projet",
        "schedule": "Le calendrier et la disponibilité demandée",
        "profile": "Le profil recherché",
        "number": "Le nombre de personnes",
        "support": "Le soutien offert",
        "contact": "La personne à joindre",
        "approval": "L’accord de la ou du gestionnaire",
    },
    intake.DeclineReason: {
        "outside_our_mission": "Hors du mandat du Bureau",
        "seats_are_filled": "Les places sont déjà pourvues",
        "no_support_planned": "Aucun soutien prévu pour la personne partenaire",
        "too_late": "Trop tard pour bien faire",
        "other": "Autre raison",
    },
    intake.RequestState: {
        "draft": "Brouillon",
        "submitted": "À prendre en charge",
        "to_complete": "À compléter",
        "taken_in_charge": "Prise en charge",
        "accepted": "Acceptée",
        "searching": "En recherche",
        "partly_filled": "Pourvue en partie",
        "filled": "Pourvue",
        "declined": "Déclinée",
        "redirected": "Réorientée",
        "withdrawn": "Retirée",
        "closed_without_result": "Fermée sans résultat",
    },
    intake.ProjectState: {
        "planned": "Prévu",
        "running": "En cours",
        "finished": "Terminé",
        "abandoned": "Abandonné",
    },
    intake.SeatFor: {
        "partner": "Usager partenaire",
        "users_committee": "Comité des usagers",
        "parent": "Parent",
        "youth": "Jeune",
    },
    intake.Door: {
        "web": "En ligne",
        "paper": "Sur papier, saisie par le personnel",
        "phone": "Au téléphone, saisie par le personnel",
    },
    recruitment.Outcome: {
        "kept": "Retenue dans le bassin",
        "in_reserve": "En réserve",
        "not_kept": "Non retenue",
    },
    recruitment.PartnerState: {
        "candidate": "Candidature",
        "available": "Disponible",
        "engaged": "Impliqué·e",
        "paused": "En pause",
        "inactive": "Inactif·ive",
        "former": "Ancien partenaire ou ancienne partenaire",
    },
    recruitment.ConsentPurpose: {
        "pool": "Faire partie du bassin",
        "contact": "Être joint·e par le Bureau",
        "show_profile": "Montrer le profil aux équipes",
        "story": "Raconter son histoire",
        "sharing": "Partager avec un autre établissement",
        "confidentiality": "Engagement de confidentialité",
        "charter": "Charte du partenariat",
    },
    recruitment.ConsentForm: {"written": "Par écrit", "verbal": "De vive voix"},
    recruitment.CloseReason: {
        "filled": "La demande est pourvue",
        "withdrawn": "L’équipe n’en a plus besoin",
        "nobody_found": "Personne n’a été trouvé",
    },
    accompaniment.InvolvementState: {
        "proposed": "Proposée",
        "in_preparation": "En préparation",
        "active": "Active",
        "paused": "En pause",
        "extended": "Prolongée",
        "ended": "Terminée",
    },
    accompaniment.PlanSize: {"light": "Léger", "standard": "Standard", "full": "Complet"},
    accompaniment.Step: {
        "mandate_signed": "Mandat signé des deux côtés",
        "partner_trained": "Formation de la personne partenaire",
        "team_trained": "Formation de l’équipe",
        "confidentiality_signed": "Engagement de confidentialité",
        "welcome_call": "Appel de bienvenue",
        "site_visit": "Visite des lieux",
        "coach_named": "Personne-ressource nommée",
        "first_meeting": "Première rencontre",
    },
    accompaniment.Attendance: {"present": "Présent·e", "excused": "Excusé·e", "absent": "Absent·e"},
    accompaniment.Decision: {
        "adopted": "Adoptée",
        "partly": "Adoptée en partie",
        "not_retained": "Non retenue",
    },
    evaluation.ContactKind: {
        "call": "Appel",
        "mail": "Courriel",
        "meeting": "Rencontre",
        "interview": "Entrevue",
        "check_in": "Suivi",
        "review": "Bilan",
        "letter": "Lettre",
        "visit": "Visite",
    },
    evaluation.Occasion: {
        "check_in": "Suivi",
        "survey": "Questionnaire",
        "exit_interview": "Entretien de départ",
    },
}

# The shape that goes with a state, so that colour is never the only sign.
SHAPES = {
    "draft": "dotted", "submitted": "ring", "to_complete": "return", "taken_in_charge": "quarter",
    "accepted": "half", "searching": "half", "partly_filled": "three", "filled": "full", "declined":
    "cross", "redirected": "arrow", "withdrawn": "cross", "closed_without_result": "cross",
    "candidate": "ring", "available": "half", "engaged": "full", "paused": "bars", "inactive":
    "dotted", "former": "square", "deceased": "square", "proposed": "ring", "in_preparation":
    "quarter", "active": "full", "extended": "full", "ended": "square", "planned": "ring",
    "running": "full", "finished": "square", "abandoned": "cross", "vacant": "ring", "term_ending":
    "three",
}  # fmt: skip
TONES = {
    "submitted": "wait", "to_complete": "wait", "vacant": "wait", "term_ending": "wait", "proposed":
    "wait", "candidate": "wait", "in_preparation": "wait", "searching": "going", "accepted":
    "going", "taken_in_charge": "going", "partly_filled": "going", "filled": "good", "active":
    "good", "extended": "good", "engaged": "good", "available": "good", "running": "good",
}  # fmt: skip


def label(value: object, kind: type[StrEnum] | None = None) -> str:
    """The French word for a code; the code itself where there is none."""
    code = str(value or "")
    kinds = [kind] if kind else LABELS
    return own(code) or next((LABELS[one][code] for one in kinds if code in LABELS[one]), code)


def choices(kind: type[StrEnum]) -> tuple[tuple[str, str], ...]:
    """Codes and words, in the order in which a form offers them."""
    return tuple((code, own(code) or word) for code, word in LABELS[kind].items())


# The fields of facts that a correction may change: their question, and what may be answered.
FIELDS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "title": ("Titre", ()),
    "number": ("Numéro", ()),
    "partners_sought": ("Personnes recherchées", ()),
    "level": ("Niveau d’engagement", choices(terms.Level)),
    "system_level": ("Niveau du système", choices(terms.SystemLevel)),
    "kind": ("Nature", ()),
    "reason": ("Raison", ()),
    "role": ("Rôle", choices(terms.Role)),
    "capacity": ("À quel titre", choices(terms.Capacity)),
    "door": ("Comment la fiche est arrivée", choices(intake.Door)),
    "starts": ("Début", ()),
    "ends": ("Fin", ()),
    "until": ("Jusqu’au", ()),
    "planned": ("Date prévue", ()),
    "date": ("Date", ()),
    "first_meeting": ("Première rencontre", ()),
    "closes": ("Répondre avant le", ()),
    "minutes": ("Durée, en minutes", ()),
    "monthly_minutes": ("Minutes par mois", ()),
    "known_minutes": ("Minutes connues", ()),
    "preparation_minutes": ("Préparation, en minutes", ()),
    "satisfaction": ("Satisfaction, de 1 à 5", ()),
    "side": ("Qui le dit", choices(terms.Side)),
    "mode": ("Sur place ou à distance", choices(terms.Mode)),
    "compensation": ("Compensation", ()),
    "attendance": ("Présence", ()),
    "outcome": ("Résultat", ()),
    "decision": ("Décision", choices(accompaniment.Decision)),
    "purpose": ("Consentement", choices(recruitment.ConsentPurpose)),
    "form": ("Forme", choices(recruitment.ConsentForm)),
    "size": ("Taille du plan", choices(accompaniment.PlanSize)),
    "module": ("Module", ()),
    "status_label": ("Désignation", ()),
    "entered": ("Entrée dans le bassin", ()),
    "received": ("Reçue le", ()),
    "note": ("Note", ()),
    "why": ("Pourquoi", ()),
    "text": ("Contribution", ()),
    "concern": ("Préoccupation", ()),
    "activity": ("Activité", ()),
    "aim": ("But", ()),
    "profile": ("Profil recherché", ()),
    "partner_role": ("Rôle de la personne", ()),
    "support": ("Soutien offert", ()),
    "schedule": ("Engagement demandé", ()),
    "background": ("Autre chose à savoir", ()),
    "given_name": ("Prénom", ()),
    "family_name": ("Nom", ()),
    "phone": ("Téléphone", ()),
    "email": ("Courriel", ()),
}
