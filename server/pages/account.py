"""/account: display name, language, news by e-mail, logins and API tokens."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Language as LanguageCode
from server.access import Viewer
from server.actions import accounts, calendar_addresses, news_mail, sign_in, tokens
from server.auth.cookie import cookie_name
from server.deps import (
    CurrentViewer,
    Db,
    Language,
    Now,
    ReadSession,
    Settings,
    WriteSession,
    current_time,
    settings_of,
)
from server.errors import Invalid, InvalidText, NotFound, TooManyTokens
from server.i18n import gettext_for
from server.models import NewsTopic
from server.pages.forms import Errors
from server.pages.language import set_language_cookie
from server.templating import render_page

router = APIRouter(include_in_schema=False)

TEMPLATE: Final = "account/account.html"


@router.get("/account")
async def show_account(
    request: Request, viewer: CurrentViewer, session: ReadSession, language: Language
) -> Response:
    """Show the viewer's account."""
    values = await gather_values(request, session, viewer)
    return render_page(request, TEMPLATE, language=language, viewer=viewer, **values)


@router.post("/account/profile")
async def change_profile(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    display_name: Annotated[str, Form(max_length=1000)] = "",
    chosen: Annotated[LanguageCode, Form(alias="language")] = "es",
) -> Response:
    """Change the name on the leaderboard and the language."""
    try:
        async with db.write() as session:
            await accounts.set_display_name(session, viewer.user, display_name)
            await accounts.set_language(session, viewer.user, chosen)
            await session.commit()
    except Invalid as refused:
        errors = Errors(display_name=refused.format_whole(gettext_for(language), language))
        async with db.read() as session:
            values = await gather_values(request, session, viewer)
        values |= {"errors": errors, "display_name": display_name, "status_code": refused.status}
        return render_page(request, TEMPLATE, language=language, viewer=viewer, **values)
    return RedirectResponse("/account", 303)


@router.post("/account/news")
async def choose_news(
    viewer: CurrentViewer,
    session: WriteSession,
    topic: Annotated[list[NewsTopic], Form(max_length=len(NewsTopic))] = [],  # noqa: B006
) -> RedirectResponse:
    """Choose which news come by e-mail too."""
    await news_mail.choose(session, viewer, topic)
    await session.commit()
    return RedirectResponse("/account?saved=news#news", 303)


@router.post("/account/tokens")
async def create_token(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
    token_name: Annotated[str, Form(max_length=1000)] = "",
    shown: Annotated[str, Form(max_length=200)] = "",
    chosen: Annotated[LanguageCode | None, Form(alias="language")] = None,
) -> Response:
    """Make a token and show it, once.

    Not answered with 303: the secret is not stored, so the next page could not show it. For the
    same reason the language switch of that page sends the secret back to be shown again.

    shown  A token just made, in place of making one.
    """
    if shown:
        return await _show_again(request, viewer, db, shown, chosen or language)
    try:
        async with db.write() as session:
            most = settings.tokens_per_person
            _, secret = await tokens.issue(session, viewer.user, token_name, now, most=most)
            await session.commit()
        changes = {**_fresh(secret), "status_code": 201}
    except (InvalidText, TooManyTokens) as refused:
        errors = Errors(token_name=refused.format_whole(gettext_for(language), language))
        changes = {"errors": errors, "token_name": token_name, "status_code": refused.status}
    async with db.read() as session:
        values = await gather_values(request, session, viewer)
    return render_page(request, TEMPLATE, language=language, viewer=viewer, **(values | changes))


async def _show_again(
    request: Request, viewer: Viewer, db: Db, secret: str, language: LanguageCode
) -> Response:
    """Show a token of the viewer's own again, in another language."""
    async with db.write() as session:
        if not await tokens.is_own(session, viewer, secret):
            raise NotFound
        await accounts.set_language(session, viewer.user, language)
        values = await gather_values(request, session, viewer)
        await session.commit()
    values |= _fresh(secret)
    answer = render_page(request, TEMPLATE, language=language, viewer=viewer, **values)
    set_language_cookie(answer, language, await settings_of(request))
    return answer


def _fresh(secret: str) -> dict[str, Any]:
    again = {"action": "/account/tokens", "fields": {"shown": secret}}
    return {"fresh_token": secret, "again": again}


@router.post("/account/tokens/{token_id}/revoke")
async def revoke_token(
    token_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RedirectResponse:
    """Revoke a token."""
    await tokens.revoke(session, viewer, token_id, now)
    await session.commit()
    return RedirectResponse("/account", 303)


async def gather_values(request: Request, session: AsyncSession, viewer: Viewer) -> dict[str, Any]:
    """Gather what the page shows."""
    settings = await settings_of(request)
    own = request.cookies.get(cookie_name(settings))
    logins = await sign_in.list_logins(session, viewer.user.id, await current_time())
    return {
        "tokens": await tokens.list_tokens(session, viewer),
        "logins": [
            {"at": login, "key": sign_in.key_of(login), "is_this": sign_in.is_login(login, own)}
            for login in logins
        ],
        "has_password": viewer.user.password_hash is not None,
        "is_password_saved": request.query_params.get("saved") == "password",
        "is_news_saved": request.query_params.get("saved") == "news",
        "sends_email": settings.sends_email,
        "topics": [
            {"name": topic.value, "is_wanted": topic not in viewer.user.no_mail_about}
            for topic in news_mail.topics_for(viewer)
        ],
        "display_name": viewer.user.display_name,
        "token_name": "",
        "fresh_token": "",
        "fresh_calendar": "",
        "has_calendar": await calendar_addresses.has_one(session, viewer.user),
        "errors": Errors(),
    }
