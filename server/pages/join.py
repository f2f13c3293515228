"""/join/{code}: joining a course with its code, with an account or without one."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from server.access import Viewer
from server.actions import joining, passwords
from server.deps import Address, Db, Language, MaybeViewer, Now, Passwords, Rates, Settings
from server.errors import (
    Conflict,
    DomainError,
    EmailTaken,
    GuessablePassword,
    Invalid,
    InvalidEmail,
    InvalidText,
    NotSignedIn,
    TooManyRequests,
    WeakPassword,
)
from server.errors.roster import OtherDomain, UnknownJoinCode
from server.http.rates import JOINS_OF_ADDRESS, WRONG_PROOFS
from server.http.rates import Rates as AllRates
from server.models import Course
from server.pages.forms import Errors
from server.pages.people import beside
from server.pages.sign_in import let_in
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False)

TEMPLATE: Final = "join/join.html"
Text = Annotated[str, Form(max_length=1000)]
_BLANK: Final = {"name": "", "family_name": "", "email": "", "errors": Errors()}


@router.get("/join/{code}")
async def show_course(
    request: Request,
    code: str,
    viewer: MaybeViewer,
    db: Db,
    rates: Rates,
    address: Address,
    language: Language,
) -> Response:
    """Show which course the code is of, and how to join it."""
    course = await find_course(db, rates, code, address)
    if viewer is not None and course.id in viewer.roles:
        return RedirectResponse("/", 303)
    return _show(request, viewer, course, code, language, {})


@router.post("/join/{code}")
async def join(
    request: Request,
    code: str,
    viewer: MaybeViewer,
    db: Db,
    rates: Rates,
    address: Address,
    language: Language,
    now: Now,
) -> Response:
    """Join with the account that is signed in."""
    if viewer is None:
        raise NotSignedIn
    course = await find_course(db, rates, code, address)
    try:
        async with db.write() as session:
            await joining.join(session, viewer, code, now)
            await session.commit()
    except Conflict as refused:
        return _show(request, viewer, course, code, language, beside(refused, "form", language))
    return RedirectResponse("/", 303)


@router.post("/join/{code}/new")
async def join_as_new(
    request: Request,
    code: str,
    db: Db,
    settings: Settings,
    rates: Rates,
    pool: Passwords,
    address: Address,
    language: Language,
    now: Now,
    email: Text = "",
    name: Text = "",
    family_name: Text = "",
    password: Text = "",
) -> Response:
    """Make an account with a password, join with it, and sign this browser in."""
    course = await find_course(db, rates, code, address)
    try:
        joining.require_domain(course, email)
        await rates.hit(JOINS_OF_ADDRESS, address)
        hashed = await pool.run(
            address, partial(passwords.hash_if_strong, password, email, name, family_name)
        )
        async with db.write() as session:
            user = await joining.join_as_new(
                session,
                code,
                email=email,
                name=name,
                family_name=family_name.strip() or None,
                password_hash=hashed,
                now=now,
            )
            await session.commit()
    except (Invalid, Conflict, TooManyRequests) as refused:
        typed = {"email": email, "name": name, "family_name": family_name}
        shown = {**typed, **beside(refused, _field(refused), language)}
        return _show(request, None, course, code, language, shown)
    return await let_in(request, db, settings, user, "/", now)


async def find_course(db: Database, rates: AllRates, code: str, address: str) -> Course:
    """Return the course with this code, counting wrong ones of an address.

    Raises:
        UnknownJoinCode, NobodyJoins
        TooManyRequests: too many wrong codes.
    """
    # Looked up first and counted only if it is wrong: a whole class may sit behind one address.
    try:
        async with db.read() as session:
            return await joining.get_course_by_code(session, code)
    except UnknownJoinCode:
        await rates.hit(WRONG_PROOFS, address)
        raise


def _show(
    request: Request,
    viewer: Viewer | None,
    course: Course,
    code: str,
    language: str,
    shown: dict[str, Any],
) -> Response:
    values = {**_BLANK, **shown, "course": course, "code": code}
    return render_page(request, TEMPLATE, language=language, viewer=viewer, **values)


def _field(refused: DomainError) -> str:
    """Return the field that a refusal is shown beside."""
    if isinstance(refused, InvalidEmail | EmailTaken | OtherDomain):
        return "email"
    if isinstance(refused, WeakPassword | GuessablePassword):
        return "password"
    return "name" if isinstance(refused, InvalidText) else "form"
