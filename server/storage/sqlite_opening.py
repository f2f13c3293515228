"""Opening a SQLite connection so that a cancelled caller leaves nothing open, and nobody waiting.

aiosqlite opens the file in a thread. If the caller is cancelled meanwhile, it drops the connection
that the thread opens, and the file stays open until it is garbage-collected, with the warning
"unclosed database" since Python 3.13.
"""

import asyncio
import sqlite3
import threading
from functools import partial
from typing import Any, Final

import aiosqlite

_ROWS_AT_ONCE: Final = 64  # aiosqlite's own default


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


class _Connection(aiosqlite.Connection):
    """A connection that may be closed and stopped at the same time.

    SQLAlchemy closes the connection of a cancelled query, and stops it at once if the query is
    cancelled again meanwhile. The thread ends with the first of the two, and nobody would answer
    the other: `close` would wait for ever, and so would the end of the process.
    """

    _is_stopped = False

    async def close(self) -> None:
        """Close it, unless the thread does so already."""
        if not self._is_stopped:
            await super().close()

    def stop(self) -> asyncio.Future[Any] | None:
        """End the thread; None if it ends already."""
        if self._is_stopped:
            return None
        self._is_stopped = True
        return super().stop()


async def open_sqlite(file: str) -> aiosqlite.Connection:
    """Open one connection; if it is not returned, it is closed."""
    opening = _Opening()
    # Still one thread at a time: the driver's, or ours once the driver has dropped it.
    connect = partial(sqlite3.connect, file, factory=opening, check_same_thread=False)
    connection = _Connection(connect, _ROWS_AT_ONCE)
    connection._thread.daemon = True  # as SQLAlchemy does for connections that it opens
    try:
        return await connection
    except BaseException:
        opening.give_up()
        raise
