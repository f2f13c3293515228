"""/courses/{course}/terms: changing the terms of several assignments at once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Permission, Viewer, require
from server.actions import assignments, courses, several_terms
from server.actions.changed_grades import LastChange, describe_grades
from server.deps import Catalogue, CurrentViewer, Db, Language, Now
from server.errors import InvalidTerms
from server.pages.assignment_views import describe_assignment, describe_change
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.pages.terms_form import describe_refused, parse_change, read_typed
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_FIELDS = (
    *("opens_at", "due_at", "closes_at", "late_policy", "percent_per_day", "late_steps"),
    *("grace_minutes", "max_attempts", "attempts_per_day", "cooldown", "weight", "shift_days"),
)
_LISTS = ("exercise", "none", "change", "shown_before", "shown_after", "shift_opening")


@router.get("/courses/{course}/terms")
async def show_form(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    exercise: Annotated[Sequence[str], Query(max_length=200)] = (),
) -> Response:
    """Show the form; `exercise` ticks some of them."""
    typed = {"exercise": list(exercise)}
    return await _show(request, viewer, db, course, catalogue, language, now, typed)


@router.post("/courses/{course}/terms")
async def change(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Change what was filled in of the chosen ones, or show whose grade that would change."""
    typed = await read_typed(request)
    is_preview = "preview" in typed
    preview = LastChange(0, ())
    try:
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            require(viewer, Permission.MANAGE, found.id)
            _, changes = await several_terms.change_several(
                session,
                viewer,
                found,
                typed.get("exercise", []),
                parse_change(typed, found.timezone),
                now,
            )
            if is_preview:
                preview = LastChange(len(changes), await describe_grades(session, changes))
            else:
                await session.commit()
    except InvalidTerms as refused:
        problems = describe_refused(refused, language)
        return await _show(request, viewer, db, course, catalogue, language, now, typed, **problems)
    if is_preview:
        seen = {"preview": describe_change(preview, catalogue, language)}
        return await _show(request, viewer, db, course, catalogue, language, now, typed, **seen)
    return RedirectResponse(f"/courses/{course}/assignments?saved=yes", 303)


async def _show(
    request: Request,
    viewer: Viewer,
    db: Database,
    slug: str,
    catalogue: Exercises,
    language: str,
    now: datetime,
    typed: dict[str, list[str]],
    **seen: Any,
) -> Response:
    async with db.read() as session:
        course = await courses.get_course(session, slug, viewer)
        require(viewer, Permission.MANAGE, course.id)
        given = await assignments.list_assignments(session, viewer, course)
    values = {
        "given": [describe_assignment(one, catalogue, language, now) for one in given],
        "typed": {name: (typed.get(name) or [""])[0] for name in _FIELDS},
        "chosen": {name: typed.get(name, []) for name in _LISTS},
        "errors": Errors(),
        "preview": None,
        "course": course,
        "tabs": await tabs_for(db, viewer, course, "assignments", language),
    }
    return render_page(
        request,
        "assignments/several.html",
        language=language,
        viewer=viewer,
        **{**values, **seen},
    )
