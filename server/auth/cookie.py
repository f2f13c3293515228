"""Logins: a signed-in browser has a random secret in a cookie."""

from datetime import datetime

from fastapi import Request, Response

from server.access import Viewer
from server.actions import sign_in
from server.auth.noting import should_note
from server.settings import Settings
from server.storage.database import Database


def cookie_name(settings: Settings) -> str:
    """Return the cookie's name; over https the `__Host-` prefix binds it to this host."""
    return "__Host-semaforo_login" if is_secure(settings) else "semaforo_login"


def has_login(request: Request, settings: Settings) -> bool:
    """Whether the request has a login cookie, valid or not."""
    return bool(request.cookies.get(cookie_name(settings)))


async def find_viewer(
    request: Request, database: Database, settings: Settings, now: datetime
) -> Viewer | None:
    """Return the viewer of the login; None without a login, or with an expired one."""
    secret = request.cookies.get(cookie_name(settings))
    if not secret:
        return None
    async with database.read() as session:
        viewer = await sign_in.find_viewer(session, secret, now)
    if viewer is not None and should_note(request, secret, now):
        async with database.write() as session:
            await sign_in.note_use(session, secret, now)
            await session.commit()
    return viewer


def set_login_cookie(response: Response, settings: Settings, secret: str) -> None:
    """Set the login cookie."""
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=settings.login_days * 86_400,
        secure=is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def clear_login_cookie(response: Response, settings: Settings) -> None:
    """Delete the login cookie; `sign_in.close_login` deletes the row."""
    name = cookie_name(settings)
    response.delete_cookie(name, secure=is_secure(settings), httponly=True, samesite="lax")


def is_secure(settings: Settings) -> bool:
    """Whether people reach this server over https."""
    return settings.public_url.startswith("https:")
