"""How the platform is doing, as `tandem status` and `tandem rebuild` show it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx2
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Column, Table

from contracts import ANNOUNCING
from services.chassis.diagnosis import Standing, last_backup, troubles
from services.chassis.embedded import backed_up
from services.cli.reaching import home
from services.cli.running import Platform, Refused
from services.provisioning import SERVICES

OTHERS = ["/ledger/status", "/insights/status", "/insights/rebuilds"]
FIGURES = ("head", "published", "ingested", "lag", "unheard", "quarantine")


def state(tandem: Platform) -> dict[str, Any]:
    """Positions count facts: decided by the service, on its stream, in the ledger, in each view."""
    said = _standing(tandem)
    return {
        "services": {name: _flow(said, name) for name in said.services},
        "read_models": {one["projection"]: one for one in said.views or ()},
        "lost": {name: one["lost"] for name, one in said.services.items() if one and one["lost"]},
        "rebuilds": [one for one in said.rebuilds if one["state"] == "running"],
        "backed_up": said.backed_up.isoformat(timespec="minutes") if said.backed_up else None,
        "troubles": [one._asdict() for one in troubles(said)],
    }


def _standing(tandem: Platform) -> Standing:
    """What every part says of itself."""
    paths = [f"/{name}/status" for name in ANNOUNCING] + OTHERS
    with ThreadPoolExecutor(len(paths) + 1) as asking:  # who is away takes long to say so
        ready = asking.submit(tandem.ready, SERVICES)
        *told, ledger, views, rebuilds = asking.map(partial(_if_there, tandem), paths)
    services = dict(zip(ANNOUNCING, told, strict=True))
    saved = last_backup(backed_up(home()))
    return Standing(services, ledger, views, rebuilds or (), ready=ready.result(), backed_up=saved)


def _if_there(tandem: Platform, path: str) -> Any | None:
    try:
        return tandem.get(path)
    except (Refused, httpx2.HTTPError):
        return None


def _flow(said: Standing, name: str) -> dict[str, Any] | None:
    told, entered = said.services[name], said.entered(name)
    if told is None or entered is None:
        return None
    return {
        "head": told["position"],
        "published": told["published"],
        "ingested": entered,
        "lag": max(0, told["position"] - entered),
        "unheard": sum(said.left(one) or 0 for one in told["listeners"]),
        "quarantine": told["quarantined"],
        "behind": told["behind"],
    }


def show(state: dict[str, Any], out: Console) -> None:
    """First what is wrong and what to do, then how far everything is."""
    for one in state["troubles"]:
        out.print(f"[bold]{one['what']}[/bold]\n  {one['do']}", highlight=False)
    if not state["troubles"]:
        out.print("[bold]Tout va bien.[/bold]")
    services = _table("Service", "Décidé", "Publié", "Au registre", "Retard", "À entendre",
                      "De côté")  # fmt: skip
    for name, one in state["services"].items():
        figures = (one[what] if one else None for what in FIGURES)
        services.add_row(name, *("?" if figure is None else str(figure) for figure in figures))
    models = _table("Vue", "Position", "Retard", "De côté")
    for name, one in state["read_models"].items():
        models.add_row(name, *(str(one[what]) for what in ("position", "lag", "parked")))
    out.print(services, models)
    for name, losses in state["lost"].items():
        for one in losses:
            out.print(
                f"{name} a dit perdues partout, le {one['at'][:10]}, ses étapes {one['first']} à"
                f" {one['last']} : elles sont au registre comme telles.", highlight=False,
            )  # fmt: skip
    for one in state["rebuilds"]:
        out.print(f"Reconstruction de {one['projection']} : {one['position']} sur {one['head']}.")
    out.print(f"Dernière sauvegarde : {state['backed_up'] or 'inconnue'}.")


def _table(first: str, *figures: str) -> Table:
    table = Table(Column(first, no_wrap=True))
    for name in figures:
        table.add_column(name, justify="right")
    return table


def rebuild(tandem: Platform, model: str | None, err: Console) -> None:
    """Begin, and show how far each one is until all are done. Raises Refused."""
    names = [model] if model else [one["projection"] for one in tandem.get("/insights/status")]
    done = TextColumn("{task.completed:,}/{task.total:,}")
    with Progress(TextColumn("{task.description}"), BarColumn(), done, console=err) as bar:
        for name in names:
            task = bar.add_task(name, total=1)
            tandem.post("/insights/rebuilds", {"projection": name})
            while one := _under_way(tandem, name):
                bar.update(task, completed=one["position"], total=max(one["head"], 1))
                time.sleep(0.2)
            bar.update(task, completed=1, total=1)


def _under_way(tandem: Platform, name: str) -> dict[str, Any] | None:
    found = (one for one in tandem.get("/insights/rebuilds") if one["projection"] == name)
    return next((one for one in found if one["state"] == "running"), None)
