"""How a system of HR proves that a webhook is its own; each source has chosen one of these ways."""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook, WebhookVerificationError

from services.chassis.domain import Refusal

WINDOW = timedelta(minutes=5)  # by which a message may be older, or its clock ahead
LONGEST_ID = 200
type Headers = Mapping[str, str]  # in small letters
type Verify = Callable[[Headers, bytes, str, datetime], str]


class NotVerified(Refusal):
    """This webhook could not be verified: check its secret, its signature and its clock."""

    french = "Ce webhook n’a pu être vérifié : voyez son secret, sa signature et son horloge."


REFUSED = (NotVerified, WebhookVerificationError, EmptyWebhookSecretError, ValueError)


class Verifier(StrEnum):
    """The ways, by the names of those who use them."""

    STANDARD = "standardwebhooks"
    FRAPPE = "frappe"
    BAMBOOHR = "bamboohr"
    TOKEN = "token"

    @property
    def remembered(self) -> timedelta:
        """For how long a message counts once: an id for as long as it may be sent again.

        Without one, the same words may come again in earnest, once what they undo was said.
        """
        return timedelta(days=7) if self is Verifier.STANDARD else timedelta(hours=1)


def verified(
    way: Verifier, headers: Headers, body: bytes, secrets: Sequence[str], now: datetime
) -> str:
    """What the message is known by, so that it counts once.

    One of the secrets has to fit: while one is changed there are two. Raises NotVerified.
    """
    for secret in secrets:
        try:
            return WAYS[way](headers, body, secret, now)
        except REFUSED:
            continue
    raise NotVerified


def _standard(headers: Headers, body: bytes, secret: str, now: datetime) -> str:
    """Standard Webhooks 1.0: the reference library looks at the signature, we at the clock."""
    _require_recent(headers.get("webhook-timestamp", ""), now)
    Webhook(secret).verify(body, dict(headers), json_parse=False)
    known_by = headers["webhook-id"]
    if len(known_by) > LONGEST_ID:
        raise NotVerified
    return known_by


def _frappe(headers: Headers, body: bytes, secret: str, _: datetime) -> str:
    """Base64 of HMAC-SHA256 over the raw body; it has neither a clock nor an id."""
    made = b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
    _require_same(made, headers.get("x-frappe-webhook-signature", ""))
    return sha256(body).hexdigest()


def _bamboohr(headers: Headers, body: bytes, secret: str, now: datetime) -> str:
    """HMAC-SHA256 in hexadecimal over the raw body and then the timestamp."""
    timestamp = headers.get("x-bamboohr-timestamp", "")
    _require_recent(timestamp, now)
    made = hmac.digest(secret.encode(), body + timestamp.encode(), "sha256").hex()
    _require_same(made, headers.get("x-bamboohr-signature", "").lower())
    return sha256(timestamp.encode() + b"\n" + body).hexdigest()


def _token(headers: Headers, body: bytes, secret: str, _: datetime) -> str:
    """A secret of both (RFC 6750): it proves who sends, and nothing of what is sent."""
    scheme, token = f"{headers.get('authorization', '')} ".split(" ", 1)
    if scheme.lower() != "bearer":
        raise NotVerified
    _require_same(secret, token.strip())
    return sha256(body).hexdigest()


def _require_same(made: str, said: str) -> None:
    if not hmac.compare_digest(made.encode(), said.encode()):
        raise NotVerified


def _require_recent(timestamp: str, now: datetime) -> None:
    """Seconds since 1970, or thousandths of them."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 13):
        raise NotVerified
    seconds = int(timestamp) / (1000 if len(timestamp) == 13 else 1)
    if abs(now.timestamp() - seconds) > WINDOW.total_seconds():
        raise NotVerified


WAYS: dict[Verifier, Verify] = {
    Verifier.STANDARD: _standard,
    Verifier.FRAPPE: _frappe,
    Verifier.BAMBOOHR: _bamboohr,
    Verifier.TOKEN: _token,
}
