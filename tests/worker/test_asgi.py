"""The driver of ASGI applications inside the sandbox gives them what uvicorn gives them."""

import asyncio
import base64
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
import uvicorn

from worker.inside.asgi import Applications

# Of the connection, or of the server's extensions.
OF_THE_SERVER = {"client", "server", "headers"}
PATHS = ["/", "/caf%C3%A9/x%2Fy", "/a?q=1&q=a%20b&vac%C3%ADo=", "/a%3Fb?c", "/con%20espacio/"]
Ask = Callable[[str, str, dict[str, str], bytes], Awaitable[Any]]


class Recorder:
    """An application that keeps what it is called with, and counts in its lifespan's state."""

    def __init__(self) -> None:
        self.scopes: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.pool = object()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            self.lifespan = {**scope, "state": type(scope["state"])}
            assert (await receive())["type"] == "lifespan.startup"
            scope["state"] |= {"pool": self.pool, "asked": []}
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        self.scopes.append({**scope, "state": dict(scope["state"])})
        scope["state"]["only here"] = True
        scope["state"]["asked"].append(scope["path"])
        self.bodies.append((await receive())["body"])
        await send({"type": "http.response.start", "status": 201, "headers": [(b"x", b"y")]})
        await send({"type": "http.response.body", "body": b"hola"})


async def by_uvicorn(app: Recorder, use: Callable[[Ask], Awaitable[None]]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on", ws="none"))
        async with asyncio.TaskGroup() as tasks, httpx2.AsyncClient() as client:
            tasks.create_task(server.serve([listener]))
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"

            async def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
                answer = await client.request(method, url + path, headers=headers, content=body)
                return answer.status_code, answer.headers["x"], answer.content

            try:
                await use(ask)
            finally:
                server.should_exit = True


async def by_the_agent(app: Recorder, use: Callable[[Ask], Awaitable[None]]) -> None:
    applications, number = Applications(), 0

    async def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> Any:
        nonlocal number
        number += 1
        frame = {"id": number, "method": method, "path": path, "headers": list(headers.items())}
        frame |= {"body": base64.b64encode(body).decode()}
        applications.expect(frame)
        answer = await applications.respond(app, frame)
        return answer["status"], dict(answer["headers"])["x"], answer["body"]

    await use(ask)


@pytest.mark.parametrize("driver", [by_uvicorn, by_the_agent])
async def test_each_request_gets_a_copy_of_what_the_lifespan_keeps(driver: Any) -> None:
    app = Recorder()

    async def use(ask: Ask) -> None:
        for path in ("/a", "/b"):
            assert await ask("GET", path, {}, b"") == (201, "y", b"hola")

    await driver(app, use)

    first, second = (scope["state"] for scope in app.scopes)
    assert first["pool"] is second["pool"] is app.pool
    assert first["asked"] is second["asked"]
    assert second == {"pool": app.pool, "asked": ["/a", "/b"]}


async def test_scopes_are_those_of_a_server() -> None:
    ours, theirs = Recorder(), Recorder()

    async def use(ask: Ask) -> None:
        for path in PATHS:
            await ask("GET", path, {"X-Uno": "a B"}, b"")
        await ask("POST", "/a", {"content-type": "application/json"}, b'{"a": 1}')

    await by_the_agent(ours, use)
    await by_uvicorn(theirs, use)

    assert [_alike(scope) for scope in ours.scopes] == [_alike(scope) for scope in theirs.scopes]
    assert ours.bodies == theirs.bodies
    assert ours.lifespan["type"] == theirs.lifespan["type"]
    assert ours.lifespan["state"] is theirs.lifespan["state"] is dict
    for mine, server in zip(ours.scopes, theirs.scopes, strict=True):
        assert [type(word) for word in mine["client"]] == [type(word) for word in server["client"]]
        assert [type(word) for word in mine["server"]] == [type(word) for word in server["server"]]
        assert set(mine["headers"]) - {(b"host", b"semaforo")} <= set(server["headers"])
        assert b"host" in dict(mine["headers"])


def _alike(scope: dict[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in scope.items() if key not in OF_THE_SERVER}
    return {**known, "asgi": scope["asgi"]["version"], "state": sorted(scope["state"])}
