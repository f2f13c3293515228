"""Limits the size of a request's body, whatever its Content-Length says.

Starlette's own limit answers in English only.
"""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.http_errors import RequestTooLarge


class BodyLimit:
    """ASGI middleware; raises `RequestTooLarge` in the code that reads past the limit."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self.app, self.max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that raises when it is too long."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        announced = Headers(scope=scope).get("content-length", "0")
        is_too_long = not announced.isdecimal() or int(announced) > self.max_bytes
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            # Raised here and not at once, so that missing credentials are reported first.
            if is_too_long:
                raise RequestTooLarge(self.max_bytes)
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.max_bytes:
                raise RequestTooLarge(self.max_bytes)
            return message

        return await self.app(scope, receive_within_limit, send)
