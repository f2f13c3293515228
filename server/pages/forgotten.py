"""/password: somebody has forgotten theirs. By e-mail where that is configured, else by staff."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from server.actions import outbox
from server.actions.secret import hash_secret
from server.actions.validation import clean_email
from server.deps import Address, Db, Language, Now, Rates, Settings
from server.errors import InvalidEmail, TooManyRequests
from server.http.rates import PASSWORD_REQUESTS, PASSWORD_REQUESTS_OF_ADDRESS
from server.i18n import gettext_for
from server.pages.forms import Errors, status_of
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_TEMPLATE: Final = "passwords/forgotten.html"


@router.get("/password")
async def show_form(
    request: Request, settings: Settings, language: Language, sent: str = ""
) -> Response:
    """Show the form, or whom to ask."""
    values: dict[str, Any] = {"sends_email": settings.sends_email, "is_sent": sent == "yes"}
    return render_page(request, _TEMPLATE, language=language, email="", errors=Errors(), **values)


@router.post("/password")
async def request_link(
    request: Request,
    db: Db,
    settings: Settings,
    rates: Rates,
    address: Address,
    language: Language,
    now: Now,
    email: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Send a link if there is such an account; the answer does not say whether there is."""
    try:
        wanted = clean_email(email)
        await rates.hit(PASSWORD_REQUESTS_OF_ADDRESS, address)
        await rates.hit(PASSWORD_REQUESTS, hash_secret(wanted), address)
    except (InvalidEmail, TooManyRequests) as refused:
        errors = Errors(email=refused.format_whole(gettext_for(language), language))
        values: dict[str, Any] = {"email": email, "errors": errors, "is_sent": False}
        values |= {"sends_email": settings.sends_email, **status_of(refused)}
        return render_page(request, _TEMPLATE, language=language, **values)
    if settings.sends_email:
        async with db.write() as session:
            await outbox.request_password(session, wanted, now)
            await session.commit()
    return RedirectResponse("/password?sent=yes", 303)
