"""`tandem heal`: what services lost and the ledger kept, and what is left to do, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.table import Table

from services.cli.reaching import home, said_plainly
from services.healing import Healed

out = Console()
WithoutStream = Annotated[
    bool,
    typer.Option(
        "--without-nats",
        help="NATS ne reviendra pas avec ce qu’il avait : ne plus attendre de le voir.",
    ),
]


def heal(without_nats: WithoutStream = False) -> None:
    """Rendre aux services, octet pour octet, les étapes qu’ils ont perdues et que le registre a.

    Code 1 : il reste quelque chose à faire, qui est dit. Sans danger à répéter, en marche ou non.
    """
    from services import healing
    from services.cli import servers

    with said_plainly(), servers.provisioned(home()) as installation:
        healed = uvloop.run(healing.heal(installation, without_stream=without_nats))
    left = tell(healed, out)
    if without_nats:
        out.print("Les services n’attendent plus NATS pour accepter des commandes.")
    raise typer.Exit(1 if left else 0)


def tell(healed: Mapping[str, Healed], out: Console) -> int:
    """A line a service, then what is left to do; return how many services that concerns."""
    table = Table("Service", "Étapes", "Reprises du registre", "État")
    for service, one in healed.items():
        table.add_row(service, str(one.position), _taken(one), _state(one))
    out.print(table)
    left = [words for service, one in healed.items() for words in _to_do(service, one)]
    for words in left:
        out.print(words, highlight=False, soft_wrap=True)
    if not left:
        out.print("[bold]Il ne manque à aucun service une étape que le registre ait.[/bold]")
        out.print(
            "Si l’un d’eux refuse encore, il reprend en quelques secondes ce que NATS a ; ce qui"
            " n’est nulle\npart, il le dit alors perdu, au registre : `tandem status` le montre.",
            soft_wrap=True, highlight=False,
        )  # fmt: skip
    return len(left)


def _taken(one: Healed) -> str:
    first = one.position - one.taken + 1
    return f"{one.taken} ({first} à {one.position})" if one.taken else "–"


def _state(one: Healed) -> str:
    if one.parted_since is not None:
        return f"[red]un autre chemin depuis {one.parted_since + 1}[/red]"
    return f"[yellow]il en manque {one.lacks}[/yellow]" if one.lacks else "[green]entier[/green]"


def _to_do(service: str, one: Healed) -> Iterator[str]:
    if one.parted_since is not None:
        yield (
            f"[bold]{service} a inscrit après l’étape {one.parted_since} autre chose que ce que le"
            " registre en a.[/bold]\n"
            "  Rien n’a été touché, et il refuse les commandes. Il a été remis à un autre jour,"
            " puis on y a\n  écrit. Gardez une copie de sa base, puis suivez « gone another way »"
            " de deploy/README.md."
        )
    elif one.lacks:
        first, last = one.position + 1, one.heard
        yield (
            f"[bold]{service} : les étapes {first} à {last}, que d’autres ont entendues, ne sont ni"
            " chez lui ni au registre.[/bold]\n"
            "  S’il tourne et que NATS les a, il les reprend seul en quelques secondes : voyez"
            " `tandem status`.\n  S’il refuse encore, redites `tandem heal` : elles sont alors"
            " données pour perdues, au registre."
        )
