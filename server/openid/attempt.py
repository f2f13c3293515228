"""One browser's way to the provider and back, kept in its cookie.

The cookie is signed, so that nobody can put a `state` of their own into it, and short-lived. It
binds the answer to the browser that asked: another one's answer is refused (login CSRF), and a
stolen code is worth nothing without its verifier.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

# Where the provider sends people back; operators register it there, below the public address.
CALLBACK: Final = "/openid/callback"
LIFETIME: Final = timedelta(minutes=10)
# The cookie must stay below 4 KiB.
_LONGEST_NEXT: Final = 1000


@dataclass(frozen=True, slots=True)
class Attempt:
    """What this server remembers while somebody is at the provider.

    state     Comes back in the address.
    nonce     Comes back in the ID token.
    verifier  Proves to the provider that whoever asked redeems the code (RFC 7636).
    next      Local path to go to afterwards.
    """

    state: str
    nonce: str
    verifier: str
    next: str

    @classmethod
    def begin(cls, next_path: str) -> "Attempt":
        """Begin an attempt, with random values of 256 bits."""
        return cls(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(32),
            next=next_path if len(next_path) <= _LONGEST_NEXT else "/",
        )

    @property
    def challenge(self) -> str:
        """The S256 challenge of the verifier (RFC 7636, section 4.2)."""
        return _encode(hashlib.sha256(self.verifier.encode()).digest())


def seal(attempt: Attempt, client_secret: str, now: datetime) -> str:
    """Return the cookie's value; it holds for `LIFETIME`.

    client_secret  All processes of a server know it, and nobody else does but the provider.
    """
    until = int((now + LIFETIME).timestamp())
    body = _encode(json.dumps(asdict(attempt) | {"until": until}).encode())
    return f"{body}.{_sign(body, client_secret)}"


def unseal(cookie: str, client_secret: str, now: datetime) -> Attempt | None:
    """Return the attempt of a cookie; None if it is not ours or too old."""
    body, _, signature = cookie.partition(".")
    if not hmac.compare_digest(_sign(body, client_secret).encode(), _bytes(signature)):
        return None
    kept: Mapping[str, str | int] = json.loads(base64.urlsafe_b64decode(body + "=="))
    if now.timestamp() >= int(kept["until"]):
        return None
    return Attempt(*(str(kept[name]) for name in ("state", "nonce", "verifier", "next")))


def is_answered_by(attempt: Attempt, state: str) -> bool:
    """Whether an answer with this `state` belongs to the attempt."""
    return hmac.compare_digest(attempt.state.encode(), _bytes(state))


def _sign(body: str, client_secret: str) -> str:
    # A key of its own: what is signed here can never pass for what the provider's protocol signs.
    key = hmac.digest(client_secret.encode(), b"semaforo: attempt to sign in", "sha256")
    return _encode(hmac.digest(key, _bytes(body), "sha256"))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
