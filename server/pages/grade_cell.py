"""/courses/{course}/gradebook/{user_id}/{exercise}: one grade, and setting it by hand."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Permission, Viewer, require
from server.actions import courses, overrides
from server.actions.scoring import standings_of
from server.deps import Catalogue, CurrentViewer, Db, Language, Now, WriteSession
from server.errors import DomainError, InvalidGrade, ReasonMissing
from server.i18n import gettext_for
from server.models import Course, GradeOverride
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(
    prefix="/courses/{course}/gradebook/{user_id}/{exercise}", include_in_schema=False
)

TEMPLATE: Final = "gradebook/cell.html"


@router.get("")
async def show_cell(
    request: Request,
    course: str,
    user_id: UUID,
    exercise: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
) -> Response:
    """Show a student's grade in an exercise, and where it comes from."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        values = await _gather(session, viewer, found, exercise, user_id)
    return await _page(request, viewer, db, found, catalogue, language, values)


@router.post("")
async def set_grade(
    request: Request,
    course: str,
    user_id: UUID,
    exercise: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    points: Annotated[str, Form(max_length=100)] = "",
    style_points: Annotated[str, Form(max_length=100)] = "",
    reason: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Set the grade by hand; a refusal is shown beside the form, with what was typed."""
    refused: DomainError | None = None
    async with db.write() as session:
        found = await courses.get_course(session, course, viewer)
        try:
            most = await _most(session, found, exercise, user_id)
            await overrides.set_override(
                session,
                viewer,
                found,
                exercise,
                user_id,
                points=_number(points, most),
                style_points=_number(style_points, most) or 0,
                reason=reason,
                now=now,
            )
            await session.commit()
        except (InvalidGrade, ReasonMissing) as error:
            refused = error
            values = await _gather(session, viewer, found, exercise, user_id)
    if refused is None:
        return RedirectResponse(f"{_path(found, user_id, exercise)}?saved=yes", 303)
    values |= {"points": points, "style_points": style_points, "reason": reason}
    values |= _refusal(refused, language)
    return await _page(request, viewer, db, found, catalogue, language, values)


@router.post("/remove")
async def remove_grade(
    course: str,
    user_id: UUID,
    exercise: str,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> RedirectResponse:
    """Go back to the computed grade."""
    found = await courses.get_course(session, course, viewer)
    await overrides.remove_override(session, viewer, found, exercise, user_id, now=now)
    await session.commit()
    return RedirectResponse(f"{_path(found, user_id, exercise)}?saved=yes", 303)


def _path(course: Course, user_id: UUID, exercise: str) -> str:
    return f"/courses/{course.slug}/gradebook/{user_id}/{exercise}"


def _number(typed: str, most: float) -> float | None:
    """Return the number that was typed, with a point or a comma; None for an empty field."""
    if not typed.strip():
        return None
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        raise InvalidGrade(most) from None


async def _most(session: AsyncSession, course: Course, exercise: str, user_id: UUID) -> float:
    assignment = await overrides.get_assignment(session, course, exercise)
    return await overrides.possible_points(session, assignment.id, user_id)


def _refusal(refused: DomainError, language: str) -> dict[str, Any]:
    field = "reason" if isinstance(refused, ReasonMissing) else "points"
    errors = Errors({field: refused.format_whole(gettext_for(language), language)})
    return {"errors": errors, "status_code": refused.status}


async def _gather(
    session: AsyncSession, viewer: Viewer, course: Course, exercise: str, user_id: UUID
) -> dict[str, Any]:
    require(viewer, Permission.SEE_WORK, course.id)
    assignment = await overrides.get_assignment(session, course, exercise)
    student = await overrides.get_student(session, course, user_id)
    best = await session.scalar(standings_of(course.id, exercise, of=[user_id]))
    override = await overrides.find_override(session, assignment.id, user_id)
    return {
        "student": student,
        "exercise": exercise,
        "best": best,
        "override": override,
        "most": await overrides.possible_points(session, assignment.id, user_id),
        **_typed(override),
    }


def _typed(override: GradeOverride | None) -> dict[str, str]:
    """Return what the form's fields hold before anybody types."""
    if override is None:
        return {"points": "", "style_points": "", "reason": ""}
    points = "" if override.points is None else f"{override.points:g}"
    return {
        "points": points,
        "style_points": f"{override.style_points:g}" if override.style_points else "",
        "reason": override.reason,
    }


async def _page(
    request: Request,
    viewer: Viewer,
    db: Database,
    course: Course,
    catalogue: Exercises,
    language: str,
    values: dict[str, Any],
) -> Response:
    slug, student = values["exercise"], values["student"]
    shown: dict[str, Any] = {
        "errors": Errors(),
        "is_saved": request.query_params.get("saved") == "yes",
        "title": catalogue[slug].title.to(language) if slug in catalogue else slug,
        "course": course,
        "tabs": await tabs_for(db, viewer, course, "gradebook", language),
        "may_set": viewer.may(Permission.MANAGE, course.id),
        "longest": overrides.LONGEST_REASON,
        "href": _path(course, student.id, slug),
        "grade": _grade(values["best"], values["override"], values["most"]),
    }
    return render_page(request, TEMPLATE, language=language, viewer=viewer, **(shown | values))


def _grade(best: Any, override: GradeOverride | None, most: float) -> dict[str, float | None]:
    """Return the grade that counts now; without points if there is none."""
    base = best.grade if best is not None else None
    if override is None:
        return {"points": base, "max_points": best.max_points if best is not None else most}
    if override.points is not None:
        base = override.points
    return {"points": (base or 0) + override.style_points, "max_points": override.max_points}
