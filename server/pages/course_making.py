"""/courses/{course}/copy and /courses/{course}/join: a copy for a new term, and the join code."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from server.access import Permission, Viewer, require
from server.actions import copying, courses, joining
from server.deps import CurrentViewer, Db, Language, Now, Settings
from server.errors import Conflict, CourseExists, Invalid, InvalidSlug
from server.models import Course, JoinPolicy
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.pages.people import beside
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False)

COPY: Final = "courses/copy.html"
JOIN: Final = "courses/join.html"
Text = Annotated[str, Form(max_length=2000)]
Days = Annotated[int, Form(ge=-copying.MOST_DAYS, le=copying.MOST_DAYS)]


@router.get("/courses/{course}/copy")
async def show_copy_form(
    request: Request, course: str, viewer: CurrentViewer, db: Db, language: Language
) -> Response:
    """Show the form for a copy."""
    found = await _get_managed(db, viewer, course)
    return await _show(request, viewer, db, found, language, COPY, {"title": found.title})


@router.post("/courses/{course}/copy")
async def copy_course(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    title: Text = "",
    slug: Text = "",
    dates: Text = "empty",
    shift_days: Days = 364,
) -> Response:
    """Make a course with the assignments and settings of this one."""
    try:
        async with db.write() as session:
            source = await courses.get_course(session, course, viewer)
            made = await copying.copy_course(
                session,
                viewer,
                source,
                slug=slug.strip(),
                title=title,
                shift_days=shift_days if dates == "shift" else None,
                now=now,
            )
            await session.commit()
    except (Invalid, Conflict) as refused:
        field = "slug" if isinstance(refused, InvalidSlug | CourseExists) else "title"
        typed = {"title": title, "slug": slug, "dates": dates, "shift_days": shift_days}
        shown = {**typed, **beside(refused, field, language)}
        return await _show(request, viewer, db, source, language, COPY, shown)
    return RedirectResponse(f"/courses/{made.slug}", 303)


@router.get("/courses/{course}/join")
async def show_join_settings(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
) -> Response:
    """Show who may join with the code, and the address to hand out."""
    found = await _get_managed(db, viewer, course)
    shown = _join_values(found, settings.public_url)
    return await _show(request, viewer, db, found, language, JOIN, shown)


@router.post("/courses/{course}/join")
async def set_join_policy(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
    policy: Annotated[JoinPolicy, Form()],
    domains: Text = "",
) -> Response:
    """Say who may join with the code."""
    found = await _get_managed(db, viewer, course)
    try:
        async with db.write() as session:
            await joining.set_policy(
                session, viewer, found, policy=policy, domains=domains, now=now
            )
            await session.commit()
    except Invalid as refused:
        shown = _join_values(found, settings.public_url)
        shown |= {"policy": policy.value, "domains": domains}
        shown |= beside(refused, "domains", language)
        return await _show(request, viewer, db, found, language, JOIN, shown)
    return RedirectResponse(f"/courses/{course}/join", 303)


@router.post("/courses/{course}/join/rotate")
async def rotate_join_code(course: str, viewer: CurrentViewer, db: Db, now: Now) -> Response:
    """Replace the code; the old one stops working at once."""
    async with db.write() as session:
        found = await courses.get_course(session, course, viewer)
        await joining.rotate_code(session, viewer, found, now)
        await session.commit()
    return RedirectResponse(f"/courses/{course}/join", 303)


def _join_values(course: Course, public_url: str) -> dict[str, Any]:
    is_open = course.join_policy is not JoinPolicy.CLOSED and course.join_code
    return {
        "policy": course.join_policy.value,
        "domains": " ".join(course.join_domains),
        "url": f"{public_url}/join/{course.join_code}" if is_open else "",
    }


async def _show(
    request: Request,
    viewer: Viewer,
    db: Database,
    course: Course,
    language: str,
    template: str,
    shown: dict[str, Any],
) -> Response:
    blank = {"slug": "", "dates": "empty", "shift_days": 364, "errors": Errors()}
    tabs = await tabs_for(db, viewer, course, "settings", language)
    values = {**blank, "course": course, "tabs": tabs, **shown}
    return render_page(request, template, language=language, viewer=viewer, **values)


async def _get_managed(db: Database, viewer: Viewer, slug: str) -> Course:
    async with db.read() as session:
        found = await courses.get_course(session, slug, viewer)
    require(viewer, Permission.MANAGE, found.id)
    return found
