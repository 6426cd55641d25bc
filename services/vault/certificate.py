"""The certificate of a destruction: what was destroyed, what remains, in whom, and until when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import typst

from contracts.envelope import Envelope
from contracts.rights import (
    DispositionApproved,
    DispositionProposed,
    ErasureOrdered,
    PersonErased,
)
from services.chassis.moments import spoken

LAYOUT = Path(__file__).parent / "certificate.typ"
GROUNDS = {
    "retention_ended": "le délai de conservation est écoulé",
    "end_of_file": "la personne a demandé la fin de son dossier, et le calendrier le permet",
}
CATEGORIES = {
    "recruitment": "Identité, coordonnées, profil et échanges du recrutement",
    "involvement": "Paroles et notes de l’implication",
    "request": "Paroles et notes de demandes",
    "evaluation": "Paroles et notes de suivi et d’évaluation",
    "contact": "Coordonnées",
    "staff": "Nom et coordonnées au travail",
    "register": "Lignes du registre du Bureau",
    "audit": "Notes de vérification",
    "rights": "Paroles de demandes sur ses renseignements",
    "source": "Ce que les ressources humaines ont envoyé",
    "keys": "Clés du registre du Bureau",
}
REMAINS = (
    "Au registre des étapes, dans chaque service et dans le registre de la plateforme : des étapes "
    "datées, avec une référence opaque, des codes, des durées et des empreintes salées. Le sel "
    "est détruit : une empreinte ne permet plus de reconnaître un mot.",
    "Dans les vues et les bilans : des nombres, inchangés à l’unité.",
    "Au journal des lectures : qui a consulté un dossier, quand et pourquoi, par référence opaque, "
    "pour la durée propre à ce journal.",
    "Chez d’autres personnes : ce qu’elles ont dit de leur propre implication, et les mots d’une "
    "implication portée à plusieurs, qui suivent le dossier de ces personnes.",
    "Dans un autre établissement, si la personne y a été partagée avec son accord : son dossier "
    "là-bas, qui relève de cet établissement.",
    "Dans la table des références détruites, tenue hors des jeux de sauvegarde : la référence "
    "opaque et l’empreinte à clé des clés du registre, pour que rien ne ramène ce dossier.",
)
CALLED = (
    "Ce qui demeure est dit dépersonnalisé. Il n’est pas dit anonymisé : le règlement sur "
    "l’anonymisation (A-2.1, r. 0.1) en demande davantage."
)


class Certificate(NamedTuple):
    """The PDF, its SHA-256, and the day by which copies have been let go."""

    pdf: bytes
    digest: str
    gone_by: str


async def certify(
    history: Sequence[Envelope], gone_by: str, at: datetime, tree: str | None
) -> Certificate:
    """The certificate of a disposition, from its own facts. `tree`: the ledger's, where known."""
    said = json.dumps(content(history, gone_by, tree), ensure_ascii=False)
    pdf = await asyncio.to_thread(partial(_printed, said, at))
    return Certificate(pdf, sha256(pdf).hexdigest(), gone_by)


def _printed(said: str, at: datetime) -> bytes:
    """Tagged, as PDF/UA-1 asks (ISO 14289-1); the same content at the same moment is the same."""
    pdf: bytes = typst.compile(
        LAYOUT.read_bytes(),
        sys_inputs={"said": said},
        pdf_standards="ua-1",
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    return pdf


def content(history: Sequence[Envelope], gone_by: str, tree: str | None) -> Mapping[str, Any]:
    """What the certificate says; it names nobody."""
    acts = {one.type: one for one in history}
    proposed, ordered = acts[DispositionProposed.type], acts[ErasureOrdered.type]
    reference = str(proposed.subject)
    return {
        "title": "Attestation de destruction de renseignements personnels",
        "reference": reference,
        "opening": "Cette attestation ne nomme personne. Elle dit ce qui a été détruit, ce qui "
        "demeure, où, et jusqu’à quand.",
        "sections": [
            {"title": "Décision", "head": ["Élément", "Valeur"],
             "rows": _decision(acts, proposed, ordered, reference)},
            {"title": "Ce qui a été détruit", "head": ["Catégorie", "Nombre de valeurs"],
             "rows": _destroyed(history)},
            {"title": "Dossiers", "points": [str(one) for one in ordered.data["files"]]},
            {"title": "Ce qui demeure, et chez qui", "words": CALLED, "points": list(REMAINS)},
            {"title": "Jusqu’à quand des copies subsistent", "words": _copies(gone_by)},
            {"title": "Preuve", "points": _proof(ordered, tree)},
        ],
    }  # fmt: skip


def _decision(
    acts: Mapping[str, Envelope], proposed: Envelope, ordered: Envelope, reference: str
) -> list[list[str]]:
    approved = acts[DispositionApproved.type]
    alone = " (une seule personne au Bureau)" if approved.data["alone"] else ""
    rows = [
        ["Référence", reference],
        ["Établissement", proposed.establishment],
        ["Motif", GROUNDS[proposed.data["ground"]]],
        ["Règle de conservation", proposed.data["rule"]],
        ["Proposée", f"{_when(proposed)}, par {proposed.actor}"],
        ["Approuvée", f"{_when(approved)}, par {approved.actor}{alone}"],
        ["Ordonnée", f"{_when(ordered)}, par {ordered.actor}"],
    ]
    return rows + ([["Demande", proposed.data["request"]]] if proposed.data["request"] else [])


def _destroyed(history: Sequence[Envelope]) -> list[list[str]]:
    counts: dict[str, int] = {}
    for one in history:
        if one.type == PersonErased.type:
            for name, count in one.data["destroyed"].items():
                counts[name] = counts.get(name, 0) + count
    rows = [[CATEGORIES.get(name, name), str(count)] for name, count in sorted(counts.items())]
    return rows or [["Aucune valeur n’était conservée", "0"]]


def _copies(gone_by: str) -> str:
    day = spoken(datetime.fromisoformat(f"{gone_by}T12:00:00+00:00"), gone_by, "fr")
    return (
        "Le journal d’écriture anticipée de la base de données et les sauvegardes antérieures à la "
        f"destruction en tiennent encore une copie. Ils sont effacés au plus tard le {day}. Une "
        "sauvegarde restaurée d’ici là est purgée de nouveau avant d’être ouverte. Les tables, "
        "elles, ont été réécrites : leur espace libre n’en garde rien."
    )


def _proof(ordered: Envelope, tree: str | None) -> list[str]:
    own = f"Ordre de destruction : étape {ordered.position} du coffre, identifiant {ordered.id}."
    known = f"Registre de la plateforme au moment de l’attestation : {tree}."
    return [own] + ([known] if tree else [])


def _when(fact: Envelope) -> str:
    return spoken(fact.recordedtime or fact.time, None, "fr")
