"""Calls the student's ASGI application in its own loop: no port, no server, no client library.

ASGI 3.0, HTTP and lifespan (https://asgi.readthedocs.io). The trusted side sends the requests.
"""

import asyncio
import base64
import contextlib
from typing import Any
from urllib.parse import unquote

App = Any
# In place of a client library: called with each message that the application sends.
SendsTo = Any


class Applications:
    """The applications that have received a request; each is started once."""

    def __init__(self) -> None:
        self._lifespans: dict[int, _Lifespan] = {}
        self._disconnected: dict[int, asyncio.Event] = {}
        self._cut_off: set[int] = set()

    def expect(self, frame: dict[str, Any]) -> None:
        """Register a request on arrival: it may be cancelled before it is handled."""
        self._disconnected[frame["id"]] = asyncio.Event()
        if frame.get("cut_off"):
            self._cut_off.add(frame["id"])

    async def respond(
        self, app: App, frame: dict[str, Any], sends_to: SendsTo = None
    ) -> dict[str, Any]:
        """Handle a registered request; an exception of the application is passed on."""
        try:
            if id(app) not in self._lifespans:
                self._lifespans[id(app)] = _Lifespan(app)
            lifespan = self._lifespans[id(app)]
            await lifespan.started()
            scope = make_scope(frame, lifespan.state)
            return await _exchange(app, scope, frame, self._disconnected[frame["id"]], sends_to)
        finally:
            del self._disconnected[frame["id"]]
            self._cut_off.discard(frame["id"])

    def disconnect(self, number: int) -> bool:
        """Disconnect the client of a request before the answer.

        False if it is no request, or one that is cut off: as a server does that is stopped.
        """
        if number not in self._disconnected or number in self._cut_off:
            return False
        self._disconnected[number].set()
        return True


async def _exchange(
    app: App,
    scope: dict[str, Any],
    frame: dict[str, Any],
    disconnected: asyncio.Event,
    sends_to: SendsTo,
) -> dict[str, Any]:
    answer: dict[str, Any] = {"status": None, "headers": [], "body": b""}
    bodies = [base64.b64decode(frame["body"])]

    async def receive() -> dict[str, Any]:
        if bodies:
            return {"type": "http.request", "body": bodies.pop(), "more_body": False}
        await disconnected.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if disconnected.is_set():
            raise OSError("the client has disconnected")
        if sends_to is not None:
            await sends_to(message)
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
            answer["headers"] = [
                [name.decode("latin-1"), value.decode("latin-1")]
                for name, value in message.get("headers", [])
            ]
        elif message["type"] == "http.response.body":
            answer["body"] += message.get("body", b"")

    await app(scope, receive, send)
    return answer


def make_scope(frame: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    """Return the scope of a request as a server makes it; `state` is what the lifespan gave."""
    raw_path, _, query = frame["path"].partition("?")
    headers = [(b"host", b"semaforo"), *_latin(frame["headers"])]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": frame["method"],
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode("utf-8"),
        "query_string": query.encode("utf-8"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
        "state": state.copy(),
    }


def _latin(headers: list[list[str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


class _Lifespan:
    """An application's lifespan: started before its first request, ended with the process.

    state  What the application keeps in it while it starts; each request gets a copy.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self.state: dict[str, Any] = {}
        self._complete = asyncio.get_running_loop().create_future()
        self._messages = [{"type": "lifespan.startup"}]
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def started(self) -> None:
        await asyncio.shield(self._complete)

    async def _run(self) -> None:
        asgi = {"version": "3.0", "spec_version": "2.0"}
        scope = {"type": "lifespan", "asgi": asgi, "state": self.state}
        with contextlib.suppress(Exception):  # ASGI: an application without lifespan raises
            await self._app(scope, self._receive, self._send)
        self._complete_start(None)

    async def _receive(self) -> dict[str, Any]:
        if self._messages:
            return self._messages.pop()
        await asyncio.get_running_loop().create_future()
        raise AssertionError("nothing resolves this future")

    async def _send(self, message: dict[str, Any]) -> None:
        failed = message["type"] == "lifespan.startup.failed"
        self._complete_start(RuntimeError(message.get("message", "")) if failed else None)

    def _complete_start(self, error: Exception | None) -> None:
        if not self._complete.done():
            if error:
                self._complete.set_exception(error)
            else:
                self._complete.set_result(None)
