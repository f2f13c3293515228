"""Logins: a browser that has signed in holds a random secret in a cookie."""

from datetime import datetime

from fastapi import Request, Response

from server.access import Viewer
from server.actions import sign_in
from server.settings import Settings
from server.storage.database import Database


def cookie_name(settings: Settings) -> str:
    """Return the cookie's name; under https browsers tie the `__Host-` prefix to this very host."""
    return "__Host-semaforo_login" if _is_secure(settings) else "semaforo_login"


def has_login(request: Request, settings: Settings) -> bool:
    """Whether the request carries a login, good or over."""
    return bool(request.cookies.get(cookie_name(settings)))


async def find_viewer(
    request: Request, database: Database, settings: Settings, now: datetime
) -> Viewer | None:
    """Return whose login it is; None without one, or with one that is over."""
    secret = request.cookies.get(cookie_name(settings))
    if not secret:
        return None
    async with database.read() as session:
        return await sign_in.find_login(session, secret, now)


def set_login_cookie(response: Response, settings: Settings, secret: str) -> None:
    """Let the browser keep the login."""
    response.set_cookie(
        cookie_name(settings),
        secret,
        max_age=settings.login_days * 86_400,
        secure=_is_secure(settings),
        httponly=True,
        samesite="lax",
    )


def clear_login_cookie(response: Response, settings: Settings) -> None:
    """Let the browser forget the login; the row is ended by `sign_in.close_login`."""
    name = cookie_name(settings)
    response.delete_cookie(name, secure=_is_secure(settings), httponly=True, samesite="lax")


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https:")
