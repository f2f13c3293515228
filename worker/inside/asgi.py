"""Calls the student's ASGI application in its own loop: no port, no server, no client library.

ASGI 3.0, HTTP and lifespan (https://asgi.readthedocs.io). The trusted side sends the requests.
"""

import asyncio
import base64
import contextlib
from typing import Any

App = Any


class Applications:
    """The applications that have received a request; each is started once."""

    def __init__(self) -> None:
        self._lifespans: dict[int, _Lifespan] = {}
        self._disconnected: dict[int, asyncio.Event] = {}

    def expect(self, number: int) -> None:
        """Register a request on arrival: its client may disconnect before it is handled."""
        self._disconnected[number] = asyncio.Event()

    async def respond(self, app: App, frame: dict[str, Any]) -> dict[str, Any]:
        """Handle a registered request; an exception of the application is passed on."""
        try:
            if id(app) not in self._lifespans:
                self._lifespans[id(app)] = _Lifespan(app)
            await self._lifespans[id(app)].started()
            return await _exchange(app, frame, self._disconnected[frame["id"]])
        finally:
            del self._disconnected[frame["id"]]

    def disconnect(self, number: int) -> bool:
        """Disconnect the client of a request before the answer; False if it is no request."""
        if number not in self._disconnected:
            return False
        self._disconnected[number].set()
        return True


async def _exchange(app: App, frame: dict[str, Any], disconnected: asyncio.Event) -> dict[str, Any]:
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
        if message["type"] == "http.response.start":
            answer["status"] = message["status"]
            answer["headers"] = [
                [name.decode("latin-1"), value.decode("latin-1")]
                for name, value in message.get("headers", [])
            ]
        elif message["type"] == "http.response.body":
            answer["body"] += message.get("body", b"")

    await app(_scope(frame), receive, send)
    return answer


def _scope(frame: dict[str, Any]) -> dict[str, Any]:
    path, _, query = frame["path"].partition("?")
    headers = [(b"host", b"semaforo"), *_latin(frame["headers"])]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": frame["method"],
        "scheme": "http",
        "path": path,
        "raw_path": path.encode("utf-8"),
        "query_string": query.encode("utf-8"),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
        "state": {},
    }


def _latin(headers: list[list[str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]


class _Lifespan:
    """An application's lifespan: started before its first request, ended with the process."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._complete = asyncio.get_running_loop().create_future()
        self._messages = [{"type": "lifespan.startup"}]
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def started(self) -> None:
        await asyncio.shield(self._complete)

    async def _run(self) -> None:
        scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
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
