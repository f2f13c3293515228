"""The address of the page that a request came from or belongs to: one that GET can open."""

from urllib.parse import urlsplit

from fastapi import Request
from starlette.routing import Match


def page_address(request: Request) -> str:
    """Return an address to open again what the reader of the answer looks at.

    That of a GET itself. After a form: the page it was sent from, if the browser says so; else the
    form's own address or the nearest one above it that is a page. Always local.
    """
    if request.method in ("GET", "HEAD"):
        return _with_query(request.url.path, request.url.query)
    came_from = urlsplit(request.headers.get("referer", ""))
    if came_from.netloc == request.url.netloc and _is_page(request, came_from.path):
        return _with_query(came_from.path, came_from.query)
    return nearest_page(request)


def nearest_page(request: Request) -> str:
    """Return the address of the request, or the nearest one above it, that GET can open."""
    path = request.url.path
    while path and not _is_page(request, path):
        path = path.rpartition("/")[0]
    return _with_query(path, request.url.query) if path == request.url.path else path or "/"


def _with_query(path: str, query: str) -> str:
    return f"{path}?{query}" if query else path


def _is_page(request: Request, path: str) -> bool:
    if not path.startswith("/") or path.startswith(("//", "/api/")) or "\\" in path:
        return False
    scope = {**request.scope, "method": "GET", "path": path}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)
