"""/sign-in, /sign-out, and sign-in links."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from server.actions import accounts, sign_in
from server.auth import password as by_password
from server.auth.cookie import clear_login_cookie, cookie_name, set_login_cookie
from server.deps import (
    Address,
    Catalogue,
    Db,
    Language,
    MaybeViewer,
    Now,
    Passwords,
    Rates,
    Settings,
    WriteSession,
)
from server.errors import BadLink, TooManyRequests, WrongCredentials
from server.http.devices import describe_device
from server.http.form_body import MAX_FILES
from server.http.rates import WRONG_PROOFS
from server.http.rates import Rates as AllRates
from server.i18n import LANGUAGE_COOKIE, best_language, gettext_for
from server.models import User
from server.pages.forms import Errors, status_of
from server.pages.kept_code import show_kept
from server.settings import Settings as AllSettings
from server.storage.database import Database
from server.templating import local_path, render_page

router = APIRouter(include_in_schema=False)


@router.get("/sign-in")
async def show_sign_in(
    request: Request,
    viewer: MaybeViewer,
    settings: Settings,
    language: Language,
    next: str = "/",  # noqa: A002
) -> Response:
    """Show the form; redirect viewers who are already signed in."""
    if viewer is not None:
        return RedirectResponse(local_path(next), 303)
    values: dict[str, Any] = {"next": local_path(next), "email": "", "errors": Errors()}
    values |= {"provider": settings.oidc_label, "kept": []}
    return render_page(request, "sign_in/form.html", language=language, **values)


@router.post("/sign-in")
async def sign_in_with_password(
    request: Request,
    db: Db,
    settings: Settings,
    rates: Rates,
    passwords: Passwords,
    address: Address,
    language: Language,
    now: Now,
    catalogue: Catalogue,
    email: Annotated[str, Form(max_length=300)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002 - the field's name
    code: Annotated[list[str], Form(max_length=MAX_FILES)] = [],  # noqa: B006 - never changed
) -> Response:
    """Sign this browser in, or show that the e-mail or password is wrong."""
    try:
        user = await by_password.check(
            db, rates, passwords, email=email, password=password, address=address
        )
    except (WrongCredentials, TooManyRequests) as refused:
        errors = Errors(email=refused.format_whole(gettext_for(language), language))
        values: dict[str, Any] = {"next": local_path(next), "email": email, "errors": errors}
        values |= {"provider": settings.oidc_label, "kept": code, **status_of(refused)}
        return render_page(request, "sign_in/form.html", language=language, **values)
    answer = await let_in(request, db, settings, user, local_path(next), now)
    if code and (page := await show_kept(request, db, user, next, code, catalogue, now)):
        page.headers["set-cookie"] = answer.headers["set-cookie"]
        return page
    return answer


@router.get("/sign-in/{secret}")
async def show_link(request: Request, language: Language) -> Response:
    """Show a button. GET does not use the link up, because chat and mail programs preview links."""
    return render_page(request, "sign_in/link.html", language=language, error="", is_dead=False)


@router.post("/sign-in/{secret}")
async def sign_in_with_link(
    request: Request,
    secret: str,
    db: Db,
    settings: Settings,
    rates: Rates,
    address: Address,
    language: Language,
    now: Now,
) -> Response:
    """Use the link and sign this browser in."""
    try:
        user = await _use(db, rates, secret, address, now)
    except (BadLink, TooManyRequests) as refused:
        error = refused.format_whole(gettext_for(language), language)
        is_dead = isinstance(refused, BadLink)
        values = {"error": error, "is_dead": is_dead, **status_of(refused)}
        return render_page(request, "sign_in/link.html", language=language, **values)
    return await let_in(request, db, settings, user, "/", now)


@router.post("/sign-out")
async def sign_out(request: Request, session: WriteSession, settings: Settings) -> RedirectResponse:
    """Close this browser's login."""
    if secret := request.cookies.get(cookie_name(settings)):
        await sign_in.close_login(session, secret)
        await session.commit()
    answer = RedirectResponse("/sign-in", 303)
    clear_login_cookie(answer, settings)
    return answer


async def _use(db: Database, rates: AllRates, secret: str, address: str, now: datetime) -> User:
    try:
        async with db.read() as session:
            await sign_in.require_link(session, secret, now)
        async with db.write() as session:
            user = await sign_in.use_link(session, secret, now)
            await session.commit()
    except BadLink:
        await rates.hit(WRONG_PROOFS, address)
        raise
    return user


async def let_in(
    request: Request,
    db: Database,
    settings: AllSettings,
    user: User,
    where: str,
    now: datetime,
) -> RedirectResponse:
    """Sign this browser in and redirect it."""
    lifetime = timedelta(days=settings.login_days)
    async with db.write() as session:
        header = request.headers.get("accept-language")
        browsers = best_language(None, request.cookies.get(LANGUAGE_COOKIE), header, user.language)
        await accounts.suggest_language(session, user, browsers)
        device = describe_device(request.headers.get("user-agent", ""))
        secret = await sign_in.open_login(session, user, now, lifetime=lifetime, device=device)
        await session.commit()
    answer = RedirectResponse(where, 303)
    set_login_cookie(answer, settings, secret)
    return answer
