"""`tandem establishment`: establishments come, are renamed, are merged, and leave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn
from rich.table import Table

from contracts.access import AccessRole
from services.cli.reaching import home, platform, said_plainly

establishments = typer.Typer(no_args_is_help=True, help="Établissements.")
out, err = Console(), Console(stderr=True)

Key = Annotated[str, typer.Argument(help="Minuscules, chiffres et traits d’union.")]
Confirmed = Annotated[
    str, typer.Option("--confirm", help="La clé, pour ne pas être interrogé de nouveau.")
]
STATES = {"known": "", "merged": "réuni à", "left": "parti"}


@establishments.command("add")
def add(
    key: Key,
    name: Annotated[str, typer.Argument(help="Le nom de l’établissement.")],
    lead: Annotated[str, typer.Option(help="La première responsable du Bureau.")] = "",
    email: Annotated[str, typer.Option(help="Son adresse.")] = "",
    login: Annotated[str, typer.Option(help="Sa connexion : fournisseur:identifiant.")] = "",
) -> None:
    """Ouvrir un établissement, et nommer sa première responsable. La répéter n’ajoute rien."""
    provider, _, subject = login.partition(":")
    if login and not (lead and subject):
        raise typer.BadParameter("Donnez --lead, et --login fournisseur:identifiant.")
    with platform(key) as tandem:
        tandem.post("/directory/establishment", {"name": name})
        if lead:
            said = {"name": lead} | ({"email": email} if email else {})
            named = {"Idempotency-Key": f"first-lead-of-{key}"}
            staff = tandem.post("/directory/establishment/lead", said, **named).json().get("id")
            if login:
                linked = {"provider": provider, "subject": subject}
                tandem.post(f"/directory/staff/{staff}/logins", linked)
    out.print(f"L’établissement « {name} » ({key}) est ouvert.", highlight=False)


@establishments.command("list")
def show() -> None:
    """Les établissements de cette plateforme."""
    with platform("operator") as tandem:
        table = Table("Clé", "Nom", "Démonstration", "État")
        for one in tandem.get("/insights/establishments")["items"]:
            state = f"{STATES[one['state']]} {one['into'] or ''}".strip()
            demonstration = "oui" if one["demonstration"] else ""
            table.add_row(one["establishment"], one["name"], demonstration, state)
    out.print(table)


@establishments.command("rename")
def rename(key: Key, name: Annotated[str, typer.Argument(help="Le nouveau nom.")]) -> None:
    """Donner un autre nom. Ce qui s’est passé avant reste sous l’ancien."""
    with platform(key) as tandem:
        tandem.post("/directory/establishment/name", {"name": name})
    out.print(f"{key} s’appelle maintenant « {name} ».", highlight=False)


@establishments.command("merge")
def merge(
    key: Key,
    into: Annotated[str, typer.Argument(help="La clé de celui qui l’accueille.")],
    confirm: Confirmed = "",
) -> None:
    """Réunir un établissement à un autre. Son personnel et son histoire restent les siens."""
    _require_sure(key, confirm, f"{key} sera fermé, et renverra à {into}.")
    with platform(key) as tandem:
        tandem.post("/directory/establishment/merger", {"into": into})
    out.print(f"{key} est fermé : il fait maintenant partie de {into}.", highlight=False)


@establishments.command("leave")
def leave(
    key: Key,
    to: Annotated[Path, typer.Option(help="Le dossier où tout lui est rendu.")],
    confirm: Confirmed = "",
) -> None:
    """Tout rendre à un établissement qui part, puis détruire ses renseignements personnels."""
    from services.cli import leaving, servers

    warning = f"Tout sera écrit dans {to}, puis les renseignements personnels seront détruits."
    _require_sure(key, confirm, warning)
    with platform(key, role=AccessRole.AUDITOR) as tandem:
        if tandem.get("/insights/holds", state="holds")["items"]:
            err.print("[bold]Une suspension légale interdit de détruire : levez-la d’abord.[/bold]")
            raise typer.Exit(1)
    with (
        said_plainly(),  # the databases come first: without them nothing is begun
        servers.at_hand(home()) as installation,
        platform(key) as tandem,
        Progress(TextColumn("{task.description} {task.completed}"), console=err) as bar,
    ):
        gone = leaving.leave(tandem, installation, key, to, bar)
    table = Table("Rendu", "Combien")
    for what, count in gone.items():
        table.add_row(what, str(count))
    out.print(table)
    out.print(f"{key} a quitté Tandem ; ses faits, dépersonnalisés, restent.", highlight=False)


def _require_sure(key: str, confirmed: str, warning: str) -> None:
    """Whoever means it types the key. Ends with code 1 otherwise."""
    if not confirmed:
        err.print(warning, highlight=False)
        confirmed = typer.prompt("Écrivez la clé pour confirmer", err=True)
    if confirmed != key:
        err.print("[bold]Rien n’a été changé.[/bold]")
        raise typer.Exit(1)
