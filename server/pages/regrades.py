"""/courses/{course}/regrades: begin one, see what it would change, apply or discard it."""

from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Permission, Viewer, require
from server.actions import (
    assignments,
    changed_suites,
    check_titles,
    courses,
    regrade_decision,
    regrade_preview,
    regrades,
    submissions,
)
from server.actions.regrade_decision import Choice
from server.actions.regrade_preview import Change, Direction
from server.deps import Catalogue, CurrentViewer, Db, Language, Now, WriteSession
from server.errors import Conflict, Invalid, NotFound, UnknownCheck, UnknownSubmission
from server.i18n import gettext_for
from server.models import Course, RegradeState
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.pages.regrade_view import describe_regrade, title_of
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_LIST: Final = "regrades/list.html"
_A_PAGE: Final = 50
_Name = Annotated[str, Form(max_length=1000)]
_Asked = Annotated[str, Query(max_length=1000)]


@router.get("/courses/{course}/regrades")
async def list_regrades(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    before: UUID | None = None,
    exercise: _Asked = "",
    check: _Asked = "",
    mistake: _Asked = "",
    submission: UUID | None = None,
) -> Response:
    """List the regrades of a course, with the form for another one, filled in as asked."""
    asked = {"exercise": exercise, "check": check, "mistake": mistake, "reason": ""}
    asked["submission"] = str(submission or "")
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.MANAGE, found.id)
        values = await _gather(
            session, viewer, found, catalogue, language, before=before, attempt=submission
        )
    return render_page(
        request,
        _LIST,
        language=language,
        viewer=viewer,
        tabs=await tabs_for(db, viewer, found, "regrades", language),
        form=asked,
        errors=Errors(),
        **values,
    )


async def _gather(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    catalogue: Exercises,
    language: str,
    *,
    before: UUID | None = None,
    attempt: UUID | None = None,
) -> dict[str, Any]:
    listed = await regrades.list_regrades(session, viewer, course, limit=_A_PAGE, before=before)
    given = await assignments.list_assignments(session, viewer, course)
    suites = {slug: exercise.suite_hash for slug, exercise in catalogue.items()}
    checks = await check_titles.list_checks(session, course)
    older = await changed_suites.count_older_results(session, course, suites)
    address = _address(course)
    return {
        "attempt": await _attempt(session, viewer, course, attempt, catalogue, language),
        "course": course,
        "address": address,
        "regrades": [describe_regrade(one, catalogue, language, address) for one in listed],
        "older": f"{address}?before={listed[-1].id}" if len(listed) == _A_PAGE else "",
        "exercises": [(one.exercise, title_of(catalogue, one.exercise, language)) for one in given],
        "checks": [
            {
                "name": name,
                "exercise": slug,
                "words": f"{title.to(language)} ({title_of(catalogue, slug, language)})",
            }
            for slug, name, title in checks
        ],
        "changed": [
            {"slug": slug, "title": title_of(catalogue, slug, language), "results": results}
            for slug, results in sorted(older.items())
        ],
    }


async def _attempt(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    submission_id: UUID | None,
    catalogue: Exercises,
    language: str,
) -> dict[str, Any] | None:
    """Return the one attempt that is to be regraded; None: no single one is asked for."""
    if submission_id is None:
        return None
    found = await submissions.get_submission(
        session, viewer, submission_id, with_files=False, with_checks=False
    )
    if found.course_id != course.id:
        raise UnknownSubmission
    return {
        "student": found.user.listed_name,
        "exercise": title_of(catalogue, found.assignment.exercise, language),
        "number": found.number,
    }


@router.post("/courses/{course}/regrades")
async def start_regrade(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    exercise: _Name = "",
    check: _Name = "",
    mistake: _Name = "",
    submission: Annotated[str, Form(max_length=100)] = "",
    reason: _Name = "",
) -> Response:
    """Begin a regrade, and show it."""
    try:
        wanted = regrades.Wanted(
            exercise=exercise or None,
            check=check or None,
            mistake=mistake or None,
            submission_id=UUID(submission) if submission else None,
        )
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            regrade = await regrades.start(session, viewer, found, wanted, reason, now)
            await session.commit()
    except (Invalid, Conflict, UnknownCheck) as refused:
        errors = Errors(reason=refused.format_whole(gettext_for(language), language))
        form = {"exercise": exercise, "check": check, "mistake": mistake, "reason": reason}
        form["submission"] = submission
        async with db.read() as session:
            found = await courses.get_course(session, course, viewer)
            attempt = wanted.submission_id
            values = await _gather(session, viewer, found, catalogue, language, attempt=attempt)
        values |= {"form": form, "errors": errors, "status_code": refused.status}
        values["tabs"] = await tabs_for(db, viewer, found, "regrades", language)
        return render_page(request, _LIST, language=language, viewer=viewer, **values)
    except ValueError as error:
        raise NotFound from error
    return RedirectResponse(f"/courses/{quote(found.slug)}/regrades/{regrade.id}", 303)


@router.get("/courses/{course}/regrades/{regrade_id}")
async def show_regrade(
    request: Request,
    course: str,
    regrade_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    lower: Annotated[int, Query(ge=1, le=1000)] = 1,
    higher: Annotated[int, Query(ge=1, le=1000)] = 1,
) -> Response:
    """Show what a regrade would change: who loses comes first."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        regrade = await regrades.get_regrade(session, viewer, found, regrade_id)
        totals = await regrade_preview.totals(session, regrade)
        losing, gaining = [
            await regrade_preview.list_changes(
                session, regrade, direction, limit=_A_PAGE, offset=(page - 1) * _A_PAGE
            )
            for direction, page in ((Direction.LOWER, lower), (Direction.HIGHER, higher))
        ]
    shown = describe_regrade(regrade, catalogue, language, _address(found))
    return render_page(
        request,
        "regrades/regrade.html",
        language=language,
        viewer=viewer,
        course=found,
        tabs=await tabs_for(db, viewer, found, "regrades", language),
        address=_address(found),
        regrade=shown,
        scope=shown["scope"],
        totals=totals,
        is_open=regrade.state not in regrade_decision.IS_OVER,
        is_partial=regrade.state is not RegradeState.READY,
        lower=_rows(losing, catalogue, language),
        higher=_rows(gaining, catalogue, language),
        lower_pages=_pages(shown["href"], "lower", lower, totals.lower),
        higher_pages=_pages(shown["href"], "higher", higher, totals.higher),
    )


def _address(course: Course) -> str:
    return f"/courses/{quote(course.slug)}/regrades"


def _pages(here: str, key: str, page: int, whole: int) -> dict[str, str]:
    return {
        "before": f"{here}?{key}={page - 1}#{key}" if page > 1 else "",
        "after": f"{here}?{key}={page + 1}#{key}" if page * _A_PAGE < whole else "",
    }


def _rows(found: list[Change], catalogue: Exercises, language: str) -> list[dict[str, Any]]:
    return [
        {
            "key": f"{change.assignment_id}:{change.user_id}",
            "student": change.student,
            "exercise": title_of(catalogue, change.exercise, language),
            "href": f"/submissions/{change.submission_id}",
            "before": change.before,
            "after": change.after,
            "max_points": change.max_points,
            "change": abs(change.after - change.before),
            "starts": [title.to(language) for title in change.starts],
            "stops": [title.to(language) for title in change.stops],
        }
        for change in found
    ]


@router.post("/courses/{course}/regrades/{regrade_id}/apply")
async def apply_regrade(
    course: str,
    regrade_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    choice: Annotated[Choice, Form()] = Choice.NOT_LOWER,
    pair: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
) -> RedirectResponse:
    """Put the chosen results in the place of the old ones; workers do so a few at a time."""
    found = await courses.get_course(session, course, viewer)
    regrade = await regrades.get_regrade(session, viewer, found, regrade_id)
    await regrade_decision.apply(
        session, viewer, regrade, choice, now, pairs=[_pair(one) for one in pair[:1000]]
    )
    await session.commit()
    return RedirectResponse(f"/courses/{quote(found.slug)}/regrades/{regrade.id}", 303)


def _pair(text: str) -> tuple[UUID, UUID]:
    assignment_id, _, user_id = text.partition(":")
    try:
        return UUID(assignment_id), UUID(user_id)
    except ValueError as error:
        raise Invalid from error


@router.post("/courses/{course}/regrades/{regrade_id}/discard")
async def discard_regrade(
    course: str, regrade_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RedirectResponse:
    """Leave every result as it was."""
    found = await courses.get_course(session, course, viewer)
    regrade = await regrades.get_regrade(session, viewer, found, regrade_id)
    await regrade_decision.discard(session, viewer, regrade, now)
    await session.commit()
    return RedirectResponse(f"/courses/{quote(found.slug)}/regrades/{regrade.id}", 303)
