"""/courses/{course}/people/import: a list of people, first as a preview, then for good."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from server.access import Permission, Viewer, require
from server.actions import courses, invitations, roster_file, roster_import, roster_plan
from server.actions.roster_file import RosterFile
from server.csv_text import decode
from server.deps import CurrentViewer, Db, Language, Now, Settings
from server.errors.roster import NoMailServer, RosterChanged, UnreadableRoster
from server.http.form_body import read_form_body
from server.models import Course
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.pages.people import beside, show_invitations
from server.pages.people_view import invitation_rows, preview_values
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False)

FORM: Final = "people/import.html"
PREVIEW: Final = "people/preview.html"
_LONGEST_TEXT: Final = 1 << 20


@router.get("/courses/{course}/people/import")
async def show_form(
    request: Request, course: str, viewer: CurrentViewer, db: Db, language: Language
) -> Response:
    """Show the form for pasting or uploading a list."""
    found = await _get_managed(db, viewer, course)
    return await _show_form(request, viewer, db, found, language, {})


@router.post("/courses/{course}/people/import")
async def show_preview(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
) -> Response:
    """Show what a list would change; nothing is changed yet."""
    found = await _get_managed(db, viewer, course)
    text = await _read_text(request)
    shown = {"sends_email": settings.sends_email}
    return await _preview(request, viewer, db, found, language, text, shown)


@router.post("/courses/{course}/people/import/apply")
async def apply_list(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
    text: Annotated[str, Form(max_length=_LONGEST_TEXT)] = "",
    digest: Annotated[str, Form(max_length=64)] = "",
    send: Annotated[bool, Form()] = False,
) -> Response:
    """Make the changes of the preview, and send or show the links of new accounts."""
    found = await _get_managed(db, viewer, course)
    try:
        mailing = invitations.prepare_mailing(settings, is_wanted=send)
        read = await asyncio.to_thread(roster_file.read_roster, text)
        async with db.write() as session:
            _, invited = await roster_import.apply(
                session, viewer, found, read.rows, digest=digest, mailing=mailing, now=now
            )
            await session.commit()
    except (NoMailServer, RosterChanged, UnreadableRoster) as refused:
        shown = {"sends_email": settings.sends_email, **beside(refused, "text", language)}
        return await _preview(request, viewer, db, found, language, text, shown)
    if not invited:
        return RedirectResponse(f"/courses/{course}/people", 303)
    rows = invitation_rows(invited, settings.public_url)
    return await show_invitations(request, viewer, db, found, language, rows)


async def _read_text(request: Request) -> str:
    """Return the list that was uploaded, or else the one that was pasted."""
    async with read_form_body(request, max_field_bytes=_LONGEST_TEXT) as form:
        file, pasted = form.get("file"), form.get("text")
        content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    if content:
        return await asyncio.to_thread(decode, content)
    return pasted if isinstance(pasted, str) else ""


async def _preview(
    request: Request,
    viewer: Viewer,
    db: Database,
    course: Course,
    language: str,
    text: str,
    shown: dict[str, Any],
) -> Response:
    try:
        read = await asyncio.to_thread(roster_file.read_roster, text)
    except UnreadableRoster as refused:
        refusal = beside(refused, "text", language)
        return await _show_form(request, viewer, db, course, language, {"text": text, **refusal})
    async with db.read() as session:
        plan = await roster_plan.plan(session, viewer, course, read.rows)
    shown = {**await _shell(db, viewer, course, language), "text": text, **shown}
    # In a thread: some thousands of lines take a tenth of a second.
    return await asyncio.to_thread(_render_preview, request, viewer, language, read, plan, shown)


def _render_preview(
    request: Request,
    viewer: Viewer,
    language: str,
    read: RosterFile,
    plan: roster_plan.Plan,
    shown: dict[str, Any],
) -> Response:
    values = {
        "unused": read.unused,
        **preview_values(plan, language),
        "errors": Errors(),
        **shown,
    }
    return render_page(request, PREVIEW, language=language, viewer=viewer, **values)


async def _show_form(
    request: Request,
    viewer: Viewer,
    db: Database,
    course: Course,
    language: str,
    shown: dict[str, Any],
) -> Response:
    shell = await _shell(db, viewer, course, language)
    values = {"text": "", "errors": Errors(), **shell, **shown}
    return render_page(request, FORM, language=language, viewer=viewer, **values)


async def _shell(db: Database, viewer: Viewer, course: Course, language: str) -> dict[str, Any]:
    return {"course": course, "tabs": await tabs_for(db, viewer, course, "people", language)}


async def _get_managed(db: Database, viewer: Viewer, slug: str) -> Course:
    async with db.read() as session:
        found = await courses.get_course(session, slug, viewer)
    require(viewer, Permission.MANAGE, found.id)
    return found
