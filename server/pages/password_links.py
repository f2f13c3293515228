"""/password/{…}: a new password by a link, which also signs in."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response

from server.actions import passwords, sign_in
from server.deps import Address, Db, Language, Now, Passwords, Rates, Settings
from server.errors import BadLink, Invalid, PasswordsDiffer, TooManyRequests
from server.http.rates import WRONG_PROOFS
from server.http.rates import Rates as AllRates
from server.i18n import gettext_for
from server.models import LinkPurpose, User
from server.pages.forms import Errors, status_of
from server.pages.sign_in import let_in
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_FORM: Final = "passwords/set.html"
_DEAD: Final = "passwords/dead.html"
_Field = Annotated[str, Form(max_length=1000)]


@router.get("/password/{password_secret}")
async def show_form(
    request: Request,
    password_secret: str,
    db: Db,
    rates: Rates,
    address: Address,
    language: Language,
    now: Now,
) -> Response:
    """Show the form. GET does not use the link up."""
    try:
        user = await _owner(db, rates, password_secret, address, now)
    except (BadLink, TooManyRequests) as refused:
        return _refuse(request, refused, language)
    return render_page(
        request, _FORM, language=language, email=user.email, name=user.name, errors=Errors()
    )


@router.post("/password/{password_secret}")
async def set_password(
    request: Request,
    password_secret: str,
    db: Db,
    settings: Settings,
    rates: Rates,
    pool: Passwords,
    address: Address,
    language: Language,
    now: Now,
    wanted: Annotated[_Field, Form(alias="new_password")] = "",
    repeated: Annotated[_Field, Form(alias="repeated_password")] = "",
) -> Response:
    """Set the password, close every other login, and sign this browser in."""
    try:
        user = await _owner(db, rates, password_secret, address, now)
        if wanted != repeated:
            raise PasswordsDiffer
        known = passwords.list_personal_words(user)
        hashed = await pool.run(address, partial(passwords.hash_if_strong, wanted, *known))
        async with db.write() as session:
            user = await passwords.set_by_link(session, password_secret, hashed, now)
            await session.commit()
    except BadLink as refused:
        return _refuse(request, refused, language)
    except (Invalid, TooManyRequests) as refused:
        field = "repeated_password" if isinstance(refused, PasswordsDiffer) else "new_password"
        errors = Errors({field: refused.format_whole(gettext_for(language), language)})
        values = {"email": user.email, "name": user.name, "errors": errors, **status_of(refused)}
        return render_page(request, _FORM, language=language, **values)
    return await let_in(request, db, settings, user, "/", now)


async def _owner(db: Database, rates: AllRates, secret: str, address: str, now: datetime) -> User:
    # Looked up first and counted only if it is wrong: nobody can keep the owner from the link.
    try:
        async with db.read() as session:
            return await sign_in.require_link(session, secret, now, LinkPurpose.PASSWORD)
    except BadLink:
        await rates.hit(WRONG_PROOFS, address)
        raise


def _refuse(request: Request, refused: BadLink | TooManyRequests, language: str) -> Response:
    error = refused.format_whole(gettext_for(language), language)
    return render_page(request, _DEAD, language=language, error=error, **status_of(refused))
