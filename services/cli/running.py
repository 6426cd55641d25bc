"""The platform a command talks to: the one that is running, or one started for the while."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import urljoin

import httpx2
from pydantic import SecretStr

from contracts.access import AccessRole
from services.chassis.embedded import keys_in, running
from services.chassis.settings import OPERATOR, Told
from services.chassis.tokens import Identity, Pen, Signed
from services.provisioning import DATABASES

OFFICE = (AccessRole.ADVISOR, AccessRole.OFFICE_LEAD)


class Refused(Exception):
    """The platform said no; the message is its sentence."""

    def __init__(self, answer: httpx2.Response) -> None:
        super().__init__(_sentence(answer))
        self.may_change = answer.status_code in (404, 503)  # what this rests on is on its way
        self.otherwise_before = b"urn:tandem:KeyReused" in answer.content  # asked in other words


class Unreachable(Exception):
    """There is no platform to talk to, or not the one of this folder."""


class NotDone(Exception):
    """What was asked cannot be done; without more words, the class says why."""

    def __str__(self) -> str:
        return super().__str__() or str(self.__doc__)


class Way(NamedTuple):
    """How to reach a platform: its services' addresses, and what signs for its operator."""

    services_at: str
    pen: Pen


class Surroundings(Told):
    """What the environment says of a platform whose services are elsewhere."""

    services_at: str = ""  # where the services answer; else those of this folder do
    secret: SecretStr = SecretStr("")  # the operator's

    @property
    def way(self) -> Way | None:
        key = self.secret.get_secret_value()
        return Way(self.services_at, Pen(OPERATOR, key)) if self.services_at and key else None


class Platform:
    """The platform over HTTP, for one establishment; `pen` signs that it is the operator.

    `at` is a port of this machine, or the pattern of the services' addresses.
    """

    def __init__(
        self, at: int | str, pen: Pen, establishment: str, language: str = "fr",
        *, actor: str = OPERATOR, roles: Sequence[AccessRole] = (AccessRole.OPERATOR,),
    ) -> None:  # fmt: skip
        who = Signed(pen, Identity(establishment, actor, tuple(roles)))
        self._at = at if isinstance(at, str) else here(at)
        said = {"Accept-Language": language}
        # A proxy of the surroundings is not for calls to our own services.
        self._http = httpx2.Client(headers=said, auth=who, timeout=120, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, path: str, *, awaited: str | None = None, **query: str | None) -> Any:
        """What a page says, once it shows the position that is awaited. Raises Refused."""
        asked = {name: value for name, value in query.items() if value is not None}
        headers = {"Tandem-Wait": awaited} if awaited else {}
        return self._read(self._http.get(self._url(path), params=asked, headers=headers)).json()

    def text(self, path: str, **query: str) -> str:
        """What is written for reading, as it was written. Raises Refused."""
        return self._read(self._http.get(self._url(path), params=query)).text

    def stream(self, path: str, **query: str | None) -> Iterator[bytes]:
        """A file, part by part, as it comes. Raises Refused, before the first."""
        asked = {name: value for name, value in query.items() if value is not None}
        with self._http.stream("GET", self._url(path), params=asked) as answer:
            if answer.is_error:
                answer.read()
            yield from self._read(answer).iter_bytes()

    def post(self, path: str, said: object = None, **headers: str) -> httpx2.Response:
        """Ask for something. Raises Refused."""
        return self._read(self._http.post(self._url(path), json=said or {}, headers=headers))

    def ready(self, services: Iterable[str]) -> dict[str, Any]:
        """Each service, `ready` or what it lacks; nothing of those that do not answer."""
        told: dict[str, Any] = {}
        for door in {urljoin(self._at.format(service=one), "/health/ready") for one in services}:
            with suppress(httpx2.HTTPError, ValueError):
                told |= self._http.get(door).json()["services"]
        return told

    def _url(self, path: str) -> str:
        service, _, rest = path.lstrip("/").partition("/")
        return f"{self._at.format(service=service)}/{rest}"

    def _read(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.is_error:
            raise Refused(answer)
        return answer


def _sentence(answer: httpx2.Response) -> str:
    try:
        said = answer.json()
    except ValueError:
        return f"{answer.status_code} {answer.reason_phrase}"
    fields = "".join(
        f"\n  {where}: {error['why']}"  # in the body, the address, a question, or a header
        for error in said.get("errors", [])
        for where in (named for key, named in error.items() if key != "why")
    )
    return f"{said.get('title', said.get('detail'))}{fields}"


def here(port: int) -> str:
    """The addresses of services that share a port of this machine."""
    return f"http://127.0.0.1:{port}/{{service}}"


def pen_of(home: Path) -> Pen:
    """The operator's, whose key is in this folder. Raises Unreachable where there is none."""
    key = keys_in(home / "keys.json").get(OPERATOR)
    if key is None:
        raise Unreachable(f"{home} n’est pas le dossier d’un Tandem : précisez TANDEM_HOME.")
    return Pen(OPERATOR, key)


def is_live(port: int) -> bool:
    """Whether something answers there as Tandem does."""
    try:
        return httpx2.get(f"http://127.0.0.1:{port}/health/live", timeout=5).is_success
    except httpx2.HTTPError:
        return False


@contextmanager
def reached(home: Path, port: int) -> Iterator[Way]:
    """The platform that the environment names, or else this folder's, until the block ends.

    Raises Unreachable where another folder's platform has the port, or this one's has another.
    """
    if elsewhere := Surroundings().way:
        yield elsewhere
        return
    ours, answers = running(home, DATABASES) is not None, is_live(port)
    if ours and not answers:
        raise Unreachable(
            f"Le Tandem de {home} est en marche, mais ne répond pas au port {port} : "
            "précisez TANDEM_PORT, ou attendez qu’il ait démarré."
        )
    if answers and not ours:
        raise Unreachable(
            f"Le port {port} est celui d’un autre Tandem que celui de {home} : "
            "précisez TANDEM_HOME ou TANDEM_PORT."
        )
    with nullcontext() if ours else _started(home, port):
        yield Way(here(port), pen_of(home))


@contextmanager
def _started(home: Path, port: int, within: float = 60.0) -> Iterator[None]:
    environment = os.environ | {"TANDEM_HOME": str(home), "TANDEM_PORT": str(port)}
    command = [sys.executable, "-m", "services.cli.main", "up", "--quiet", "--no-demo"]
    # In a session of its own: Ctrl-C is for this command, which then ends the platform in order.
    child = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + within
        while not is_live(port):
            if child.poll() is not None or time.monotonic() > deadline:
                raise Unreachable("Tandem n’a pas démarré ; voyez ce qu’il a dit plus haut.")
            time.sleep(0.05)
        yield
    finally:
        child.send_signal(signal.SIGINT)
        child.wait(timeout=30)
