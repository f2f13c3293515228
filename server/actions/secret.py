"""Secrets: made here, told once, stored as sha-256 only.

They are random and long, so an ordinary fast hash is enough: there is nothing to guess.
"""

import hashlib
import secrets


def make_secret(prefix: str = "") -> str:
    """Make a secret of 256 random bits, fit for URLs, cookies and headers."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Give what is stored of a secret. Takes any text a client may send, valid or not."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
