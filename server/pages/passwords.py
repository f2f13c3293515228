"""/account/password and /account/sign-out-everywhere."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from server.actions import passwords, sign_in
from server.auth import is_program
from server.auth import password as by_password
from server.auth.cookie import clear_login_cookie, set_login_cookie
from server.deps import (
    Address,
    CurrentViewer,
    Db,
    Language,
    Now,
    Passwords,
    Rates,
    Settings,
    WriteSession,
)
from server.errors import (
    DomainError,
    Invalid,
    PasswordsDiffer,
    TooManyRequests,
    WrongPassword,
)
from server.http.devices import describe_device
from server.http.http_errors import BrowsersOnly
from server.i18n import gettext_for
from server.pages.account import TEMPLATE, gather_values
from server.pages.forms import Errors, status_of
from server.templating import render_page

_LONGEST_FIELD: Final = 1000


async def _require_browser(request: Request, _viewer: CurrentViewer) -> None:
    if is_program(request):
        raise BrowsersOnly


router = APIRouter(include_in_schema=False, dependencies=[Depends(_require_browser)])


@router.post("/account/password")
async def set_password(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    rates: Rates,
    pool: Passwords,
    address: Address,
    language: Language,
    now: Now,
    present: Annotated[str, Form(alias="present_password", max_length=_LONGEST_FIELD)] = "",
    wanted: Annotated[str, Form(alias="new_password", max_length=_LONGEST_FIELD)] = "",
    repeated: Annotated[str, Form(alias="repeated_password", max_length=_LONGEST_FIELD)] = "",
) -> Response:
    """Set or change the password; every other browser is signed out."""
    user = viewer.user
    try:
        await by_password.require_present(rates, pool, user, present, address)
        if wanted != repeated:
            raise PasswordsDiffer
        hashed = await by_password.hash_new(pool, user, wanted, address)
        async with db.write() as session:
            await passwords.set_password_hash(session, user, hashed)
            lifetime = timedelta(days=settings.login_days)
            device = describe_device(request.headers.get("user-agent", ""))
            secret = await sign_in.open_login(session, user, now, lifetime=lifetime, device=device)
            await session.commit()
    except (Invalid, TooManyRequests) as refused:
        errors = Errors({_field(refused): refused.format_whole(gettext_for(language), language)})
        async with db.read() as session:
            values = await gather_values(request, session, viewer)
        values |= {"errors": errors, **status_of(refused)}
        return render_page(request, TEMPLATE, language=language, viewer=viewer, **values)
    answer = RedirectResponse("/account?saved=password", 303)
    set_login_cookie(answer, settings, secret)
    return answer


@router.post("/account/logins/{login_key}/sign-out")
async def sign_out_one(
    login_key: str, viewer: CurrentViewer, session: WriteSession
) -> RedirectResponse:
    """Close one of the viewer's logins."""
    await sign_in.close_own_login(session, viewer.user.id, login_key)
    await session.commit()
    return RedirectResponse("/account#logins", 303)


@router.post("/account/sign-out-everywhere")
async def sign_out_everywhere(
    viewer: CurrentViewer, session: WriteSession, settings: Settings
) -> RedirectResponse:
    """Close every login of the viewer, including this browser's."""
    await sign_in.close_every_login(session, viewer.user.id)
    await session.commit()
    answer = RedirectResponse("/sign-in", 303)
    clear_login_cookie(answer, settings)
    return answer


def _field(refused: DomainError) -> str:
    """Return the field that a refusal is shown beside."""
    if isinstance(refused, PasswordsDiffer):
        return "repeated_password"
    return "present_password" if isinstance(refused, WrongPassword) else "new_password"
