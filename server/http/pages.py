"""Pages of long lists, and answers that a client may keep."""

import base64
import binascii
import hashlib
from datetime import datetime
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from starlette.status import HTTP_200_OK, HTTP_304_NOT_MODIFIED

from server.http.accept import JSON
from server.http.http_errors import InvalidParameter


def write_cursor(moment: datetime, row_id: UUID) -> str:
    """Return an opaque word for the place after this row."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {row_id}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Return the row that a cursor is of.

    Raises:
        InvalidParameter: it is none of ours.
    """
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        moment, _, row_id = base64.urlsafe_b64decode(padded).decode().partition(" ")
        place = datetime.fromisoformat(moment), UUID(row_id)
    except (ValueError, binascii.Error):
        place = None
    if place is None or place[0].tzinfo is None:
        raise InvalidParameter(
            "This cursor is none of ours. Take the next page's address from the header Link."
        )
    return place


def answer_unless_known(
    request: Request, content: bytes, headers: dict[str, str] | None = None
) -> Response:
    """Answer with JSON, or with 304 if the client has just this already (`If-None-Match`).

    It may keep the answer, but must ask each time whether it is still true.
    """
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = {part.strip().removeprefix("W/") for part in _if_none_match(request).split(",")}
    all_headers = {
        "ETag": tag,
        "Cache-Control": "private, no-cache",
        "Vary": "Accept, Accept-Language, Authorization, Cookie",
        **(headers or {}),
    }
    if tag in known or "*" in known:
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=all_headers)
    return Response(content, HTTP_200_OK, all_headers, JSON)


def next_link(request: Request, public_url: str, cursor: str) -> dict[str, str]:
    """Return the header with the address of the next page (RFC 8288)."""
    url = request.url.remove_query_params(("before", "before_id"))
    url = url.include_query_params(cursor=cursor)
    return {"Link": f'<{public_url}{url.path}?{url.query}>; rel="next"'}


def _if_none_match(request: Request) -> str:
    return request.headers.get("if-none-match", "")
