"""`tandem`: the platform from a terminal."""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from services.cli import backing_up, demonstrating, healing, replaying, restoring, watching
from services.cli.establishments import establishments
from services.cli.hr import hr
from services.cli.proving import commands as proving
from services.cli.reaching import home, platform, port, said_plainly
from services.cli.running import reached

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(establishments, name="establishment")
app.add_typer(hr, name="hr")
for command in (replaying.replay, proving.verify, proving.bundle, proving.facts,
                backing_up.backup, restoring.restore, healing.heal):  # fmt: skip
    app.command()(command)
out, err = Console(), Console(stderr=True)

# Typer reads plain aliases only.
Key = Annotated[
    str, typer.Option("--establishment", "-e", help="La clé de l’établissement (ex. institut).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Pour un programme plutôt que l’œil.")]
Language = Annotated[str, typer.Option("--lang", help="fr ou en.")]


@app.command()
def up(
    demo: Annotated[bool, typer.Option(help="Charger la démonstration au premier départ.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", help="Ne rien dire.")] = False,
) -> None:
    """Démarrer Tandem ici : serveurs, services et portail, jusqu’à Ctrl-C."""
    gc.disable()  # nothing that is built now is garbage; it is enabled again to serve
    from services import together  # all the services: only who starts them waits for them

    loading = demonstrating.first_time(home(), port()) if demo else None
    if not quiet:
        err.print(f"Tandem démarre : http://127.0.0.1:{port()} (Ctrl-C pour arrêter)")
    with said_plainly():
        together.up(home(), port(), loading)


@app.command()
def serve(
    service: Annotated[str, typer.Argument()],
    host: Annotated[str, typer.Option(envvar="TANDEM_HOST")] = "127.0.0.1",
) -> None:
    """Démarrer un seul service, avec les serveurs que nomme son environnement."""
    gc.disable()
    from services import serving

    with said_plainly():
        serving.serve_alone(service, host, port())


@app.command()
def provision(
    trusted: Annotated[bool, typer.Option(help="Dire TANDEM_TRUSTED, les clés publiques.")] = False,
) -> None:
    """Préparer les serveurs : rôles, schémas, migrations, flux. Sans danger à répéter."""
    from services.cli import servers

    with said_plainly(), servers.whole(home()) as installation:
        keys = json.dumps(installation.trusted)
    if trusted:
        print(keys)  # noqa: T201 - bytes for a program
    else:
        out.print("Les serveurs sont prêts.")


@app.command()
def keys(
    folder: Annotated[Path, typer.Argument(help="Où les garder, à l’abri des autres.")],
    also: Annotated[list[str] | None, typer.Option(help="Un mot de passe de plus.")] = None,
) -> None:
    """Faire ce qui manque de clés : une par service, et ce que NATS et les autres en savent."""
    from services.chassis.keys import hand_out
    from services.provisioning import DECIDING, SERVICES

    hand_out(folder, SERVICES, DECIDING, also or ())
    out.print(f"Les clés sont dans {folder}.", highlight=False, soft_wrap=True)


@app.command()
def demo() -> None:
    """Charger l’histoire de démonstration. La répéter n’ajoute rien."""
    with said_plainly(), reached(home(), port()) as way:
        demonstrating.tell(way, err)
    out.print("La démonstration est chargée.")


@app.command()
def rebuild(
    model: Annotated[str | None, typer.Argument(help="Une vue ; toutes, par défaut.")] = None,
) -> None:
    """Refaire les vues à partir du registre, pendant que l’on continue de lire les anciennes."""
    with platform("operator") as tandem:
        watching.rebuild(tandem, model, err)
    out.print("Les vues sont à jour.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Où en est chaque service et chaque vue. Code 1 si quelque chose demande qu’on s’en occupe."""
    with platform("operator") as tandem:
        state = watching.state(tandem)
    if as_json:
        print(json.dumps(state, ensure_ascii=False, indent=1))  # noqa: T201
    else:
        watching.show(state, out)
    if state["troubles"]:
        raise typer.Exit(1)


@app.command()
def assessment(establishment: Key, as_json: AsJson = False) -> None:
    """Donner les faits de l’évaluation des facteurs relatifs à la vie privée, lus dans le code."""
    with platform(establishment) as tandem:
        print(tandem.text("/vault/assessment", form="json" if as_json else "md"), end="")  # noqa: T201


@app.command("import")
def import_register(
    files: Annotated[list[Path] | None, typer.Argument(help="Classeurs ou fichiers CSV.")] = None,
    establishment: Annotated[str, typer.Option("--establishment", "-e", help="Sa clé.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Essayer, sans rien changer.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Tout, ou rien.")] = False,
    as_json: AsJson = False,
    mapping: Annotated[Path | None, typer.Option(help="Vos en-têtes et valeurs (TOML).")] = None,
    template: Annotated[Path | None, typer.Option(help="Écrire là le classeur à remplir.")] = None,
    propose_mapping: Annotated[bool, typer.Option("--propose-mapping", help="L’ébaucher.")] = False,
    output: Annotated[Path | None, typer.Option(help="Où écrire la proposition.")] = None,
) -> None:
    """Reprendre le registre du bureau. Code 0 : tout est repris ; 2 : des lignes refusées."""
    from services.cli import importing  # all that reads and writes workbooks

    said = importing.Said(out, err, as_json)
    with said_plainly():
        if template:
            return importing.give_template(template)
        if not files:
            raise typer.BadParameter("Donnez au moins un fichier.")
        if propose_mapping:
            raise typer.Exit(importing.propose(files, output, said))
    if not establishment:
        raise typer.BadParameter("Donnez --establishment.")
    with platform(establishment) as tandem:
        code = importing.bring_in(
            tandem, files, establishment, said, dry_run=dry_run, strict=strict, mapping=mapping
        )
    raise typer.Exit(code)


@app.command("export")
def export_register(
    establishment: Key,
    workbook: Annotated[Path | None, typer.Option(help="Le classeur à écrire (.xlsx).")] = None,
    csv: Annotated[Path | None, typer.Option(help="Le dossier où écrire des fichiers CSV.")] = None,
    as_json: AsJson = False,
    lang: Language = "fr",
) -> None:
    """Rendre le registre au bureau : les feuilles de l’import, avec tout ce que Tandem sait."""
    from services.cli import exporting

    if not (workbook or csv):
        raise typer.BadParameter("Donnez --workbook ou --csv.")
    with platform(establishment, lang) as tandem:
        sheets = exporting.give_back(tandem, establishment, workbook, csv, lang)
    exporting.tell(sheets, out, as_json)


def main() -> None:
    """The entry point: as a script, and as a module."""
    sys.exit(app())


if __name__ == "__main__":
    main()
