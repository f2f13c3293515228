"""Answers to refused requests: a problem document (RFC 9457) or text, or a page for people."""

import asyncio
from contextlib import suppress
from typing import Final
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from server import deps
from server.errors import DomainError, NotFound, NotSignedIn, TooManyRequests
from server.http.accept import JSON, PLAIN_TEXT, preferred_type
from server.http.headers import STRICT
from server.http.http_errors import (
    Broken,
    DatabaseAway,
    InvalidParameter,
    MalformedForm,
    MethodNotAllowed,
    UnknownAddress,
)
from server.http.openapi import PROBLEM_JSON
from server.http.page_address import nearest_page
from server.i18n import gettext_for
from server.pages.errors import error_page
from server.pages.kept_code import ask_to_sign_in, is_hand_in
from server.storage.outage import DatabaseOutage
from server.templating import current_address, local_path

# How long an error page waits for the database to say who reads it.
_VIEWER_SECONDS: Final = 1.0

_log = structlog.get_logger("semaforo.refusals")


def is_api(request: Request) -> bool:
    """Whether the address belongs to the API."""
    return request.url.path.startswith("/api/") or request.url.path == "/api"


async def answer(
    request: Request, refusal: DomainError, headers: dict[str, str] | None = None
) -> Response:
    """Answer with a refusal: JSON or text for the API, else a page, in the reader's language."""
    if not is_api(request):
        await _note_viewer(request, refusal)
    language = deps.language_of(request)
    gettext = gettext_for(language)
    title = refusal.format_title(gettext, language)
    detail = refusal.format_detail(gettext, language)
    headers = {"Content-Language": language, **(headers or {})}
    if isinstance(refusal, TooManyRequests | DatabaseAway):
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    if is_api(request):
        if refusal.status == 401:
            headers["WWW-Authenticate"] = _challenge(refusal)
        return _answer_program(request, refusal, title, detail, headers)
    if type(refusal) is NotSignedIn and request.method == "GET":
        return RedirectResponse(f"/sign-in?next={quote(current_address(request), safe='/')}", 303)
    if type(refusal) is NotSignedIn and is_hand_in(request):
        with suppress(DomainError):  # what cannot be read cannot be kept
            return await ask_to_sign_in(request, language)
    if type(refusal) is NotSignedIn:
        detail = ""  # it is meant for programs
    shown = error_page(request, refusal.status, title, detail)
    shown.headers.update(headers)
    return shown


def _answer_program(
    request: Request, refusal: DomainError, title: str, detail: str, headers: dict[str, str]
) -> Response:
    explained_at = f"{request.app.state.settings.public_url}/problems/{refusal.slug}"
    headers = {**headers, "Vary": "Accept, Accept-Language, Authorization, Cookie"}
    if _wants_text(request):
        reason = "" if detail == title else f"{detail}\n\n"
        text = f"{title} ({refusal.status})\n\n{reason}{explained_at}\n"
        return PlainTextResponse(text, refusal.status, headers)
    content = {
        "type": explained_at,
        "title": title,
        "status": refusal.status,
        "detail": detail,
        "code": refusal.slug,
    }
    return JSONResponse(content, refusal.status, headers, PROBLEM_JSON)


def _wants_text(request: Request) -> bool:
    chosen = request.query_params.get("format", "")
    if chosen in ("text", "github", "summary"):
        return True
    # Programs read these. Others are formats of files, and say nothing of who reads a refusal.
    if chosen in ("json", "junit", "gitlab"):
        return False
    offered = (PROBLEM_JSON, JSON, PLAIN_TEXT)
    return preferred_type(request.headers.get("accept", ""), offered) == PLAIN_TEXT


async def _note_viewer(request: Request, refusal: DomainError) -> None:
    """Authenticate the viewer, so that the error page has their menu and language.

    Not if the database failed, nor if a rate limit refused the request.
    """
    if isinstance(refusal, DatabaseAway | TooManyRequests | NotSignedIn):
        return
    with suppress(Exception):  # a page without a menu is better than no page
        async with asyncio.timeout(_VIEWER_SECONDS):
            await deps.find_viewer(request)


def _challenge(refusal: DomainError) -> str:
    # RFC 6750: "invalid_token" only if there was one.
    if type(refusal) is NotSignedIn:
        return 'Bearer realm="semaforo"'
    return 'Bearer realm="semaforo", error="invalid_token"'


async def answer_refusal(request: Request, error: Exception) -> Response:
    """Answer a refusal raised by an action."""
    if not isinstance(error, DomainError):
        raise error
    return await answer(request, error)


async def answer_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses itself: unknown addresses and methods."""
    if not isinstance(error, HTTPException):
        raise error
    if isinstance(error.__cause__, DomainError):
        # FastAPI wraps what happens while it reads a form, such as a body over the limit.
        return await answer(request, error.__cause__)
    if error.status_code == 405 and request.method == "GET" and not is_api(request):
        # Loaded again, or typed: the page on which that form stands.
        return RedirectResponse(nearest_page(request), 303)
    if error.status_code == 405:
        allowed = _allowed(request)
        return await answer(request, MethodNotAllowed(allowed), {"Allow": allowed})
    if error.status_code == 404:
        if request.method == "GET" and (without_slash := _without_slash(request)):
            return RedirectResponse(without_slash, 308)
        return await answer(request, UnknownAddress() if is_api(request) else NotFound())
    return await answer(request, InvalidParameter())


def _allowed(request: Request) -> str:
    """List the methods of this address: Starlette names those of the first route that has it."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or {"GET"}
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods))


def _without_slash(request: Request) -> str:
    """Return the address without the slash at its end; empty if it has none.

    Only a path, so that the redirect stays on the same host, whatever the Host header says.
    `local_path` keeps `//other.host/` from becoming one.
    """
    path = request.url.path
    if not path.endswith("/") or path == "/":
        return ""
    query = f"?{request.url.query}" if request.url.query else ""
    address = path.rstrip("/") + query
    return address if local_path(address) == address else ""


async def answer_invalid(request: Request, error: Exception) -> Response:
    """Answer invalid values, naming each; FastAPI's own messages are English only."""
    if not isinstance(error, RequestValidationError):
        raise error
    if not is_api(request) and all(found["loc"][0] == "path" for found in error.errors()):
        return await answer(request, NotFound())  # a truncated link, opened by a person
    if unreadable := _describe_unreadable(request, error):
        return await answer(request, unreadable)
    unknown = [one for one in error.errors() if one["type"] == "extra_forbidden"]
    # Of a value inside another, as in `shown_after.0`, the last part alone says nothing.
    places = [found["loc"][1:] or found["loc"] for found in unknown or error.errors()]
    names = {".".join(map(str, place)): None for place in places}
    template = "Not known here: {names}. See /docs."
    if not unknown:
        template = "Missing or out of range: {names}. See /docs."
    return await answer(request, InvalidParameter(template, names=", ".join(names)))


def _describe_unreadable(
    request: Request, error: RequestValidationError
) -> InvalidParameter | None:
    """Return why the body as a whole cannot be read; None if it can, and its values are wrong."""
    for found in error.errors():
        if found["type"] == "json_invalid":
            template = "The body is not JSON: see its character {position}."
            return InvalidParameter(template, position=found["loc"][-1] + 1)
        if found["loc"] == ("body",) and "json" not in request.headers.get("content-type", ""):
            return InvalidParameter(
                "The body must be JSON, with the header Content-Type: application/json. With "
                "curl: --json in place of --data."
            )
    return None


async def answer_gone(request: Request, _error: Exception) -> Response:
    """Answer a client that disconnected while it sent a body; nobody reads the answer."""
    return await answer(request, MalformedForm())


async def answer_away(request: Request, error: Exception) -> Response:
    """Answer while the database is away or full; the reason is logged for the operator."""
    _log.error("database away", error=str(error.__cause__ or error)[:500])
    return await answer(request, DatabaseAway())


async def answer_broken(request: Request, error: Exception) -> Response:
    """Answer an unexpected error; the server logs its traceback once."""
    # This answer does not pass the middleware that adds the security headers.
    return await answer(request, Broken(), {"Content-Security-Policy": STRICT})


def register(app: FastAPI) -> None:
    """Register the exception handlers of `app`."""
    app.add_exception_handler(DomainError, answer_refusal)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(DatabaseOutage, answer_away)
    app.add_exception_handler(ClientDisconnect, answer_gone)
    app.add_exception_handler(Exception, answer_broken)
