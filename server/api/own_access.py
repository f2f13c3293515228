"""/api/me/password and /api/me/logins: how the viewer gets in, and where they are signed in."""

from datetime import datetime
from typing import Any, Self

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.status import HTTP_204_NO_CONTENT

from server.actions import passwords, sign_in
from server.api.bodies import RequestBody
from server.auth import is_program, password
from server.auth.cookie import cookie_name
from server.deps import (
    Address,
    CurrentViewer,
    Db,
    Now,
    Passwords,
    Rates,
    ReadSession,
    Settings,
    WriteSession,
)
from server.errors import (
    GuessablePassword,
    TooManySignIns,
    UnknownLogin,
    WeakPassword,
    WrongPassword,
)
from server.http.http_errors import BrowsersOnly
from server.http.openapi import refusal_responses
from server.http.rates import SIGN_OUTS
from server.models import Login

router = APIRouter(prefix="/api/me", tags=["account"])

_LONGEST_FIELD = 1000


def _new_password() -> Any:
    # Described only: the action's refusal is more specific than "out of range".
    extra: dict[str, Any] = {"minLength": passwords.MIN_LENGTH, "maxLength": passwords.MAX_LENGTH}
    return Field(
        max_length=_LONGEST_FIELD,
        description="Long, and hard to guess.",
        examples=["seis violines por la noche"],
        json_schema_extra=extra,
    )


class PasswordIn(RequestBody):
    """A new password."""

    present_password: str = Field(
        "", max_length=_LONGEST_FIELD, description="The one until now; empty if there is none."
    )
    new_password: str = _new_password()


class LoginOut(BaseModel):
    """A browser that is signed in."""

    key: str = Field(description="Its name in addresses.", examples=["0123456789abcdef"])
    device: str = Field(description="Its browser and system; empty if unknown.")
    created_at: datetime
    last_used_at: datetime | None = Field(description="Noted once an hour at most.")
    expires_at: datetime
    is_this: bool = Field(description="Whether it is the one that asks.")

    @classmethod
    def of(cls, login: Login, secret: str | None) -> Self:
        """Describe a login; `secret` is that of the browser that asks, if one does."""
        return cls(
            key=sign_in.key_of(login),
            device=login.device,
            created_at=login.created_at,
            last_used_at=login.last_used_at,
            expires_at=login.expires_at,
            is_this=sign_in.is_login(login, secret),
        )


@router.put(
    "/password",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(
        *(BrowsersOnly, WrongPassword, WeakPassword, GuessablePassword, TooManySignIns)
    ),
)
async def change_password(
    request: Request,
    wanted: PasswordIn,
    viewer: CurrentViewer,
    db: Db,
    rates: Rates,
    pool: Passwords,
    address: Address,
) -> None:
    """Change your password. Every browser is signed out; your tokens stay.

    The first one is set in a browser: a token, which may be stolen, is not enough for that.
    """
    user = viewer.user
    if user.password_hash is None and is_program(request):
        raise BrowsersOnly
    await password.require_present(rates, pool, user, wanted.present_password, address)
    hashed = await password.hash_new(pool, user, wanted.new_password, address)
    async with db.write() as session:
        await passwords.set_password_hash(session, user, hashed)
        await session.commit()


@router.get("/logins")
async def list_logins(
    request: Request, viewer: CurrentViewer, session: ReadSession, settings: Settings, now: Now
) -> list[LoginOut]:
    """List the browsers that are signed in to your account, the newest first; 200 at most."""
    found = await sign_in.list_logins(session, viewer.user.id, now)
    own = request.cookies.get(cookie_name(settings))
    return [LoginOut.of(login, own) for login in found]


@router.delete(
    "/logins/{login_key}",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(UnknownLogin),
)
async def sign_out_one(
    login_key: str, viewer: CurrentViewer, session: WriteSession, rates: Rates
) -> None:
    """Sign one of your browsers out."""
    await rates.hit(SIGN_OUTS, str(viewer.user.id))
    if not await sign_in.close_own_login(session, viewer.user.id, login_key):
        raise UnknownLogin
    await session.commit()


@router.delete("/logins", status_code=HTTP_204_NO_CONTENT)
async def sign_out_everywhere(viewer: CurrentViewer, session: WriteSession, rates: Rates) -> None:
    """Sign every browser out of your account; links to sign in end too, your tokens stay."""
    await rates.hit(SIGN_OUTS, str(viewer.user.id))
    await sign_in.close_every_login(session, viewer.user.id)
    await session.commit()
