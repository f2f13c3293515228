"""/admin/people: every account of the server, for its administrators."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from graders.text import Language as LanguageCode
from server.access import Viewer
from server.actions import administrators, links, people, sign_in, undelivered
from server.actions.invitations import prepare_mailing
from server.deps import CurrentViewer, Db, Language, Now, Settings, WriteSession
from server.errors import (
    Conflict,
    EmailTaken,
    Invalid,
    InvalidEmail,
    InvalidText,
    LastAdministrator,
)
from server.i18n import gettext_for
from server.mail_text import describe_stuck, describe_undelivered
from server.models import LinkPurpose
from server.pages.forms import Errors
from server.pages.people_text import describe_courses
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False, prefix="/admin/people")

_LIST: Final = "admin/people.html"
_PERSON: Final = "admin/person.html"
_Text = Annotated[str, Form(max_length=1000)]


@router.get("")
async def show_people(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
    q: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=300)] = "",
    deleted: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """Show accounts, fifty at a time, and a form that makes one.

    deleted  Not empty just after somebody was deleted, whom no page can show any more.
    """
    shown: dict[str, Any] = {"is_deleted": bool(deleted), "send": settings.sends_email}
    return await _show_list(request, viewer, db, language, now, q=q, after=after, **shown)


@router.post("")
async def make_person(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
    name: _Text = "",
    email: _Text = "",
    chosen: Annotated[LanguageCode, Form(alias="language")] = "es",
    send: Annotated[bool, Form()] = False,
) -> Response:
    """Make an account. The link with which its owner sets a password is sent, or shown once."""
    typed: dict[str, Any] = {"name": name, "email": email, "send": send}
    path = ""
    try:
        mailing = prepare_mailing(settings, is_wanted=send)
        async with db.write() as session:
            person = await people.make(
                session, viewer, email=email, name=name, language=chosen, mailing=mailing, now=now
            )
            if mailing is None:
                path = await links.hand_out(session, viewer, person, LinkPurpose.PASSWORD, now)
            await session.commit()
    except (Invalid, Conflict) as refused:
        field = "name" if isinstance(refused, InvalidText) else "email"
        errors = Errors({field: refused.format_whole(gettext_for(language), language)})
        typed |= {"errors": errors, "status_code": refused.status}
        return await _show_list(request, viewer, db, language, now, **typed)
    if mailing:
        return RedirectResponse(f"/admin/people/{person.id}?saved=sent", 303)
    shown: dict[str, Any] = {
        "fresh_link": settings.public_url + path,
        "is_new": True,
        "status_code": 201,
    }
    return await _show_person(request, viewer, db, person.id, language, now, **shown)


@router.get("/{user_id}")
async def show_person(
    request: Request,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
) -> Response:
    """Show one account: its courses, and where it is signed in."""
    return await _show_person(request, viewer, db, user_id, language, now)


@router.post("/{user_id}/link")
async def hand_out_link(
    request: Request,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
    purpose: Annotated[LinkPurpose, Form()] = LinkPurpose.PASSWORD,
    send: Annotated[bool, Form()] = False,
) -> Response:
    """Send a link, or show it once: it is not stored, so the next page could not show it."""
    mailing = prepare_mailing(settings, is_wanted=send)
    async with db.write() as session:
        person = await people.get(session, viewer, user_id)
        if mailing:
            await people.send_link(session, viewer, person, mailing, now)
            await session.commit()
            return RedirectResponse(f"/admin/people/{user_id}?saved=sent", 303)
        path = await links.hand_out(session, viewer, person, purpose, now)
        await session.commit()
    shown: dict[str, Any] = {"fresh_link": settings.public_url + path, "status_code": 201}
    return await _show_person(request, viewer, db, user_id, language, now, **shown)


@router.post("/{user_id}/email")
async def correct_email(
    request: Request,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    email: _Text = "",
) -> Response:
    """Correct the address of an account."""
    try:
        async with db.write() as session:
            person = await people.get(session, viewer, user_id)
            await people.correct_email(session, viewer, person, email, now)
            await session.commit()
    except (EmailTaken, InvalidEmail) as refused:
        errors = Errors(email=refused.format_whole(gettext_for(language), language))
        values: dict[str, Any] = {"errors": errors, "email": email, "status_code": refused.status}
        return await _show_person(request, viewer, db, user_id, language, now, **values)
    return RedirectResponse(f"/admin/people/{user_id}?saved=email", 303)


@router.post("/{user_id}/administrator")
async def change_administrator(
    request: Request,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    wanted: Annotated[Literal["yes", "no"], Form()],
) -> Response:
    """Make somebody an administrator, or take that away."""
    change = administrators.appoint if wanted == "yes" else administrators.dismiss
    try:
        async with db.write() as session:
            person = await people.get(session, viewer, user_id)
            await change(session, viewer, person, now)
            await session.commit()
    except LastAdministrator as refused:
        errors = Errors(administrator=refused.format_whole(gettext_for(language), language))
        values: dict[str, Any] = {"errors": errors, "status_code": refused.status}
        return await _show_person(request, viewer, db, user_id, language, now, **values)
    return RedirectResponse(f"/admin/people/{user_id}", 303)


@router.post("/{user_id}/sign-out")
async def sign_out(
    user_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RedirectResponse:
    """Sign somebody out everywhere."""
    person = await people.get(session, viewer, user_id)
    await people.sign_out(session, viewer, person, now)
    await session.commit()
    return RedirectResponse(f"/admin/people/{user_id}", 303)


async def _show_list(
    request: Request,
    viewer: Viewer,
    db: Database,
    language: str,
    now: Now,
    *,
    q: str = "",
    after: str = "",
    status_code: int = 200,
    **changes: Any,
) -> Response:
    async with db.read() as session:
        found, has_more = await people.find(session, viewer, q, after=after)
        failed = await undelivered.find_of(session, [person.id for person in found])
        stuck = await undelivered.find_stuck(session, now)
    rows = [
        {
            "person": person,
            "courses": describe_courses(person, language),
            "undelivered": describe_undelivered(failed[person.id], language)
            if person.id in failed
            else "",
        }
        for person in found
    ]
    values: dict[str, Any] = {"q": q, "rows": rows, "after": found[-1].email if has_more else ""}
    values |= {"name": "", "email": "", "is_deleted": False, "errors": Errors()}
    values |= {"sends_email": request.app.state.settings.sends_email, "send": False}
    values |= {"stuck": stuck, "why_stuck": describe_stuck(stuck, language) if stuck else ""}
    values |= changes
    return render_page(
        request, _LIST, language=language, viewer=viewer, status_code=status_code, **values
    )


async def _show_person(
    request: Request,
    viewer: Viewer,
    db: Database,
    user_id: UUID,
    language: str,
    now: Now,
    *,
    status_code: int = 200,
    **changes: Any,
) -> Response:
    async with db.read() as session:
        person = await people.get(session, viewer, user_id)
        logins = await sign_in.list_logins(session, user_id, now)
        failed = await undelivered.find_of(session, [user_id])
    values: dict[str, Any] = {
        "person": person,
        "courses": describe_courses(person, language),
        "logins": logins,
        "fresh_link": "",
        "is_new": False,
        "email": person.email,
        "undelivered": failed.get(user_id),
        "why_undelivered": describe_undelivered(failed[user_id], language) if failed else "",
        "sends_email": request.app.state.settings.sends_email,
        "saved": request.query_params.get("saved", ""),
        "errors": Errors(),
    }
    return render_page(
        request,
        _PERSON,
        language=language,
        viewer=viewer,
        status_code=status_code,
        **(values | changes),
    )
