"""Code that was sent after the sign-in had expired: it goes through signing in, and comes back.

The code travels in the form itself and is not stored. A script is not needed, and no account is
shown what was typed on another device.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse

from graders.catalogue.exercises import Catalogue
from server.actions import assignments, sign_in
from server.errors import DomainError, NotSignedIn
from server.http.form_body import MAX_FILES
from server.models import User
from server.pages.exercise_view import code_fields, describe_exercise, for_programs
from server.pages.forms import Errors, read_hand_in
from server.storage.database import Database
from server.templating import current_address, render_page

_BELOW = "/exercises/"


def is_hand_in(request: Request) -> bool:
    """Whether the request hands in by the page's form."""
    slug = request.url.path.removeprefix(_BELOW)
    return request.method == "POST" and request.url.path != slug and "/" not in slug


async def ask_to_sign_in(request: Request, language: str) -> HTMLResponse:
    """Answer with the form to sign in, which holds the code that was handed in.

    Raises:
        DomainError: the form that was sent cannot be read.
    """
    sent = await read_hand_in(request)
    return render_page(
        request,
        "sign_in/form.html",
        language=language,
        status_code=NotSignedIn.status,
        next=current_address(request),
        email="",
        errors=Errors(),
        provider=request.app.state.settings.oidc_label,
        kept=sent.texts if any(code.strip() for code in sent.texts) else [],
    )


async def show_kept(
    request: Request,
    db: Database,
    user: User,
    address: str,
    kept: Sequence[str],
    catalogue: Catalogue,
    now: datetime,
) -> HTMLResponse | None:
    """Show whoever has just signed in the exercise at this address, with their code in its form.

    None if it is no exercise of theirs.
    """
    parts = urlsplit(address)
    slug, course = parts.path.removeprefix(_BELOW), parse_qs(parts.query).get("course", [None])[0]
    async with db.read() as session:
        viewer = await sign_in.load_viewer(session, user)
        try:
            assignment = await assignments.find_assignment(session, viewer, slug, course)
            values = await describe_exercise(
                session, viewer, assignment, catalogue, user.language, now
            )
        except DomainError:
            return None
    codes = dict(zip(values["exercise"]["files"], [*kept, *[""] * MAX_FILES], strict=False))
    values |= {"fields": code_fields(codes), "is_typed": True, "is_kept": True}
    values |= for_programs(assignment, request.app.state.settings.public_url)
    return render_page(
        request, "exercises/exercise.html", language=user.language, viewer=viewer, **values
    )
