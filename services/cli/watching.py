"""How the platform is doing, as `tandem status` and `tandem rebuild` show it."""

from __future__ import annotations

import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from contracts import ANNOUNCING
from services.cli.running import Platform

FIGURES = ("head", "published", "ingested", "lag", "quarantine")


def state(tandem: Platform) -> dict[str, dict[str, Any]]:
    """Positions count facts: decided by the service, on its stream, in the ledger, in each view."""
    ingested = tandem.get("/ledger/status")
    services = {}
    for name in ANNOUNCING:
        told, entered = tandem.get(f"/{name}/status"), ingested[name]["place"]
        services[name] = {
            "head": told["position"],
            "published": told["published"],
            "ingested": entered,
            "lag": told["position"] - entered,
            "quarantine": told["quarantined"],
            "behind": told["behind"],
        }
    models = {one["projection"]: one for one in tandem.get("/insights/status")}
    return {"services": services, "read_models": models}


def show(state: dict[str, dict[str, Any]], out: Console) -> None:
    services = Table("Service", "Décidé", "Publié", "Au registre", "Retard", "En quarantaine")
    for name, one in state["services"].items():
        services.add_row(name, *(str(one[what]) for what in FIGURES))
    models = Table("Vue", "Position", "Retard", "Mis de côté")
    for name, one in state["read_models"].items():
        models.add_row(name, *(str(one[what]) for what in ("position", "lag", "parked")))
    out.print(services, models)


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
