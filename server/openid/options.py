"""The settings of sign-in with an OpenID Connect provider."""

import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_GRANT: Final = re.compile(r"(.+)=\s*([a-z0-9][a-z0-9-]{0,39}):(student|grader|instructor)")


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a course for whoever has this value in the claim."""

    value: str
    course: str
    role: str


class OpenIDSettings(BaseSettings):
    """Settings of sign-in with an OpenID Connect provider; without an issuer there is none."""

    oidc_issuer: str = Field(
        "",
        description="Issuer URL of an OpenID Connect provider with which people may sign in, "
        "letter for letter as it names itself. Empty: they may not.",
    )
    oidc_client_id: str = Field("", description="Name of this server at the provider.")
    oidc_client_secret: SecretStr = Field(
        SecretStr(""), description="Its secret there; the provider gives it."
    )
    oidc_name: str = Field(
        "",
        max_length=60,
        description="Name of the provider on the button. Empty: the host of the issuer.",
    )
    oidc_scopes: str = Field(
        "openid email profile", description="Scopes that are asked for; `openid` is always one."
    )
    oidc_makes_accounts: bool = Field(
        False,
        description="Make an account for whoever signs in there and has none here. "
        "`0`: they are told to ask their teacher.",
    )
    oidc_roles_claim: str = Field(
        "",
        description="Claim with a person's groups, as `groups` or `realm_access.roles`. "
        "Empty: no role comes from a claim.",
    )
    oidc_roles: str = Field(
        "",
        description="Roles that its values give, each as `value=course:role` and separated by `;`. "
        "Nobody loses a role by it.",
    )
    oidc_administrators: str = Field(
        "",
        description="Value of the claim that makes an administrator of this server. "
        "Empty: no claim does.",
    )

    @property
    def oidc_label(self) -> str:
        """The provider's name for readers; empty without a provider."""
        return self.oidc_name or urlsplit(self.oidc_issuer).netloc

    @property
    def oidc_grants(self) -> tuple[Grant, ...]:
        """What `oidc_roles` says."""
        matches = (_GRANT.fullmatch(part) for part in _parts(self.oidc_roles))
        return tuple(Grant(found[1].strip(), found[2], found[3]) for found in matches if found)

    @model_validator(mode="after")
    def _require_whole_provider(self) -> Self:
        if not self.oidc_issuer:
            return self
        where = urlsplit(self.oidc_issuer)
        is_loopback = where.scheme == "http" and where.hostname in _LOOPBACK
        if not where.hostname or (where.scheme != "https" and not is_loopback):
            raise ValueError("SEMAFORO_OIDC_ISSUER must be an https address")
        if not self.oidc_client_id or not self.oidc_client_secret.get_secret_value():
            raise ValueError(
                "SEMAFORO_OIDC_ISSUER needs SEMAFORO_OIDC_CLIENT_ID and SEMAFORO_OIDC_CLIENT_SECRET"
            )
        return self

    @model_validator(mode="after")
    def _require_readable_roles(self) -> Self:
        for part in _parts(self.oidc_roles):
            if not _GRANT.fullmatch(part):
                raise ValueError(
                    f"SEMAFORO_OIDC_ROLES has {part!r}; write value=course:role, where the role is "
                    "student, grader or instructor"
                )
        if (self.oidc_roles or self.oidc_administrators) and not self.oidc_roles_claim:
            raise ValueError(
                "SEMAFORO_OIDC_ROLES and SEMAFORO_OIDC_ADMINISTRATORS need "
                "SEMAFORO_OIDC_ROLES_CLAIM"
            )
        return self


def _parts(roles: str) -> list[str]:
    return [part.strip() for part in roles.split(";") if part.strip()]
