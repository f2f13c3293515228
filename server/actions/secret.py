"""Random secrets: shown once, and stored only as SHA-256.

They have 256 random bits, so a fast hash is enough: they cannot be guessed.
"""

import hashlib
import secrets


def make_secret(prefix: str = "") -> str:
    """Make a secret of 256 random bits that is safe in URLs, cookies and headers."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return the hash to store. Accepts any text that a client may send, valid or not."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
