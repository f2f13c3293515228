"""/courses: the viewer's courses, a new one, and the settings of one."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from graders.text import Language as LanguageCode
from server.access import Permission, Viewer, may_make_courses, require
from server.actions import courses
from server.deps import CurrentViewer, Db, Language, Now, Settings
from server.errors import Conflict, CourseExists, DomainError, Invalid, InvalidSlug, UnknownTimeZone
from server.i18n import gettext_for
from server.models import Course
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors, status_of
from server.pages.people_view import describe_role
from server.templating import render_page

router = APIRouter(include_in_schema=False)

LIST: Final = "courses/list.html"
SETTINGS: Final = "courses/settings.html"
Text = Annotated[str, Form(max_length=1000)]


@router.get("/courses")
async def show_courses(
    request: Request, viewer: CurrentViewer, db: Db, settings: Settings, language: Language
) -> Response:
    """List the viewer's courses; who may make one finds the form below."""
    blank = {"title": "", "slug": "", "timezone": settings.default_timezone, "errors": Errors()}
    return await _show_list(request, viewer, db, language, {**blank, "course_language": language})


@router.post("/courses")
async def make_course(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    title: Text = "",
    slug: Text = "",
    timezone: Text = "",
    chosen: Annotated[LanguageCode, Form(alias="language")] = "es",
) -> Response:
    """Make a course, which its maker teaches."""
    try:
        async with db.write() as session:
            made = await courses.create_course(
                session,
                slug=slug.strip(),
                title=title,
                timezone=timezone,
                language=chosen,
                viewer=viewer,
                now=now,
            )
            await session.commit()
    except (Invalid, Conflict) as refused:
        typed = {"title": title, "slug": slug, "timezone": timezone, "course_language": chosen}
        shown = {**typed, **_beside_its_field(refused, language)}
        return await _show_list(request, viewer, db, language, shown)
    return RedirectResponse(f"/courses/{made.slug}", 303)


@router.get("/courses/{course}")
async def show_settings(
    request: Request, course: str, viewer: CurrentViewer, db: Db, language: Language
) -> Response:
    """Show a course's settings."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.MANAGE, found.id)
    return await _show_settings(request, viewer, db, found, language, {})


@router.post("/courses/{course}")
async def change_settings(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    title: Text = "",
    timezone: Text = "",
    chosen: Annotated[LanguageCode, Form(alias="language")] = "es",
    unready: Annotated[bool, Form(alias="unready_costs_attempt")] = False,
) -> Response:
    """Change title, time zone, language, and what becomes of programs that do not compile."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
    try:
        async with db.write() as session:
            await courses.change_course(
                *(session, viewer, found),
                title=title,
                timezone=timezone,
                language=chosen,
                unready_costs_attempt=unready,
                now=now,
            )
            await session.commit()
    except Invalid as refused:
        typed = {
            "title": title,
            "timezone": timezone,
            "course_language": chosen,
            "unready": unready,
        }
        shown = {**typed, **_beside_its_field(refused, language)}
        return await _show_settings(request, viewer, db, found, language, shown)
    return RedirectResponse(f"/courses/{course}?saved=settings", 303)


@router.post("/courses/{course}/archive")
async def archive_course(course: str, viewer: CurrentViewer, db: Db, now: Now) -> Response:
    """End a course."""
    async with db.write() as session:
        found = await courses.get_course(session, course, viewer)
        await courses.archive(session, viewer, found, now)
        await session.commit()
    return RedirectResponse(f"/courses/{course}", 303)


@router.post("/courses/{course}/reopen")
async def reopen_course(course: str, viewer: CurrentViewer, db: Db, now: Now) -> Response:
    """Open an archived course again."""
    async with db.write() as session:
        found = await courses.get_course(session, course, viewer)
        await courses.reopen(session, viewer, found, now)
        await session.commit()
    return RedirectResponse(f"/courses/{course}", 303)


async def _show_list(
    request: Request, viewer: Viewer, db: Db, language: str, shown: dict[str, Any]
) -> Response:
    async with db.read() as session:
        found = await courses.list_courses(session, viewer, with_archived=True)
    rows = [_row(course, viewer, language) for course in found]
    return render_page(
        request,
        LIST,
        language=language,
        viewer=viewer,
        taught=[row for row in rows if not row["is_archived"]],
        archived=[row for row in rows if row["is_archived"]],
        may_make=may_make_courses(viewer),
        timezones=courses.timezones(),
        **shown,
    )


def _row(course: Course, viewer: Viewer, language: str) -> dict[str, Any]:
    _ = gettext_for(language)
    role = viewer.roles.get(course.id)
    manages = viewer.may(Permission.MANAGE, course.id)
    staff = f"/courses/{course.slug}" if manages else f"/dashboard?course={course.slug}"
    return {
        "title": course.title,
        "slug": course.slug,
        "href": staff if viewer.is_staff_of(course.id) else "/",
        "role": describe_role(role, language) if role else _("administrator"),
        "is_archived": course.is_archived,
    }


async def _show_settings(
    request: Request,
    viewer: Viewer,
    db: Db,
    course: Course,
    language: str,
    shown: dict[str, Any],
) -> Response:
    values: dict[str, Any] = {
        "title": course.title,
        "timezone": course.timezone,
        "course_language": course.language,
        "unready": course.unready_costs_attempt,
        "errors": Errors(),
        "saved": request.query_params.get("saved", ""),
    }
    return render_page(
        request,
        SETTINGS,
        language=language,
        viewer=viewer,
        course=course,
        tabs=await tabs_for(db, viewer, course, "settings", language),
        timezones=courses.timezones(),
        **(values | shown),
    )


def _beside_its_field(refused: DomainError, language: str) -> dict[str, Any]:
    """Return the message for the field that a refusal is about, and the page's status."""
    field = "title"
    if isinstance(refused, UnknownTimeZone):
        field = "timezone"
    elif isinstance(refused, InvalidSlug | CourseExists):
        field = "slug"
    message = refused.format_whole(gettext_for(language), language)
    return {"errors": Errors({field: message}), **status_of(refused)}
