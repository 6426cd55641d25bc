"""Signing in at an establishment's own provider: OpenID Connect, code flow, PKCE, nonce."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import httpx2
from authlib.common.security import generate_token  # type: ignore[import-untyped]
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import AsyncOAuth2Client  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from services.portal.settings import Provider

SCOPE = "openid profile email"
# Of keys in pairs alone: with any other, who may verify could also sign.
ALGORITHMS = [
    *(f"{kind}{bits}" for kind in ("RS", "PS") for bits in (256, 384, 512)),
    "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
]  # fmt: skip
FRESH = 3600.0  # seconds that what a provider says of itself is believed
PATIENCE = 5.0
LEEWAY = 60  # seconds that two clocks may differ


class ProviderAway(Exception):
    """A provider does not answer, or not as OpenID Connect has it; the message says why."""


class NotBelieved(Exception):
    """What came back is not what we asked for; the message says which check failed, no value."""


@dataclass(frozen=True)
class Attempt:
    """What we must remember of somebody sent to a provider, until they come back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Claims:
    """Whom a provider says this is."""

    subject: str
    name: str | None
    email: str | None


class Issuer:
    """One provider: what it says of itself is fetched once an hour, and when its keys change."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._told: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._until = 0.0

    async def begin(self, back: str) -> tuple[str, Attempt]:
        """Where to send the browser, and what to remember of it. Raises ProviderAway."""
        told = await self._metadata()
        attempt = Attempt(*(generate_token(48) for _ in range(3)))
        async with self._client(back) as client:
            url, _ = client.create_authorization_url(
                told["authorization_endpoint"], attempt.state,
                code_verifier=attempt.verifier, nonce=attempt.nonce, ui_locales="fr-CA fr",
            )  # fmt: skip
        return str(url), attempt

    async def end(self, back: str, said: Mapping[str, str], attempt: Attempt) -> Claims:
        """Who came back (OpenID Connect Core 3.1.3). Raises ProviderAway, NotBelieved."""
        told = await self._metadata()
        self._require_this_issuer(said, told)
        token = await self._redeem(back, told, said, attempt)
        try:
            believed = await self._read(str(token["id_token"]))
            params = {"nonce": attempt.nonce, "client_id": self.provider.client_id,
                      "access_token": token.get("access_token")}  # fmt: skip
            claims = CodeIDToken(believed.claims, believed.header, self._expected, params)
            claims.validate(leeway=LEEWAY)
        except (JoseError, KeyError, ValueError) as error:
            raise NotBelieved(f"{type(error).__name__}: {getattr(error, 'claim', '')}") from error
        unsure = claims.get("email_verified") is False
        email = None if unsure else claims.get("email")
        return Claims(str(claims["sub"]), claims.get("name"), email)

    async def way_out(self, back: str) -> str | None:
        """Where the session there is ended (RP-Initiated Logout 1.0), if it can be.

        It may ask whether to: an `id_token_hint` would put a name into an address.
        """
        try:
            where = (await self._metadata()).get("end_session_endpoint")
        except ProviderAway:
            return None
        said = {"client_id": self.provider.client_id, "post_logout_redirect_uri": back}
        return str(httpx2.URL(where).copy_merge_params(said)) if where else None

    @property
    def _expected(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
        }

    def _require_this_issuer(self, said: Mapping[str, str], told: Mapping[str, Any]) -> None:
        """RFC 9207: an answer that names another issuer was meant for somebody else."""
        must = told.get("authorization_response_iss_parameter_supported")
        if said.get("iss", None if must else self.provider.issuer) != self.provider.issuer:
            raise NotBelieved("iss")

    async def _redeem(
        self, back: str, told: Mapping[str, Any], said: Mapping[str, str], attempt: Attempt
    ) -> Mapping[str, Any]:
        if "code" not in said:
            raise NotBelieved("code")
        try:
            async with self._client(back) as client:
                return cast(
                    "Mapping[str, Any]",
                    await client.fetch_token(
                        told["token_endpoint"], code=said["code"], code_verifier=attempt.verifier
                    ),
                )
        except OAuthError as error:
            raise NotBelieved(f"token: {error.error}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from error

    async def _read(self, token: str) -> jwt.Token:
        """Verified with the provider's keys, which are asked for again where none fits."""
        keys = self._keys or await self._fetch_keys()
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            return jwt.decode(token, await self._fetch_keys(), algorithms=ALGORITHMS)

    async def _fetch_keys(self) -> KeySet:
        told = await self._metadata()
        try:
            self._keys = KeySet.import_key_set(await self._fetch(told["jwks_uri"]))
        except (JoseError, KeyError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from error
        return self._keys

    async def _metadata(self) -> dict[str, Any]:
        """OpenID Connect Discovery 1.0; whoever says to be another issuer is not believed."""
        if time.monotonic() > self._until:
            well_known = "/.well-known/openid-configuration"
            told = await self._fetch(self.provider.issuer.rstrip("/") + well_known)
            if told.get("issuer") != self.provider.issuer:
                raise ProviderAway("it says to be another issuer")
            self._told, self._keys, self._until = told, None, time.monotonic() + FRESH
        return self._told

    async def _fetch(self, url: str) -> Any:
        try:
            async with httpx2.AsyncClient(timeout=PATIENCE) as client:
                return (await client.get(url)).raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from error

    def _client(self, back: str) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self.provider.client_id, self.provider.secret, redirect_uri=back, scope=SCOPE,
            code_challenge_method="S256", timeout=PATIENCE,
            token_endpoint_auth_method="client_secret_basic" if self.provider.secret else "none",
        )  # fmt: skip
