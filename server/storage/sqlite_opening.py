"""Opening a SQLite file for one connection, so that nothing stays open if nobody waits for it.

aiosqlite opens in a thread. If whoever asked is cancelled meanwhile, it forgets what the thread
opens, and the file stays open until Python collects it, which says "unclosed database" since 3.13.
"""

import sqlite3
import threading
from typing import Any

import aiosqlite


class _Opening:
    """What the driver's thread calls in place of `sqlite3.Connection`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None
        self._is_given_up = False

    def __call__(self, *arguments: Any, **settings: Any) -> sqlite3.Connection:
        """Open, unless nobody waits any longer."""
        opened = sqlite3.Connection(*arguments, **settings)
        with self._lock:
            if not self._is_given_up:
                self._opened = opened
                return opened
        opened.close()
        raise sqlite3.OperationalError("nobody waits for this connection")

    def give_up(self) -> None:
        """Close what is open, and what is about to be opened."""
        with self._lock:
            self._is_given_up = True
        if self._opened:
            self._opened.close()


async def open_sqlite(file: str) -> aiosqlite.Connection:
    """Open one connection; cancelled or not, nothing is left of one that is not returned."""
    opening = _Opening()
    # One thread at a time all the same: the driver's, or ours if the driver's has let go.
    connection = aiosqlite.connect(file, factory=opening, check_same_thread=False)
    connection._thread.daemon = True  # as SQLAlchemy makes it, where it opens by itself
    try:
        return await connection
    except BaseException:
        opening.give_up()
        raise
