"""One log line per request, with the route's pattern and never the URL, which may hold a secret."""

import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.health.metrics import ServerMetrics

_log = structlog.get_logger("semaforo.requests")


class RequestLog:
    """ASGI middleware; logs and counts method, route, status and time."""

    def __init__(self, app: ASGIApp, metrics: ServerMetrics) -> None:
        self.app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and record its answer."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began, status = time.perf_counter(), 0

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                took = time.perf_counter() - began
                self._metrics.count_begun(scope["method"], _route_of(scope), status, took)
            await send(message)

        try:
            return await self.app(scope, receive, send_and_note)
        finally:
            route = _route_of(scope)
            if status:
                self._metrics.count_ended(route)
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            _log.info(
                "request", method=scope["method"], route=route, status=status, ms=milliseconds
            )


def _route_of(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "no route")
