"""/setup: the first administrator of an empty server, by the link that `semaforo up` prints."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from graders.text import Language as LanguageCode
from server.actions import administrators, passwords
from server.deps import Address, Db, Language, Now, Passwords, Rates, ReadSession, Settings
from server.errors import (
    BadSetupLink,
    DomainError,
    EmailTaken,
    GuessablePassword,
    Invalid,
    InvalidEmail,
    PasswordsDiffer,
    TooManyRequests,
    WeakPassword,
)
from server.http.rates import WRONG_PROOFS
from server.http.rates import Rates as AllRates
from server.i18n import gettext_for
from server.models import User
from server.pages.forms import Errors, status_of
from server.pages.sign_in import let_in
from server.password_pool import PasswordPool
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_FORM: Final = "setup/form.html"
_WHERE: Final = "setup/where.html"
_FIELDS: Final[dict[type[DomainError], str]] = {
    InvalidEmail: "email",
    EmailTaken: "email",
    WeakPassword: "new_password",
    GuessablePassword: "new_password",
    PasswordsDiffer: "repeated_password",
    TooManyRequests: "new_password",
}


class SetupIn(BaseModel):
    """The form, as it was filled in."""

    name: str = ""
    email: str = ""
    language: LanguageCode = "es"
    new_password: str = ""
    repeated_password: str = ""


@router.get("/setup")
async def show_where(request: Request, session: ReadSession, language: Language) -> Response:
    """Say where the link is; redirect to /sign-in once there is an administrator."""
    if await administrators.has_administrator(session):
        return RedirectResponse("/sign-in", 303)
    return render_page(request, _WHERE, language=language, error="")


@router.get("/setup/{setup_secret}")
async def show_form(
    request: Request, setup_secret: str, db: Db, rates: Rates, address: Address, language: Language
) -> Response:
    """Show the form."""
    try:
        await _require(db, rates, setup_secret, address)
    except (BadSetupLink, TooManyRequests) as refused:
        return _refuse(request, refused, language)
    wanted = SetupIn(language=language)
    return render_page(request, _FORM, language=language, wanted=wanted, errors=Errors())


@router.post("/setup/{setup_secret}")
async def open_server(
    request: Request,
    setup_secret: str,
    wanted: Annotated[SetupIn, Form()],
    db: Db,
    settings: Settings,
    rates: Rates,
    pool: Passwords,
    address: Address,
    language: Language,
    now: Now,
) -> Response:
    """Make the first administrator and sign this browser in."""
    try:
        await _require(db, rates, setup_secret, address)
        user = await _open(db, pool, setup_secret, wanted, address, now)
    except BadSetupLink as refused:
        return _refuse(request, refused, language)
    except (Invalid, EmailTaken, TooManyRequests) as refused:
        field = next((name for kind, name in _FIELDS.items() if isinstance(refused, kind)), "name")
        errors = Errors({field: refused.format_whole(gettext_for(language), language)})
        values = {"wanted": wanted, "errors": errors, **status_of(refused)}
        return render_page(request, _FORM, language=language, **values)
    return await let_in(request, db, settings, user, "/admin/people", now)


async def _require(db: Database, rates: AllRates, secret: str, address: str) -> None:
    # Looked up first and counted only if it is wrong: nobody can keep the owner from the link.
    try:
        async with db.read() as session:
            await administrators.require_setup_secret(session, secret)
    except BadSetupLink:
        await rates.hit(WRONG_PROOFS, address)
        raise


async def _open(
    db: Database,
    pool: PasswordPool,
    secret: str,
    wanted: SetupIn,
    address: str,
    now: datetime,
) -> User:
    if wanted.new_password != wanted.repeated_password:
        raise PasswordsDiffer
    known = (wanted.email, wanted.name)
    hashed = await pool.run(address, partial(passwords.hash_if_strong, wanted.new_password, *known))
    async with db.write() as session:
        user = await administrators.open_server(
            session,
            secret,
            email=wanted.email,
            name=wanted.name,
            password_hash=hashed,
            language=wanted.language,
            now=now,
        )
        await session.commit()
    return user


def _refuse(
    request: Request, refused: BadSetupLink | TooManyRequests, language: LanguageCode
) -> Response:
    error = refused.format_whole(gettext_for(language), language)
    return render_page(request, _WHERE, language=language, error=error, **status_of(refused))
