"""The provider: what it says of itself, its keys, and what a code is worth."""

import asyncio
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpx2
import structlog
from joserfc.jwk import KeySet
from pydantic import BaseModel, ValidationError

from server.errors.openid import ProviderUnavailable, SignInNotCompleted
from server.openid import id_token
from server.openid.attempt import Attempt
from server.openid.identity import Claims, Identity, find_claim, identity_of
from server.openid.options import OpenIDSettings
from server.openid.outbound import SECONDS, Outbound, away

# How long what the provider says of itself, and its keys, are used.
KEPT_SECONDS: Final = 3600.0
# After a failure nobody waits for the provider for this long.
_AWAY_SECONDS: Final = 5.0
_BASIC, _POST = "client_secret_basic", "client_secret_post"

_log = structlog.get_logger("semaforo.openid")


class Metadata(BaseModel):
    """What a provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: list[str] = [_BASIC]


class Provider:
    """The configured provider, for one process.

    callback   The address to which it sends people back.
    monotonic  The clock by which what it said grows old.
    """

    def __init__(
        self,
        settings: OpenIDSettings,
        callback: str,
        *,
        seconds: float = SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._callback, self._monotonic = settings, callback, monotonic
        self._secret = settings.oidc_client_secret.get_secret_value()
        self._outbound = Outbound(seconds)
        self._lock = asyncio.Lock()  # many may ask at once; one request answers them
        self._metadata: Metadata | None = None
        self._keys: KeySet | None = None
        self._metadata_until = self._keys_until = self._away_until = 0.0

    async def close(self) -> None:
        """Close the connections to the provider."""
        await self._outbound.close()

    async def address_for(self, attempt: Attempt) -> str:
        """Return the provider's address at which an attempt begins.

        Raises:
            ProviderUnavailable
        """
        metadata = await self._describe()
        scopes = self._settings.oidc_scopes.split()
        asked = {
            "response_type": "code",
            "client_id": self._settings.oidc_client_id,
            "redirect_uri": self._callback,
            "scope": " ".join(dict.fromkeys(["openid", *scopes])),
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        return str(httpx2.URL(metadata.authorization_endpoint).copy_merge_params(asked))

    async def identify(self, code: str, attempt: Attempt, now: datetime) -> Identity:
        """Return who the provider says came back with this code.

        Raises:
            ProviderUnavailable, SignInNotCompleted, EmailNotVerified
        """
        metadata = await self._describe()
        tokens = await self._redeem(metadata, code, attempt)
        claims = await self._check(metadata, tokens.get("id_token"), attempt, now)
        claims = await self._complete(metadata, claims, tokens.get("access_token"))
        return identity_of(claims, self._settings.oidc_roles_claim)

    async def _describe(self) -> Metadata:
        async with self._lock:
            if self._metadata is None or self._monotonic() >= self._metadata_until:
                self._require_back()
                try:
                    self._metadata = await self._discover()
                except ProviderUnavailable:
                    self._away_until = self._monotonic() + _AWAY_SECONDS
                    raise
                self._metadata_until = self._monotonic() + KEPT_SECONDS
            return self._metadata

    def _require_back(self) -> None:
        if self._monotonic() < self._away_until:
            raise ProviderUnavailable

    async def _discover(self) -> Metadata:
        issuer = self._settings.oidc_issuer
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        answer = await self._outbound.get(url)
        try:
            found = Metadata.model_validate(answer.values)
        except ValidationError as error:
            raise away("bad metadata", url=url, error=str(error)) from error
        if found.issuer != issuer:
            raise away("another issuer", configured=issuer, found=found.issuer)
        for address in (found.authorization_endpoint, found.token_endpoint, found.jwks_uri):
            self._require_safe(address)
        if found.userinfo_endpoint:
            self._require_safe(found.userinfo_endpoint)
        return found

    def _require_safe(self, address: str) -> None:
        """Secrets go to these addresses: as safely as to the issuer, so over https."""
        if urlsplit(address).scheme not in ("https", urlsplit(self._settings.oidc_issuer).scheme):
            raise away("not https", url=address)

    async def _redeem(self, metadata: Metadata, code: str, attempt: Attempt) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._callback,
            "code_verifier": attempt.verifier,
        }
        client_id, headers = self._settings.oidc_client_id, {}
        known = metadata.token_endpoint_auth_methods_supported
        if _BASIC in known or _POST not in known:
            # Both are encoded as in a form before (RFC 6749, section 2.3.1).
            pair = f"{quote(client_id, safe='')}:{quote(self._secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": client_id, "client_secret": self._secret}
        answer = await self._outbound.post(metadata.token_endpoint, form, headers)
        if answer.status == httpx2.codes.OK:
            return answer.values
        error = answer.values.get("error")
        if error == "invalid_grant":  # the code is wrong, old, or has been redeemed
            _log.info("sign-in code refused by the provider")
            raise SignInNotCompleted
        raise away("code not redeemed", status=answer.status, error=error)

    async def _check(
        self, metadata: Metadata, token: object, attempt: Attempt, now: datetime
    ) -> Claims:
        expected: dict[str, Any] = {
            "issuer": metadata.issuer,
            "client_id": self._settings.oidc_client_id,
            "nonce": attempt.nonce,
            "now": now,
        }
        keys = await self._list_keys(metadata)
        try:
            return id_token.check(token, keys, **expected)
        except id_token.UnknownKey:
            # The provider may have new keys. Asked once: it may also have made a mistake.
            keys = await self._list_keys(metadata, other_than=keys)
        try:
            return id_token.check(token, keys, **expected)
        except id_token.UnknownKey as error:
            raise away("ID token signed with an unknown key") from error

    async def _list_keys(self, metadata: Metadata, other_than: KeySet | None = None) -> KeySet:
        async with self._lock:
            is_old = self._monotonic() >= self._keys_until
            if self._keys is None or is_old or self._keys is other_than:
                answer = await self._outbound.get(metadata.jwks_uri)
                self._keys = id_token.read_keys(answer.values.get("keys"))
                self._keys_until = self._monotonic() + KEPT_SECONDS
            return self._keys

    async def _complete(self, metadata: Metadata, claims: Claims, access_token: object) -> Claims:
        """Add what only the userinfo endpoint says; the ID token counts more."""
        wanted = self._settings.oidc_roles_claim
        has_email = "email" in claims and "email_verified" in claims
        has_roles = not wanted or find_claim(claims, wanted) is not None
        is_possible = metadata.userinfo_endpoint and isinstance(access_token, str)
        if (has_email and has_roles) or not is_possible:
            return claims
        answer = await self._outbound.get(str(metadata.userinfo_endpoint), token=str(access_token))
        if answer.values.get("sub") != claims["sub"]:
            raise away("userinfo of somebody else")
        if not has_email:
            # Both from one place: else one address would be vouched for by what is said of another.
            claims = {key: claims[key] for key in claims if key not in ("email", "email_verified")}
        return {**answer.values, **claims}
