"""What is wrong with a platform, and what its operator does about it, in plain French."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

MANY = 1_000  # facts; fewer are gone before somebody has read the sentence
AGAIN = 2  # tries after which a listener is worth a word
OLD = timedelta(hours=26)  # a night's backup, and two hours to make it
LONG = 300  # seconds; PostgreSQL tries again to put a piece of its log aside after one minute
HELD = 256 * 1024**2  # bytes
CATCHING_UP = "saw_another"  # of a witness: it said how far it is, and is shown the rest
SERVERS = {"database": "sa base de données", "nats": "NATS, qui porte les étapes"}


class Trouble(NamedTuple):
    """What is wrong, and what to do."""

    what: str
    do: str


@dataclass(frozen=True)
class Standing:
    """What every part said of itself; None where it did not answer.

    `names` are how people call services and read models.
    """

    services: Mapping[str, Mapping[str, Any] | None]
    ledger: Mapping[str, Mapping[str, Any]] | None
    views: Sequence[Mapping[str, Any]] | None
    rebuilds: Sequence[Mapping[str, Any]] = ()
    receivers: Sequence[Mapping[str, Any]] = ()
    ready: Mapping[str, Any] = field(default_factory=dict)
    backed_up: datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    witnesses: Sequence[Mapping[str, Any]] = ()

    def named(self, part: str) -> str:
        return self.names.get(part, part)

    def entered(self, service: str) -> int | None:
        """How many facts of a service the ledger has."""
        return ((self.ledger or {}).get(service) or {}).get("place")

    def left(self, listener: Mapping[str, Any]) -> int | None:
        """How many facts of its source a listener has still to hear."""
        source = self.services.get(listener["source"])
        return max(0, source["position"] - listener["position"]) if source else None


def troubles(said: Standing, now: datetime | None = None) -> list[Trouble]:
    """The gravest first; none if all is well."""
    each = [(name, one) for name, one in said.services.items() if one]
    return [
        *_away(said),
        *(trouble for name, one in each for trouble in _of(said, name, one)),
        *_at_the_ledger(said),
        *_logs(said),
        *_views(said),
        *_rebuilds(said),
        *_receivers(said.receivers),
        *_witnesses(said.witnesses),
        *_backup(said.backed_up, now or datetime.now(UTC)),
    ]


def last_backup(folder: Path | None) -> datetime | None:
    """Since when all of it is saved; None where nothing says so.

    The folder has a file for each thing that is backed up, touched whenever its backup is complete.
    """
    try:
        times = [one.stat().st_mtime for one in folder.iterdir()] if folder else []
    except OSError:
        times = []
    return datetime.fromtimestamp(min(times), UTC) if times else None


def _away(said: Standing) -> Iterator[Trouble]:
    answers = {**said.services, "ledger": said.ledger, "insights": said.views}
    for name, answer in answers.items():
        if answer is None:
            yield Trouble(
                f"{said.named(name)} ne répond pas.",
                "Lisez son journal, puis redémarrez-le. Ce qu’on lui demande est refusé d’ici là ;"
                " rien de ce qui est inscrit n’est perdu.",
            )
    for server, called in SERVERS.items():
        if cut := [said.named(name) for name in said.ready if server in _lacking(said, name)]:
            those = cut[0] if len(cut) == 1 else f"{len(cut)} services ({', '.join(cut)})"
            whole = len(cut) == len(said.ready) > 1
            yield Trouble(
                f"Aucun service n’atteint {called}."
                if whole
                else f"{those} n’attei{'nt' if len(cut) == 1 else 'gnent'} pas {called}.",
                "Vérifiez que ce serveur tourne et que son disque n’est pas plein."
                " Tout reprend seul à son retour.",
            )


def _lacking(said: Standing, name: str) -> Mapping[str, Any]:
    lacks = said.ready.get(name)
    return lacks if isinstance(lacks, Mapping) else {}


def _of(said: Standing, name: str, told: Mapping[str, Any]) -> Iterator[Trouble]:
    if told["behind"]:
        yield Trouble(
            f"{said.named(name)} a moins d’étapes que les autres n’en ont entendu, et refuse tout.",
            "Sa base vient sans doute d’une sauvegarde ou d’une relève. Il les reprend seul de"
            " NATS ; si cela dure plus d’une minute, faites `tandem heal`, qui les reprend du"
            " registre et dit ce qui manque encore.",
        )
    if told.get("unsure"):
        yield Trouble(
            f"{said.named(name)} ne sait pas s’il a tout ce que d’autres ont entendu, et refuse"
            " tout.",
            "Sa base n’est plus celle qu’il a laissée, et NATS, qui le dirait, est absent. Remettez"
            " NATS en marche : il se vérifie seul. Si ce que NATS avait est perdu pour de bon,"
            " faites `tandem heal --without-nats`.",
        )
    left = told["position"] - (told["published"] or 0)
    if left > MANY and "nats" not in _lacking(said, name):
        yield Trouble(
            f"{left} étapes de {said.named(name)} ne sont pas parties.",
            "Vérifiez NATS et l’espace de son disque. Elles partiront, dans l’ordre.",
        )
    for one in told.get("listeners", ()):
        if one["tries"] >= AGAIN:
            yield Trouble(
                f"{said.named(name)} n’arrive pas à tenir compte d’une étape de"
                f" {said.named(one['source'])} ({one['tries']} essais).",
                "Si une base ou NATS manque, cela reprend seul. Sinon, le journal de ce service"
                " dit pourquoi ; après le dernier essai, l’étape est mise de côté.",
            )
    if told["quarantined"]:
        yield Trouble(
            f"{said.named(name)} a mis de côté ce dont il n’a pas pu tenir compte"
            f" ({told['quarantined']}).",
            "Lisez-en la raison à la page « État », corrigez-en la cause, puis réessayez là.",
        )


def _at_the_ledger(said: Standing) -> Iterator[Trouble]:
    for name, at in (said.ledger or {}).items():
        if at.get("parted"):
            yield Trouble(
                f"Le registre n’a pas les mêmes étapes que {said.named(name)}, et n’en inscrit"
                " plus.",
                "La base de ce service, ou celle du registre, a été remise à un autre jour, puis on"
                " y a écrit. Faites `tandem heal`, qui dit depuis quelle étape.",
            )
    for name, told in said.services.items():
        entered = said.entered(name)
        left = told["position"] - entered if told and entered is not None else 0
        if left > MANY:
            yield Trouble(
                f"{left} étapes de {said.named(name)} ne sont pas au registre.",
                "Regardez si le nombre diminue. Sinon, lisez le journal du registre : il dit"
                " quelle cause il attend, et de qui.",
            )


def _logs(said: Standing) -> Iterator[Trouble]:
    """Of each server once, by the services on it."""
    told = {name: one["wal"] for name, one in said.services.items() if one and one.get("wal")}
    if stuck := [said.named(name) for name, wal in told.items() if wal["stuck"] > LONG]:
        minutes = int(max(wal["stuck"] for wal in told.values()) // 60)
        yield Trouble(
            f"Le journal de PostgreSQL ne part plus vers les sauvegardes depuis {minutes} minutes"
            f" ({', '.join(stuck)}).",
            "Vérifiez que le dossier des sauvegardes est là, qu’on peut y écrire et qu’il a de la"
            " place. D’ici là rien de neuf n’est sauvegardé, et le disque se remplit.",
        )
    idle = [name for name, wal in told.items() if wal["slots"] and wal["held"] > HELD]
    if idle:
        held = max(told[name]["held"] for name in idle) // 1024**2
        yield Trouble(
            f"PostgreSQL garde {held} Mo de journal pour une copie qui ne vient pas le chercher"
            f" ({', '.join(map(said.named, idle))}).",
            "Remettez en marche ce qui le reçoit (la sauvegarde en continu, un serveur de relève),"
            " ou retirez son emplacement : select pg_drop_replication_slot('…').",
        )


def _views(said: Standing) -> Iterator[Trouble]:
    for one in said.views or ():
        name = said.named(one["projection"])
        if one["stopped"]:
            yield Trouble(
                f"La vue « {name} » attend une version plus récente de Tandem.",
                "Installez partout la même version : elle reprend là où elle s’est arrêtée.",
            )
        elif one["lag"] > MANY:
            yield Trouble(
                f"La vue « {name} » a {one['lag']} étapes à lire.",
                "Regardez si le nombre diminue. Sinon, lisez le journal du service des vues.",
            )
        if one["parked"]:
            yield Trouble(
                f"La vue « {name} » ne montre pas tout en entier ({one['parked']}).",
                "Réessayez à la page « État » ; si cela échoue encore, refaites la vue après la"
                " prochaine mise à jour.",
            )


def _rebuilds(said: Standing) -> Iterator[Trouble]:
    for one in said.rebuilds:
        if one["state"] == "failed":
            yield Trouble(
                f"Refaire la vue « {said.named(one['projection'])} » a échoué.",
                "L’ancienne sert toujours. Lisez le journal du service des vues, puis recommencez.",
            )


def _receivers(receivers: Iterable[Mapping[str, Any]]) -> Iterator[Trouble]:
    for one in receivers:
        if one["unreachable"]:
            yield Trouble(
                f"{one['name']} ne répond plus à nos envois ({one['waiting']} en attente).",
                "Joignez qui s’en occupe, puis reprenez les envois à la page Livraisons.",
            )


def _witnesses(witnesses: Iterable[Mapping[str, Any]]) -> Iterator[Trouble]:
    for one in witnesses:
        if one["trouble"] and one["trouble"] != CATCHING_UP and not one["ended"]:
            yield Trouble(
                f"Un témoin du registre ({one['to'] or one['kind']}) n’a pas reçu le dernier point"
                " de contrôle.",
                "La page Preuves dit pourquoi. On réessaie de moins en moins souvent, jusqu’à une"
                " fois l’heure ; le premier envoi qui passe prouve aussi ce qui l’a précédé.",
            )


def _backup(at: datetime | None, now: datetime) -> Iterator[Trouble]:
    if at and now - at > OLD:
        hours = int((now - at).total_seconds() // 3600)
        yield Trouble(
            f"La dernière sauvegarde a {hours} heures.",
            "Relancez-la, et lisez pourquoi celle de la nuit a manqué.",
        )
