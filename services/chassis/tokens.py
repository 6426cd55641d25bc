"""Who asks, signed by the service that says so: a token for one service, for one minute.

A JSON Web Token (RFC 7519) under the rules of RFC 8725: one algorithm, Ed25519 (RFC 9864), whatever
its header says; one audience; one issuer to a key; and no longer life than a minute.
"""

from __future__ import annotations

import hmac
import re
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, ClassVar, NamedTuple, Self
from uuid import UUID

import httpx2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from contracts.access import AccessRole
from services.chassis.domain import Refusal
from services.chassis.tracing import onwards

LIFE = 60  # seconds
LEEWAY = 5  # seconds that two clocks may differ
ROOM = 4096  # tokens remembered
ALGORITHM = "Ed25519"
ESTABLISHMENT = re.compile(r"[a-z0-9-]{2,40}")
ACTOR = re.compile(r"[A-Za-z0-9:._-]{1,80}")


class NobodySaid(Refusal):
    """Say who asks: sign in, and try again."""

    french = "Dites qui vous êtes : connectez-vous, puis réessayez."
    passing = True


class NotWhoTheySay(Refusal):
    """Who asks could not be verified, or not any more: sign in again, and try again."""

    french = "Votre identité n’a pu être vérifiée, ou ne l’est plus : reconnectez-vous, réessayez."
    passing = True


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody at one establishment, and the roles they have there."""

    establishment: str
    actor: str  # `staff:<uuid>`, `partner:<uuid>`, `service:intake`, `operator:cli`
    roles: tuple[AccessRole, ...]
    person: UUID | None = None  # who is a partner
    staff: UUID | None = None  # who is staff
    onbehalfof: str | None = None

    def claims(self) -> dict[str, Any]:
        said = {name: value for name, value in asdict(self).items() if value is not None}
        said["sub"] = said.pop("actor")
        return said | {name: str(said[name]) for name in ("person", "staff") if name in said}

    @classmethod
    def told(cls, claims: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError, ValueError where the claims are none of ours."""
        establishment, actor = str(claims["establishment"]), str(claims["sub"])
        behalf = claims.get("onbehalfof")
        if not ESTABLISHMENT.fullmatch(establishment):
            raise ValueError(establishment)
        if not all(ACTOR.fullmatch(one) for one in (actor, *([behalf] if behalf else []))):
            raise ValueError(actor)
        return cls(
            establishment=establishment,
            actor=actor,
            roles=tuple(map(AccessRole, claims["roles"])),
            person=UUID(claims["person"]) if "person" in claims else None,
            staff=UUID(claims["staff"]) if "staff" in claims else None,
            onbehalfof=behalf,
        )


class Verified(NamedTuple):
    """A token that was read: who signed it, for whom, and until when (seconds since 1970)."""

    issuer: str
    identity: Identity
    until: float


class Pen:
    """Signs in the name of one service, with a key that comes of its own secret."""

    def __init__(self, name: str, secret: str) -> None:
        self.name = name
        self.key = OKPKey.import_key(_private_key(secret))
        self._signed: dict[tuple[str, Identity], tuple[str, int]] = {}

    def sign(self, audience: str, identity: Identity) -> str:
        """A token for that service; one that was signed is used again for half its life."""
        now = int(time.time())
        token, issued = self._signed.get((audience, identity), ("", 0))
        if not issued <= now < issued + LIFE / 2:  # nor is one used that a wrong clock dated later
            header, issued = {"alg": ALGORITHM, "kid": self.name}, now
            claims = {"iss": self.name, "aud": audience, "iat": issued, "exp": issued + LIFE}
            said = claims | identity.claims()
            token = jwt.encode(header, said, self.key, algorithms=[ALGORITHM])
            if len(self._signed) >= ROOM:
                self._signed.clear()
            self._signed[audience, identity] = token, issued
        return token

    def headers(self, audience: str, identity: Identity) -> dict[str, str]:
        """How a call to that service says who asks (RFC 6750), and in the course of what."""
        return {"Authorization": f"Bearer {self.sign(audience, identity)}"} | onwards()


class Signed(httpx2.Auth):
    """Says who asks with every call of a client: to one service, or to the one in the address."""

    def __init__(self, pen: Pen, who: Identity, to: str = "") -> None:
        self._pen = pen
        self._who = who
        self._to = to

    def auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response]:
        to = self._to or request.url.path.split("/")[1]
        if "Authorization" not in request.headers:  # else it is another's call
            request.headers.update(self._pen.headers(to, self._who))
        yield request


class Seals:
    """Reads what was signed for one service, by whom it trusts: names, and their public keys."""

    MALFORMED: ClassVar = (JoseError, KeyError, TypeError, ValueError, AttributeError)

    def __init__(self, audience: str, trusted: Mapping[str, str]) -> None:
        self._audience = audience
        self._keys = {name: OKPKey.import_key(_public_key(key)) for name, key in trusted.items()}
        self._known: dict[str, Verified] = {}

    def read(self, token: str) -> Verified:
        """Raises NotWhoTheySay: unknown signer, another audience, too early, too late, unreadable.

        What was verified once is not verified again while it lives.
        """
        known = self._known.get(token) or self._verified(token)
        if known.until < time.time():
            self._known.pop(token, None)
            raise NotWhoTheySay
        if len(self._known) >= ROOM:
            self._known.clear()
        self._known[token] = known
        return known

    def _verified(self, token: str) -> Verified:
        try:
            read = jwt.decode(token, self._key_of, algorithms=[ALGORITHM])
            claims, issuer = read.claims, read.header["kid"]
            issued, expires = int(claims["iat"]), int(claims["exp"])
            if claims["iss"] != issuer or claims["aud"] != self._audience:
                raise NotWhoTheySay
            if issued > time.time() + LEEWAY or expires - issued > LIFE:
                raise NotWhoTheySay
            return Verified(issuer, Identity.told(claims), expires + LEEWAY)
        except self.MALFORMED as error:
            raise NotWhoTheySay from error

    def _key_of(self, asked: Any) -> OKPKey:
        return self._keys[asked.headers()["kid"]]


@cache
def public_key(secret: str) -> str:
    """What others need to verify the tokens signed with this secret: 32 bytes in base64."""
    return b64encode(_private_key(secret).public_key().public_bytes_raw()).decode()


def _private_key(secret: str) -> Ed25519PrivateKey:
    """HMAC as the key derivation (NIST SP 800-108): no other secret is to be kept."""
    seed = hmac.digest(secret.encode(), b"tandem tokens between services, 1", "sha256")
    return Ed25519PrivateKey.from_private_bytes(seed)


def _public_key(words: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(b64decode(words, validate=True))
    except NotBase64 as error:
        raise ValueError("A trusted key is 32 bytes in base64.") from error
