"""A limit for requests that do not say who asks: so many a minute from one address."""

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

# Asked every few seconds by whoever supervises, and the same answer for all who ask at once. To
# count them would wait for Valkey, of which they are to say that it hangs.
_NOT_COUNTED: Final = frozenset({"/health", "/health/live"})


class AnonymousLimit:
    """ASGI middleware; counts requests that carry neither token nor login.

    One that carries a false one is counted where it is found to be false (`deps.find_viewer`).
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
