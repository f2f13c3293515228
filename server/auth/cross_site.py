"""Cross-site request protection: a cookie is valid only for requests from our own pages.

Browsers send the origin of a request in `Sec-Fetch-Site`, or else in `Origin`, and a page cannot
forge either. Requests with a token are exempt: another site cannot add that header.
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
    """ASGI middleware; refuses requests of other sites that use a browser's login."""

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
        # Neither header: not a current browser. Without a cookie there is nothing to abuse.
        return "cookie" not in request.headers
