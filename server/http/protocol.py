"""HTTP/1.1 with limits of size, count and time, which uvicorn's own protocol lacks.

Bytes are counted as they arrive, before the parser buffers them: it would buffer a header of any
length, and copy it again with each piece. The answers here are in English only, because browsers
and honest programs never get one.
"""

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from server.http.connections import Connections

# Requests sent before the first is answered; browsers send none.
_MOST_PIPELINED: Final = 16

_ANSWERS: Final = {
    400: "Bad Request",
    408: "Request Timeout",
    431: "Request Header Fields Too Large",
    503: "Service Unavailable",
}


class _Refused(Exception):
    """Raised in parser callbacks to stop parsing."""


class LimitedProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(self, *args: Any, connections: Connections, **options: Any) -> None:
        super().__init__(*args, **options)
        self.host = ""
        self._connections, self._limits = connections, connections.limits
        self._is_counted = False
        self._status = 400  # the answer to a request that cannot be parsed
        self._unframed = 0  # bytes of this request outside its body
        self._head_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Admit the connection and wait for a head, or answer 503."""
        super().connection_made(transport)
        self.host = self.client[0] if self.client else ""
        self._is_counted = self._connections.admit(self)
        if self._is_counted:
            self._start_deadline(self._limits.head_seconds)
        else:
            self._refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release the connection."""
        self._cancel_deadline()
        self.resume_writing()
        if self._is_counted:
            self._connections.leave(self)
        super().connection_lost(exc)

    def abort(self) -> None:
        """Close at once, without an answer."""
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Process received bytes within the limits."""
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._start_deadline(self._limits.head_seconds)
        self._unframed += len(data)
        super().data_received(data)
        if self._unframed > self._limits.head_bytes and not self.transport.is_closing():
            self._refuse(431)

    def send_400_response(self, msg: str) -> None:
        """Answer a request that cannot be parsed or exceeds a limit."""
        self._refuse(self._status)

    def on_message_begin(self) -> None:
        """Expect a head."""
        self._head_bytes = 0
        self._start_deadline(self._limits.head_seconds)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request line."""
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, also one that comes after the body."""
        self._count_head(len(name) + len(value))
        if len(self.headers) >= self._limits.headers:
            self._stop_parsing(431)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Expect the body and start the request."""
        if len(self.pipeline) >= _MOST_PIPELINED:
            self._stop_parsing(400)
        self._start_deadline(self._limits.body_seconds)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body; the middleware limits its size where it is read."""
        self._unframed -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Stop the deadline: the application works on the request."""
        self._unframed = 0
        self._cancel_deadline()
        self._connections.note_busy(self)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Wait for the next request, as long as uvicorn allows."""
        super().on_response_complete()
        if not self.transport.is_closing() and not self.pipeline:
            self._connections.note_waiting(self)

    def pause_writing(self) -> None:
        """Start the time limit of a client that does not read."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(self._limits.stalled_seconds, self.abort)

    def resume_writing(self) -> None:
        """Stop that time limit: the client reads again."""
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
        super().resume_writing()

    def _start_deadline(self, seconds: float) -> None:
        self._cancel_deadline()
        self._deadline = self.loop.call_later(seconds, self._on_deadline)
        self._connections.note_waiting(self)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_deadline(self) -> None:
        if not self.transport.is_closing():
            self._refuse(408)

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._limits.head_bytes:
            self._stop_parsing(431)

    def _stop_parsing(self, status: int) -> None:
        self._status = status
        raise _Refused

    def _refuse(self, status: int) -> None:
        """Answer, unless an answer has begun, and close."""
        has_begun = self.cycle is not None and self.cycle.response_started
        if not has_begun or self.cycle.response_complete:
            words = _ANSWERS[status]
            head = f"HTTP/1.1 {status} {words}\r\nConnection: close\r\n"
            head += "Retry-After: 10\r\n" if status == 503 else ""
            kind = f"Content-Type: text/plain\r\nContent-Length: {len(words)}\r\n\r\n"
            self.transport.write((head + kind + words).encode("ascii"))
        self.transport.close()
