"""/language: the language switch in the footer of every page."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from graders.text import Language
from server.actions import accounts
from server.deps import MaybeViewer, Settings, WriteSession
from server.i18n import LANGUAGE_COOKIE
from server.settings import Settings as AllSettings
from server.templating import local_path

router = APIRouter(include_in_schema=False)

_A_YEAR = 365 * 24 * 3600


@router.post("/language")
async def choose_language(
    viewer: MaybeViewer,
    session: WriteSession,
    settings: Settings,
    language: Annotated[Language, Form()],
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
) -> RedirectResponse:
    """Store the language, for the account or else in a cookie, and redirect back."""
    if viewer is not None:
        await accounts.set_language(session, viewer.user, language)
        await session.commit()
    answer = RedirectResponse(local_path(next), 303)
    set_language_cookie(answer, language, settings)
    return answer


def set_language_cookie(answer: Response, language: Language, settings: AllSettings) -> None:
    """Let this browser keep the language, also when nobody is signed in."""
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=_A_YEAR,
        samesite="lax",
        httponly=True,
        secure=settings.public_url.startswith("https:"),
    )
