"""How people come in: providers of each establishment, messages, how long a session lasts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from services.chassis.processes import DidNotStart
from services.chassis.settings import Settings, Told

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
HERE_ONLY = set(Settings.model_fields["hosts"].default) | LOOPBACK

RESERVED = {"code", "demonstration"}  # doors of our own

type Home = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{2,40}$")]
type Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,29}$")]


class NotInProduction(DidNotStart):
    """Demonstration accounts are for a machine of one's own: set TANDEM_DEMONSTRATION=false."""


class Provider(BaseModel):
    """Where the people of one establishment sign in: an OpenID Connect issuer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    establishment: Home
    key: Key  # in our addresses, and what the directory knows it by: it stays with its issuer
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]  # as people call it
    issuer: str
    client_id: str
    client_secret: SecretStr | None = None
    client_secret_file: Path | None = None

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        """What is said to a provider is said over https, unless it never leaves this machine."""
        parts = urlsplit(self.issuer)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ValueError(f"{self.key}: the issuer must be an https address")
        if self.key in RESERVED:
            raise ValueError(f"{self.key}: this key is taken")
        return self

    @property
    def secret(self) -> str | None:
        if self.client_secret_file:
            return self.client_secret_file.read_text().strip()
        return self.client_secret.get_secret_value() if self.client_secret else None


class LoginSettings(Told):
    """What the portal is told besides, by its environment."""

    env: str = ""  # `production` where people's own accounts are
    address: str = ""  # how people reach us; none: as the request was addressed
    providers: tuple[Provider, ...] = ()
    smtp_url: SecretStr | None = None  # smtp://user:password@host:587, smtps://host
    smtp_from: str = "Tandem <tandem@localhost>"
    session_life: timedelta = Field(default=timedelta(hours=12), gt=timedelta())  # signed in
    staff_idle: timedelta = Field(default=timedelta(minutes=30), gt=timedelta())  # between clicks
    partner_idle: timedelta = Field(default=timedelta(minutes=30), gt=timedelta())  # the same


def refuse_demonstration_in_production(settings: Settings, login: LoginSettings) -> None:
    """Raises NotInProduction."""
    if not settings.demonstration:
        return
    beyond = sorted(set(settings.hosts) - HERE_ONLY - {settings.name})
    if login.env == "production":
        raise NotInProduction(f"TANDEM_ENV is production. {NotInProduction.__doc__}")
    if beyond:
        raise NotInProduction(f"TANDEM_HOSTS names {beyond}. {NotInProduction.__doc__}")
