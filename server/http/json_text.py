"""Refuses JSON bodies with half a character, before anything acts on them.

JSON can write one half of a surrogate pair (RFC 8259, section 8.2). UTF-8 cannot, so no answer can
repeat it, and PostgreSQL stores none in the log.
"""

import json
import re
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.http.http_errors import InvalidParameter

# An escape of a half, or its three bytes: Python's `json` lets both pass.
_SUSPECT: Final = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")


class JsonText:
    """ASGI middleware; raises `InvalidParameter` in the code that reads the end of such a body."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with a body that raises at its end."""
        if scope["type"] != "http" or not _may_be_json(Headers(scope=scope)):
            return await self.app(scope, receive, send)
        body = bytearray()

        async def receive_whole_characters() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            if not message.get("more_body", False) and _has_half_character(bytes(body)):
                raise InvalidParameter(
                    "The body has half a character, a surrogate alone. Send whole characters."
                )
            return message

        return await self.app(scope, receive_whole_characters, send)


def _may_be_json(headers: Headers) -> bool:
    """Whether the framework may parse the body as JSON: it does so, too, if no type is named."""
    kind = headers.get("content-type", "")
    return not kind or "json" in kind.lower()


def _has_half_character(body: bytes) -> bool:
    if not _SUSPECT.search(body):
        return False
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    except (ValueError, RecursionError):
        return False  # no JSON: whoever parses it says so
    return False
