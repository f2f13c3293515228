"""Tokens: `Authorization: Bearer sem_…`, for programs."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from fastapi import Request

from server.access import Viewer
from server.actions import tokens
from server.settings import Settings
from server.storage.database import Database

_NOTED_EVERY: Final = timedelta(hours=1)
_NOTED_AT_MOST: Final = 10_000


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
    # A writing session for every request would make readers wait for each other because of one
    # timestamp; this process remembers which tokens it has recorded within the hour.
    noted: dict[str, datetime] = request.app.state.noted_tokens
    key = hashlib.sha256(secret.encode()).hexdigest()
    if key in noted and now - noted[key] < _NOTED_EVERY:
        return
    if len(noted) >= _NOTED_AT_MOST:
        noted.clear()
    noted[key] = now
    async with database.write() as session:
        await tokens.note_use(session, secret, now)
        await session.commit()
