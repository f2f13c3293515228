"""/courses/{course}/announcements: what instructors tell a course; everybody in it reads them."""

from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from server.access import Permission, Viewer
from server.actions import announcements, courses
from server.actions.announcements import ON_A_PAGE
from server.deps import CurrentViewer, Db, Language, Moment, Now, WriteSession
from server.errors import Invalid
from server.i18n import gettext_for
from server.models import Announcement, Course
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.pages.statements import statement_html
from server.templating import render_page

router = APIRouter(include_in_schema=False)

TEMPLATE: Final = "announcements/announcements.html"
Text = Annotated[str, Form(max_length=100_000)]


@router.get("/courses/{course}/announcements")
async def show_announcements(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    before: Moment | None = None,
    before_id: UUID | None = None,
) -> Response:
    """Show a page of a course's announcements, the newest first."""
    after = (before, before_id) if before and before_id else None
    values = await _gather_values(db, viewer, course, language, after=after)
    return render_page(request, TEMPLATE, language=language, viewer=viewer, **values)


@router.post("/courses/{course}/announcements")
async def publish(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    title: Text = "",
    body: Text = "",
) -> Response:
    """Publish an announcement."""
    try:
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            await announcements.publish(session, viewer, found, title=title, body=body, now=now)
            await session.commit()
    except Invalid as refused:
        typed = {"title": title, "body": body}
        return await _refused(request, db, viewer, course, language, refused, typed)
    return RedirectResponse(f"/courses/{course}/announcements", 303)


@router.get("/announcements/{announcement_id}/edit")
async def show_edit(
    request: Request,
    announcement_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
) -> Response:
    """Show the form that changes an announcement."""
    async with db.read() as session:
        found = await announcements.get_announcement(session, viewer, announcement_id)
        announcements.require_may_change(viewer, found)
    form = {"id": found.id, "title": found.title, "body": found.body}
    return await _edit_page(request, viewer, db, language, found.course, form)


@router.post("/announcements/{announcement_id}/edit")
async def edit(
    request: Request,
    announcement_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    title: Text = "",
    body: Text = "",
) -> Response:
    """Change an announcement."""
    try:
        async with db.write() as session:
            found = await announcements.get_announcement(session, viewer, announcement_id)
            course = found.course
            await announcements.edit(
                session, viewer, announcement_id, title=title, body=body, now=now
            )
            await session.commit()
    except Invalid as refused:
        error = refused.format_whole(gettext_for(language), language)
        form = {"id": announcement_id, "title": title, "body": body}
        return await _edit_page(request, viewer, db, language, course, form, error=error)
    return RedirectResponse(f"/courses/{course.slug}/announcements", 303)


@router.post("/announcements/{announcement_id}/remove")
async def remove(
    announcement_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RedirectResponse:
    """Delete an announcement."""
    found = await announcements.remove(session, viewer, announcement_id, now)
    await session.commit()
    return RedirectResponse(f"/courses/{found.course.slug}/announcements", 303)


async def _refused(
    request: Request,
    db: Db,
    viewer: Viewer,
    course: str,
    language: str,
    refused: Invalid,
    typed: dict[str, str],
) -> Response:
    """Show the form again with what was typed, and why it was refused."""
    values = await _gather_values(db, viewer, course, language)
    errors = Errors(form=refused.format_whole(gettext_for(language), language))
    changes = {"typed": typed, "errors": errors, "status_code": refused.status}
    return render_page(request, TEMPLATE, language=language, viewer=viewer, **(values | changes))


async def _gather_values(
    db: Db, viewer: Viewer, slug: str, language: str, *, after: Any = None
) -> dict[str, Any]:
    async with db.read() as session:
        course = await courses.get_course(session, slug, viewer)
        listed = await announcements.list_announcements(session, course, after=after)
    return {
        "course": course,
        "tabs": await tabs_for(db, viewer, course, "announcements", language),
        "may_write": viewer.may(Permission.MANAGE, course.id),
        "announcements": [show_announcement(found) for found in listed],
        "older": _older(course, listed[-1]) if len(listed) == ON_A_PAGE else "",
        "typed": {"title": "", "body": ""},
        "errors": Errors(),
        "longest": announcements.LONGEST_TITLE,
    }


def show_announcement(found: Announcement) -> dict[str, Any]:
    """Return what a template shows of an announcement whose author is loaded."""
    return {
        "id": found.id,
        "title": found.title,
        "html": statement_html(found.body),
        "author": found.author.name if found.author else "",
        "published_at": found.published_at,
        "edited_at": found.edited_at,
    }


def _older(course: Course, last: Announcement) -> str:
    query = {"before": last.published_at.isoformat(), "before_id": last.id}
    return f"/courses/{course.slug}/announcements?{urlencode(query)}"


async def _edit_page(
    request: Request,
    viewer: Viewer,
    db: Db,
    language: str,
    course: Course,
    form: dict[str, Any],
    *,
    error: str = "",
) -> Response:
    return render_page(
        request,
        "announcements/edit.html",
        language=language,
        viewer=viewer,
        status_code=422 if error else 200,
        course=course,
        tabs=await tabs_for(db, viewer, course, "announcements", language),
        typed=form,
        errors=Errors(form=error) if error else Errors(),
        longest=announcements.LONGEST_TITLE,
    )
