"""Limits on connections: in all, per address, and which one is closed when the limit is reached.

A connection that waits for its client (idle, or with an incomplete head or body) costs one
descriptor, so an attacker can hold thousands. At the limit the one that has waited longest is
closed for the new one: an honest client's request is complete in a moment, so connections held open
on purpose are the oldest.
"""

import resource
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final, Protocol

import structlog
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from server.http.addresses import network_of

_WANTED_DESCRIPTORS: Final = 65_536
# For the database, the queue, files, and connections that arrive while others are closed.
_RESERVED_DESCRIPTORS: Final = 200
_WARN_EVERY_SECONDS: Final = 60.0

_log = structlog.get_logger("semaforo.connections")


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What one client may use before it is authenticated.

    head_bytes       Request line and headers together; also the framing of a chunked body.
    headers          Number of headers.
    head_seconds     From the connection, or a request's first byte, to the end of its head.
    body_seconds     From there to the end of the body, which has at most a megabyte.
    stalled_seconds  How long a client may leave the answer unread.
    each             Connections from one address, unless it is a trusted proxy's.
    all              Connections of this process.
    """

    head_bytes: int = 65_536
    headers: int = 100
    head_seconds: float = 10.0
    body_seconds: float = 60.0
    stalled_seconds: float = 60.0
    each: int = 1000
    all: int = 10_000


class Connection(Protocol):
    """A counted connection."""

    host: str

    def abort(self) -> None:
        """Close at once."""


class Connections:
    """Every connection of a process."""

    def __init__(self, limits: ConnectionLimits, trusted_proxies: str) -> None:
        self.limits = limits
        self._proxies = ProxyHeadersMiddleware(_no_app, trusted_proxies).trusted_hosts
        self._open: Counter[str] = Counter()
        # Connections that wait for their client, by address, the longest waiting first.
        self._waiting: dict[str, dict[Connection, None]] = {}
        self._next_warning_at = 0.0

    def admit(self, connection: Connection) -> bool:
        """Admit a new connection, closing another if necessary; False if there is no room."""
        address = network_of(connection.host)
        is_proxy = connection.host in self._proxies
        if not is_proxy and self._open[address] >= self.limits.each:
            self._warn("too many connections from one address", address=address)
            if not self._close_longest_waiting(address):
                return False
        if self._open.total() >= self.limits.all:
            self._warn("too many connections", open=self._open.total())
            crowd = max(self._waiting, key=lambda where: self._open[where], default="")
            if not self._close_longest_waiting(crowd):
                return False
        self._open[address] += 1
        return True

    def leave(self, connection: Connection) -> None:
        """Remove an admitted connection."""
        self.note_busy(connection)
        address = network_of(connection.host)
        self._open[address] -= 1
        if not self._open[address]:
            del self._open[address]

    def note_waiting(self, connection: Connection) -> None:
        """Record that the connection waits for its client; repeated calls keep its position."""
        self._waiting.setdefault(network_of(connection.host), {}).setdefault(connection, None)

    def note_busy(self, connection: Connection) -> None:
        """Record that the request is complete and the application works on it."""
        address = network_of(connection.host)
        waiting = self._waiting.get(address, {})
        waiting.pop(connection, None)
        if not waiting:
            self._waiting.pop(address, None)

    def _close_longest_waiting(self, address: str) -> bool:
        longest = next(iter(self._waiting.get(address, {})), None)
        if longest is None:
            return False
        self.note_busy(longest)  # so that it is not chosen again before it has closed
        longest.abort()
        return True

    def _warn(self, what: str, **facts: object) -> None:
        if time.monotonic() >= self._next_warning_at:
            self._next_warning_at = time.monotonic() + _WARN_EVERY_SECONDS
            _log.warning(what, **facts)


def raise_descriptor_limit() -> int:
    """Raise the descriptor limit as far as allowed; returns how many connections that permits."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _WANTED_DESCRIPTORS if hard == resource.RLIM_INFINITY else hard
    limit = max(soft, min(wanted, _WANTED_DESCRIPTORS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    return max(16, limit - _RESERVED_DESCRIPTORS)


async def _no_app(*_: object) -> None:
    """Stand in for the application: only the middleware's list of proxies is used."""
