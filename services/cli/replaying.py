"""`tandem replay`: a story told again; or every view read again, beside what is shown."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from contracts.access import AccessRole
from services.cli import recounting
from services.cli.reaching import platform
from services.cli.recounting import Asked
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
    project: Annotated[str | None, typer.Option(help="L’identifiant du projet.")] = None,
    department: Annotated[str | None, typer.Option(help="L’identifiant de la direction.")] = None,
    as_of: Annotated[str | None, typer.Option(help="Tel que c’était ce jour-là.")] = None,
    known_on: Annotated[str | None, typer.Option(help="Tel qu’on le savait ce jour-là.")] = None,
    since: Annotated[str | None, typer.Option(help="Ce qui a changé après ce jour.")] = None,
    between: Annotated[
        tuple[str, str] | None, typer.Option(help="Ce qui a changé d’un jour à l’autre.")
    ] = None,
    causes: Annotated[bool, typer.Option("--causes", help="Ce qui a mené à quoi.")] = False,
    as_known: Annotated[
        bool, typer.Option("--as-known", help="Dans l’ordre où on l’a su.")
    ] = False,
    as_json: AsJson = False,
    lang: Annotated[str, typer.Option("--lang", help="fr ou en.")] = "fr",
    against_live: Against = False,
) -> None:
    """Redire l’histoire d’une personne, d’une demande, d’un projet, d’une direction, ou de tout
    l’établissement ; ou tout relire, face aux vues (--against-live)."""
    if against_live:
        with platform("operator") as tandem:
            found = _differences(tandem)
        _tell_differences(found, as_json)
        raise typer.Exit(1 if any(found.values()) else 0)
    of = {"partners": partner, "requests": request, "projects": project}
    named = {kind: one for kind, one in of.items() if one}
    if not establishment or len(named) + bool(department) > 1 or (since and between):
        raise typer.BadParameter(
            "Donnez --establishment, au plus une chose (--partner, --request, --project ou "
            "--department), et --since ou --between."
        )
    begins, ends = between or (since, as_of)
    asked = Asked(lang, ends, known_on, begins, causes, as_known)
    with platform(establishment, lang, AccessRole.AUDITOR) as tandem:
        if named:
            [(kind, one)] = named.items()
            recounting.of_thing(tandem, f"/insights/{kind}/{one}/story", asked, as_json)
        else:
            recounting.of_many(tandem, department, asked, as_json)


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
