"""One connection to an HTTP service: bytes of a hostile client to requests, and answers back.

The parsing is h11's. Everything is bounded, by size and by count and not by time: a client that
sends its request byte by byte holds one of few connections, and its check ends at the wall limit.
"""

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass

import h11

from graders.kit.kernel.look import nothing_pending

MAX_HEAD_BYTES = 16 * 1024
MAX_BODY_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has come in whole; header names in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True)
class Reply:
    """What an HTTP service answers: a body, its status, and headers beyond the usual ones."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/octet-stream"


class HttpConnection:
    """The trusted end of one connection.

    `on_request` is called with each request, one at a time: the next one only after `respond`.
    `on_gone` is called once, when the client leaves or is sent away.
    """

    def __init__(
        self,
        sock: socket.socket,
        number: int,
        on_request: "Callable[[HttpConnection, Request], None]",
        on_gone: "Callable[[HttpConnection], None]",
    ) -> None:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = number
        self._socket = sock
        self._on_request, self._on_gone = on_request, on_gone
        self._loop = asyncio.get_running_loop()
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD_BYTES)
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._outbox = bytearray()
        self._is_taking = self._is_gone = self._is_last = False
        self._loop.add_reader(sock, self._on_readable)

    def nothing_pending(self) -> bool:
        """Return whether nothing is under way on it that one end has sent and the other not got."""
        return self._is_gone or (not self._outbox and nothing_pending(self._socket))

    def respond(self, reply: Reply) -> None:
        """Answer the latest request."""
        if self._is_gone:
            return
        try:
            head = _head(reply)
        except h11.LocalProtocolError:  # a header made of what a hostile client sent
            reply = Reply(status=500)
            head = _head(reply)
        method = self._head.method if self._head else b"GET"
        content = b"" if method == b"HEAD" or reply.status in (204, 304) else reply.body
        self._say(head)
        if content:
            self._say(h11.Data(data=content))
        self._say(h11.EndOfMessage())
        self._is_last = self._http.our_state is not h11.DONE
        if not self._is_last and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        self._flush()
        self._take_events()

    def close(self) -> None:
        """Close the connection, whatever is in progress."""
        if not self._is_gone:
            self._is_gone = True
            self._loop.remove_reader(self._socket)
            self._loop.remove_writer(self._socket)
            self._socket.close()
            self._on_gone(self)

    def _say(self, event: h11.Event) -> None:
        self._outbox += self._http.send(event) or b""

    def _on_readable(self) -> None:
        try:
            data = self._socket.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        if self._is_last:  # no further request is read
            return
        try:
            self._http.receive_data(data)
        except h11.RemoteProtocolError:
            self.close()
            return
        self._take_events()

    def _take_events(self) -> None:
        """Take what has come in whole; not within itself, when a request is answered at once."""
        if self._is_taking:
            return
        self._is_taking = True
        try:
            while not (self._is_gone or self._is_last) and self._take_event():
                continue
        except h11.RemoteProtocolError as error:
            self._refuse(error.error_status_hint)
        finally:
            self._is_taking = False

    def _take_event(self) -> bool:
        event = self._http.next_event()
        if event is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                self._say(h11.InformationalResponse(status_code=100, headers=[]))
                self._flush()
            return False
        if event is h11.PAUSED:
            # No client needs to send more than the next request while one is being answered.
            if len(self._http.trailing_data[0]) > MAX_HEAD_BYTES:
                self.close()
            return False
        if isinstance(event, h11.Request):
            self._head, self._body = event, bytearray()
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > MAX_BODY_BYTES:
                self._refuse(413)
        elif isinstance(event, h11.EndOfMessage) and self._head:
            self._on_request(self, _request(self._head, bytes(self._body)))
        elif isinstance(event, h11.ConnectionClosed):
            self.close()
        return True

    def _refuse(self, status: int) -> None:
        """Answer a bad request with its error, and close."""
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._say(h11.Response(status_code=status, headers=[("connection", "close")]))
            self._say(h11.EndOfMessage())
        self._is_last = True
        self._flush()

    def _flush(self) -> None:
        try:
            while self._outbox:
                del self._outbox[: self._socket.send(self._outbox)]
        except BlockingIOError:
            self._loop.add_writer(self._socket, self._flush)
            return
        except OSError:
            self.close()
            return
        self._loop.remove_writer(self._socket)
        if self._is_last:
            self.close()


def _head(reply: Reply) -> h11.Response:
    kind, size = ("content-type", reply.content_type), ("content-length", str(len(reply.body)))
    return h11.Response(status_code=reply.status, headers=[kind, size, *reply.headers])


def _request(head: h11.Request, body: bytes) -> Request:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers]
    return Request(
        head.method.decode("ascii", "replace"),
        head.target.decode("utf-8", "backslashreplace")[:2000],
        tuple(headers),
        body,
    )
