"""Protection against other sites: a browser's cookie counts only for requests of our own pages.

Browsers say with `Sec-Fetch-Site`, or else with `Origin`, where a request comes from, and a page
cannot forge either. A request with a token is exempt: no other site can add that header.
"""

from typing import Final
from urllib.parse import urlsplit

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from server.auth.bearer import is_program
from server.auth.refusing import Refuse
from server.http.http_errors import CrossSite

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CrossSiteProtection:
    """ASGI middleware; refuses what another site asks in the name of a signed-in browser."""

    def __init__(self, app: ASGIApp, *, public_url: str, refuse: Refuse) -> None:
        self.app, self.public_url, self.refuse = app, public_url, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403."""
        if scope["type"] == "http":
            request = Request(scope)
            if request.method not in SAFE_METHODS and not self._is_ours(request):
                response = await self.refuse(request, CrossSite())
                return await response(scope, receive, send)
        return await self.app(scope, receive, send)

    def _is_ours(self, request: Request) -> bool:
        if is_program(request):
            return True
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is not None:
            return site in ("same-origin", "none")
        if origin is not None:
            host = request.headers.get("host", "")
            return origin == self.public_url or (host != "" and urlsplit(origin).netloc == host)
        # Neither header: no browser of the last years. Without a cookie there is nothing to abuse.
        return "cookie" not in request.headers
