"""Rate limit for requests without credentials, by address."""

from typing import Final

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from server.auth.bearer import is_program
from server.auth.cookie import has_login
from server.auth.refusing import Refuse
from server.errors import TooManyRequests
from server.http.addresses import address_of
from server.http.rates import Rates, anonymous_rate
from server.settings import Settings

# Supervisors request these every few seconds, and concurrent requests share one answer. Counting
# would wait for Valkey, and these must report that Valkey hangs.
_NOT_COUNTED: Final = frozenset({"/health", "/health/live"})


class AnonymousLimit:
    """ASGI middleware; counts requests that have neither token nor login.

    Requests with invalid credentials are counted in `deps.find_viewer`.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings, refuse: Refuse) -> None:
        self.app, self.settings, self.refuse = app, settings, refuse
        self.rate = anonymous_rate(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 429."""
        if scope["type"] == "http" and scope["path"] not in _NOT_COUNTED:
            request = Request(scope)
            if not is_program(request) and not has_login(request, self.settings):
                rates: Rates = request.app.state.rates
                try:
                    await rates.hit(self.rate, address_of(request))
                except TooManyRequests as refusal:
                    response = await self.refuse(request, refusal)
                    return await response(scope, receive, send)
        return await self.app(scope, receive, send)
