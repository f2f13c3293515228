"""Security headers of every response."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STRICT: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Swagger UI uses an inline script and inline styles. The page shows no user data.
FOR_DOCS: Final = STRICT.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)


class SecurityHeaders:
    """ASGI middleware; adds the headers that a response does not set itself."""

    def __init__(self, app: ASGIApp, *, docs: str) -> None:
        self.app, self.docs = app, docs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        is_static = scope["path"].startswith("/static/")
        policy = FOR_DOCS if scope["path"] == self.docs else STRICT

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", policy)
                headers.setdefault("X-Content-Type-Options", "nosniff")
                # Responses depend on the viewer; only those that say so may be cached.
                if not is_static:
                    headers.setdefault("Cache-Control", "no-store")
                # A sign-in link must not leak in the Referer of the next click. Not "no-referrer":
                # browsers then send `Origin: null` with our own forms, and over plain http only
                # the origin distinguishes them from another site's.
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
            await send(message)

        return await self.app(scope, receive, send_with_headers)
