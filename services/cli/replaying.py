"""`tandem replay`: a story told again; or every view read again, beside what is shown."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from contracts.access import AccessRole
from services.chassis.moments import moment, spoken
from services.cli.running import Platform

out, err = Console(), Console(stderr=True)

# Typer reads plain aliases only.
Key = Annotated[str, typer.Option("--establishment", "-e", help="La clé de l’établissement.")]
AsJson = Annotated[bool, typer.Option("--json", help="Pour un programme plutôt que l’œil.")]
Against = Annotated[
    bool, typer.Option("--against-live", help="Relire tout, et dire où les vues diffèrent.")
]
HOW = {"lacking": "manque", "beyond": "est en trop", "altered": "n’est pas ce que dit le registre"}


def replay(
    establishment: Key = "",
    partner: Annotated[str | None, typer.Option(help="L’identifiant de la personne.")] = None,
    request: Annotated[str | None, typer.Option(help="L’identifiant de la demande.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Tel que c’était ce jour-là.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Tel qu’on le savait ce jour-là.")] = None,
    as_json: AsJson = False,
    lang: Annotated[str, typer.Option("--lang", help="fr ou en.")] = "fr",
    against_live: Against = False,
) -> None:
    """Redire une implication ou une demande ; ou tout relire, face aux vues (--against-live)."""
    from services.cli.main import platform

    if against_live:
        with platform("operator") as tandem:
            found = _differences(tandem)
        _tell_differences(found, as_json)
        raise typer.Exit(1 if any(found.values()) else 0)
    if (partner is None) == (request is None) or not establishment:
        raise typer.BadParameter("Donnez --establishment, et --partner ou --request.")
    path = f"/insights/partners/{partner}" if partner else f"/insights/requests/{request}"
    with platform(establishment, lang, AccessRole.AUDITOR) as tandem:
        told = tandem.get(f"{path}/story", as_of=as_of, known_on=known_on, lang=lang)
    if as_json:
        lines = ",\n".join(json.dumps(step, ensure_ascii=False) for step in told["steps"])
        print(f"[\n{lines}\n]")  # noqa: T201 - bytes for a program: no styling, no wrapping
    else:
        for step in told["steps"]:
            when = spoken(moment(step["time"]).time, step["precision"], lang)
            print(f"{when:<26} {step['actor']:<14} {_what(step, lang)}")  # noqa: T201


def _what(step: dict[str, str], lang: str) -> str:
    """The sentence, and whether it still counts."""
    if step["annulled"]:
        return f"{step['sentence']} [{'annulé depuis' if lang == 'fr' else 'annulled since'}]"
    if step["counts_as"]:
        put_right = "corrigé depuis : " if lang == "fr" else "corrected since: "
        return f"{step['sentence']} [{put_right}{step['counts_as']}]"
    return step["sentence"]


def _differences(tandem: Platform) -> dict[str, list[dict[str, Any]]]:
    """Of each view, the documents that differ."""
    names = [one["projection"] for one in tandem.get("/insights/status")]
    with Progress(TextColumn("{task.description}"), BarColumn(), console=err) as bar:
        task = bar.add_task("Vues relues", total=len(names))
        found = {}
        for name in names:
            found[name] = tandem.post("/insights/comparisons", {"projection": name}).json()
            bar.advance(task)
    return found


def _tell_differences(found: dict[str, list[dict[str, Any]]], as_json: bool) -> None:
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=1))  # noqa: T201 - for a program
        return
    for name, differing in found.items():
        for one in differing:
            where = f"{name} : {one['establishment']} {one['key']}"
            out.print(f"{where} {HOW[one['how']]}", highlight=False, soft_wrap=True)
    if not any(found.values()):
        out.print("Les vues sont ce que dit le registre.")
