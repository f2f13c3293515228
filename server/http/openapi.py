"""The OpenAPI description: the responses that routes do not declare themselves.

Routes list the refusals that only they can give, with `refusal_responses`. What applies to every
operation, such as authentication and the answer of a full database, is added here once.
"""

from collections import defaultdict
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from server.errors import BadToken, DomainError, NotSignedIn, RevokedToken, TooManyRequests
from server.http.accept import PLAIN_TEXT
from server.http.http_errors import (
    Broken,
    CrossSite,
    DatabaseAway,
    InvalidParameter,
    RequestTooLarge,
)

PROBLEM_JSON: Final = "application/problem+json"
Responses = dict[int | str, dict[str, Any]]

_PROBLEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "A refusal (RFC 9457), in the language that was asked for.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "pattern": "^https?://.+/problems/[a-z-]+$",
            "description": "Which refusal: the address of the page that explains it.",
        },
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What happened this time, and what to do."},
        "code": {
            "type": "string",
            "pattern": "^[a-z-]+$",
            "description": "The last part of `type`: the same on every server.",
        },
    },
}
_FOR_ALL: Final = (NotSignedIn, BadToken, RevokedToken, TooManyRequests, DatabaseAway, Broken)
_FOR_BODIES: Final = (CrossSite, RequestTooLarge, InvalidParameter)
_SECURED: Final = "/api/"
_LATER: Final = (429, 503)


def refusal_responses(*kinds: type[DomainError]) -> Responses:
    """Describe refusals, for `responses=` of a route."""
    by_status: dict[int | str, list[type[DomainError]]] = defaultdict(list)
    for kind in kinds:
        by_status[kind.status].append(kind)
    return {status: _problem(of_status) for status, of_status in by_status.items()}


def describe_api(app: FastAPI, *, login_cookie: str) -> None:
    """Let `app` describe itself in full; `login_cookie` is the name of a browser's cookie."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _complete(
                get_openapi(
                    title=app.title, summary=app.summary, version=app.version, routes=app.routes
                ),
                login_cookie,
            )
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's manual does it


def _complete(schema: dict[str, Any], login_cookie: str) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token, made on the page Account or by `POST /api/tokens`.",
        },
        "login": {"type": "apiKey", "in": "cookie", "name": login_cookie},
    }
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _complete_operation(operation, is_secured=path.startswith(_SECURED), method=method)
    return schema


def _complete_operation(operation: dict[str, Any], *, is_secured: bool, method: str) -> None:
    responses = operation["responses"]
    if "422" in responses and PROBLEM_JSON not in responses["422"].get("content", {}):
        del responses["422"]  # FastAPI's own response, which this application never sends
        _add(responses, refusal_responses(InvalidParameter))
    if is_secured:
        operation["security"] = [{"token": []}, {"login": []}]
        _add(responses, refusal_responses(*_FOR_ALL))
        _add(responses, refusal_responses(*_FOR_BODIES) if method not in ("get", "head") else {})


def _add(responses: dict[str, Any], more: Responses) -> None:
    for status, response in more.items():
        there = responses.get(str(status))
        if there is None:
            responses[str(status)] = response
        elif response["description"] not in there["description"]:
            there["description"] += " " + response["description"]


def _problem(kinds: list[type[DomainError]]) -> dict[str, Any]:
    links = [f"[{kind.title}](/problems/{kind.slug})" for kind in kinds]
    response: dict[str, Any] = {
        "description": " ".join(links),
        "content": {
            PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}},
            PLAIN_TEXT: {"schema": {"type": "string"}},
        },
    }
    status = kinds[0].status
    if status in _LATER:
        response["headers"] = {
            "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds to wait."}
        }
    return response
