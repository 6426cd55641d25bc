"""How long what went out to HR, and what came in and was not understood, is kept: in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from services.portal.forms import Decision, Field
from services.portal.speaking import counted

KEPT = ("number", "title", "starts", "source")
LEAST = 1  # month, whatever was decided: who is sent something is tried again for days
DECIDE = Decision(
    "conservation", "Garder aussi longtemps", "directory", "/retention", dated=False, seen=False,
    says="Ce qui est plus vieux est détruit dans les six heures, et rien ne le ramène. Ce qui "
    "attend encore son destinataire reste.",
    fields=(
        Field("active", "Délai actif, en mois", "number",
              "Celui de votre calendrier de conservation.", required=True),
        Field("semiactive", "Délai semi-actif, en mois", "number", "0 s’il n’y en a pas. En tout, "
              "un mois est toujours gardé.", required=True),
    ),
)  # fmt: skip


def decision_on(rule: Mapping[str, Any]) -> Decision:
    """A form that begins with what holds now."""
    now = {name: str(rule[name]) for name in ("active", "semiactive")}
    fixed = {name: rule[name] for name in KEPT}
    return replace(DECIDE, key=f"{DECIDE.key}-{rule['number']}", fixed=fixed).starting(**now)


def in_words(rule: Mapping[str, Any]) -> str:
    """« 24 mois : 12 actifs, 12 semi-actifs »."""
    active, semiactive = rule["active"], rule["semiactive"]
    whole = f"{max(active + semiactive, LEAST)} mois"
    if not semiactive:
        return whole
    both = counted(active, "actif"), counted(semiactive, "semi-actif")
    return f"{whole} : {', '.join(both)}"
