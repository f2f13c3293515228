"""ID tokens: signed by the provider, for this server, now, and for this attempt.

OpenID Connect Core 1.0, section 3.1.3.7.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, JWKRegistry, Key, KeySet, OKPKey, RSAKey
from joserfc.jwt import JWTClaimsRegistry

from server.errors.openid import SignInNotCompleted
from server.openid.identity import Claims
from server.openid.outbound import away

# Signatures by a key that only the provider has. Never `none`, and no HMAC: with it, the public key
# or our own secret would be enough to sign.
ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "EdDSA", "Ed25519"),
)
_LEEWAY_SECONDS: Final = 60
_PUBLIC: Final = (RSAKey, ECKey, OKPKey)


class UnknownKey(Exception):
    """The token names a key that is not among these: the provider may have changed its keys."""


def read_keys(listed: object) -> KeySet:
    """Read the provider's keys, leaving out those that sign nothing or that are not understood."""
    return KeySet(list(_signing_keys(listed if isinstance(listed, list) else [])))


def _signing_keys(listed: Iterable[Any]) -> Iterable[Key]:
    for data in listed:
        if isinstance(data, dict) and data.get("use", "sig") == "sig":
            with suppress(JoseError, ValueError, TypeError, KeyError):
                key = JWKRegistry.import_key(data)
                if isinstance(key, _PUBLIC):
                    yield key


def check(
    token: object, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> Claims:
    """Return the claims of an ID token.

    Raises:
        UnknownKey: none of the keys has the name that the token gives.
        SignInNotCompleted: it is another attempt's.
        ProviderUnavailable: it is unsigned, from another issuer, for another client, or too old.
    """
    if not isinstance(token, str):
        raise away("no ID token")
    rules = JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY_SECONDS,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        claims = jwt.decode(token, keys, ALGORITHMS).claims
        rules.validate(claims)
    except InvalidKeyIdError as error:
        raise UnknownKey from error
    except (JoseError, ValueError, RecursionError) as error:
        raise away("bad ID token", error=str(error)) from error
    _require_authorized_party(claims, client_id)
    if claims.get("nonce") != nonce:
        raise SignInNotCompleted
    return claims


def _require_authorized_party(claims: Mapping[str, Any], client_id: str) -> None:
    """Of several audiences, the token says for which it was made."""
    is_for_several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if (is_for_several or "azp" in claims) and claims.get("azp") != client_id:
        raise away("ID token for another client", azp=claims.get("azp"))
