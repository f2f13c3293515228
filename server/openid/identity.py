"""What the claims of a provider say of a person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from server.errors.openid import EmailNotVerified

Claims = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody whom the provider has authenticated.

    email        Verified by the provider, as it writes it.
    name         Empty if the provider does not say it.
    family_name  None if it does not.
    values       The values of the claim that gives roles.
    """

    email: str
    name: str
    family_name: str | None
    values: frozenset[str]


def identity_of(claims: Claims, roles_claim: str) -> Identity:
    """Read the claims.

    Raises:
        EmailNotVerified: there is no address, or the provider does not vouch for it.
    """
    email = _text(claims, "email")
    if not email or not is_verified(claims.get("email_verified")):
        raise EmailNotVerified
    given, family = _text(claims, "given_name"), _text(claims, "family_name")
    return Identity(
        email=email,
        name=_text(claims, "name") or f"{given} {family}".strip(),
        family_name=family or None,
        values=frozenset(_values(claims, roles_claim)),
    )


def is_verified(claim: object) -> bool:
    """Whether this value of `email_verified` means yes: some providers send it as text."""
    return claim is True or claim == "true"


def find_claim(claims: Claims, name: str) -> object:
    """Return a claim by its name, or by a path such as `realm_access.roles`; None without one."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _values(claims: Claims, name: str) -> Iterator[str]:
    found = find_claim(claims, name) if name else None
    for value in found if isinstance(found, list) else [found]:
        if isinstance(value, str):
            yield value


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
