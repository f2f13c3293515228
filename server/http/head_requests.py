"""HEAD: what GET would answer, without its body (RFC 9110, section 9.3.2)."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadRequests:
    """ASGI middleware; FastAPI's routes know GET only and would answer HEAD with 405."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the page and drop its body; an answer in pieces is ended at the first."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)
        is_over = False
        # A copy: the server itself asks its own scope whether a body is to follow.
        as_get = {**scope, "method": "GET"}

        async def send_head(message: Message) -> None:
            nonlocal is_over
            if is_over:
                return
            if message["type"] == "http.response.body":
                is_over = True
                if message.get("more_body", False):
                    stream.reschedule(0)  # at once: a live page would go on for hours
                message = {"type": "http.response.body", "body": b"", "more_body": False}
            await send(message)

        try:
            async with asyncio.timeout(None) as stream:
                await self.app(as_get, receive, send_head)
        except TimeoutError:
            if not stream.expired():
                raise
        finally:
            scope.update({"route": as_get["route"]} if "route" in as_get else {})  # for the log
