"""Opening a SQLite connection so that a cancelled caller leaves nothing open.

aiosqlite opens the file in a thread. If the caller is cancelled meanwhile, it drops the connection
that the thread opens, and the file stays open until it is garbage-collected, with the warning
"unclosed database" since Python 3.13.
"""

import sqlite3
import threading
from typing import Any

import aiosqlite


class _Opening:
    """Called by the driver's thread in place of `sqlite3.Connection`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None
        self._is_given_up = False

    def __call__(self, *arguments: Any, **settings: Any) -> sqlite3.Connection:
        """Open the connection, unless the caller has given up."""
        opened = sqlite3.Connection(*arguments, **settings)
        with self._lock:
            if not self._is_given_up:
                self._opened = opened
                return opened
        opened.close()
        raise sqlite3.OperationalError("the caller of this connection was cancelled")

    def give_up(self) -> None:
        """Close the connection, also if it is opened later."""
        with self._lock:
            self._is_given_up = True
        if self._opened:
            self._opened.close()


async def open_sqlite(file: str) -> aiosqlite.Connection:
    """Open one connection; if it is not returned, it is closed."""
    opening = _Opening()
    # Still one thread at a time: the driver's, or ours once the driver has dropped it.
    connection = aiosqlite.connect(file, factory=opening, check_same_thread=False)
    connection._thread.daemon = True  # as SQLAlchemy does for connections that it opens
    try:
        return await connection
    except BaseException:
        opening.give_up()
        raise
