"""Tokens: `Authorization: Bearer sem_…`, for programs."""

from datetime import datetime

from fastapi import Request

from server.access import Viewer
from server.actions import tokens
from server.auth.noting import should_note
from server.settings import Settings
from server.storage.database import Database


def is_program(request: Request) -> bool:
    """Whether the request has a token, valid or not."""
    return _credentials(request) is not None


async def find_viewer(
    request: Request, database: Database, settings: Settings, now: datetime
) -> Viewer | None:
    """Return the token's owner; None for a request without a token.

    Raises:
        BadToken, RevokedToken: the token is not valid.
    """
    secret = _credentials(request)
    if secret is None:
        return None
    async with database.read() as session:
        viewer = await tokens.authenticate(session, secret, now)
    await _note_use(request, database, secret, now)
    return viewer


def _credentials(request: Request) -> str | None:
    scheme, _, secret = request.headers.get("authorization", "").strip().partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


async def _note_use(request: Request, database: Database, secret: str, now: datetime) -> None:
    if not should_note(request, secret, now):
        return
    async with database.write() as session:
        await tokens.note_use(session, secret, now)
        await session.commit()
