"""When the use of a token or a login is recorded: once an hour by each process.

A writing session for every request would make readers wait for each other because of one timestamp.
"""

from datetime import datetime, timedelta
from typing import Final

from fastapi import Request

from server.actions.secret import hash_secret

_EVERY: Final = timedelta(hours=1)
_AT_MOST: Final = 10_000


def should_note(request: Request, secret: str, now: datetime) -> bool:
    """Whether to record this use; then it counts as recorded."""
    noted: dict[str, datetime] = request.app.state.noted_tokens
    key = hash_secret(secret)
    if key in noted and now - noted[key] < _EVERY:
        return False
    if len(noted) >= _AT_MOST:
        noted.clear()
    noted[key] = now
    return True
