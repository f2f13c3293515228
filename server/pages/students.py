"""/courses/{course}/students/{user_id}: one student, for the staff of the course."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from graders.catalogue.exercises import Catalogue as Exercises
from graders.report import Verdict
from server.access import Permission
from server.actions import courses, submissions
from server.actions.student_notes import student_notes
from server.actions.student_work import Attempt, StudentWork, student_work
from server.deps import Catalogue, CurrentViewer, Db, Language
from server.models import Course, Submission
from server.pages.attempt_axis import lanes_of
from server.pages.changes import changed_checks, changed_files
from server.pages.course_tabs import tabs_for
from server.pages.results import CheckView, ResultView, describe_result, describe_state
from server.pages.student_notes import describe_notes
from server.pages.submission_view import regrade_href
from server.templating import render_page

router = APIRouter(include_in_schema=False)

# Attempts that are listed of the exercise looked at, and of each other one.
MOST_LISTED: Final = 100
MOST_LISTED_ASIDE: Final = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """Two attempts at one exercise, with their files and checks; `before` may be missing."""

    before: Submission | None
    after: Submission


@router.get("/courses/{course}/students/{user_id}")
async def show_student(
    request: Request,
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    exercise: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    after: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> HTMLResponse:
    """Show every attempt of a student, and what changed between two of one exercise.

    exercise       The one to look at; empty: that of the latest attempt.
    before, after  The numbers of its attempts to compare; 0: the last two.
    """
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        work = await student_work(session, viewer, found, user_id)
        notes = await student_notes(session, viewer, found, work)
        pair = _pair(work, exercise, before, after)
        compared = None
        if pair:
            old, new = pair
            compared = Compared(
                await submissions.get_submission(session, viewer, old.submission_id)
                if old
                else None,
                await submissions.get_submission(session, viewer, new.submission_id),
            )
    shown = {
        "course": found,
        "language": language,
        "viewer": viewer,
        "tabs": await tabs_for(db, viewer, found, "student", language),
        "may_manage": viewer.may(Permission.MANAGE, found.id),
        "notes": describe_notes(notes, work, found, catalogue, language),
    }
    # Code is coloured and compared: long files must not hold up the loop.
    return await asyncio.to_thread(_page, request, shown, work, compared, pair, catalogue)


def _pair(
    work: StudentWork, exercise: str, before: int, after: int
) -> tuple[Attempt | None, Attempt] | None:
    """Choose the two attempts to compare; None if there is none."""
    if not work.attempts:
        return None
    attempts = work.of(exercise) or work.of(work.attempts[0].exercise)
    by_number = {attempt.number: attempt for attempt in attempts}
    new = by_number.get(after, attempts[0])
    earlier = [attempt for attempt in attempts if attempt.number < new.number]
    old = by_number.get(before, earlier[0] if earlier else None)
    return (None if old is new else old), new


def _page(
    request: Request,
    shown: dict[str, Any],
    work: StudentWork,
    compared: Compared | None,
    pair: tuple[Attempt | None, Attempt] | None,
    catalogue: Exercises,
) -> HTMLResponse:
    language, best = shown["language"], work.best
    return render_page(
        request,
        "students/student.html",
        **shown,
        work=work,
        href=f"/courses/{shown['course'].slug}/students/{work.user_id}",
        person_href=f"/courses/{shown['course'].slug}/people/{work.user_id}",
        points=sum(attempt.points or 0 for attempt in best.values()),
        solved=sum(attempt.kind == "go" for attempt in best.values()),
        picture=lanes_of(work, shown["course"], language),
        exercises=[
            _exercise(
                slug,
                work,
                shown["course"],
                catalogue,
                language,
                is_looked_at=pair is not None and pair[1].exercise == slug,
            )
            for slug in work.exercises
        ],
        looked_at=None
        if compared is None or pair is None
        else _looked_at(compared, pair, work, catalogue, shown),
    )


def _exercise(
    slug: str,
    work: StudentWork,
    course: Course,
    catalogue: Exercises,
    language: str,
    *,
    is_looked_at: bool,
) -> dict[str, Any]:
    attempts = work.of(slug)
    most = MOST_LISTED if is_looked_at else MOST_LISTED_ASIDE
    best = work.best.get(slug)
    return {
        "slug": slug,
        "title": _title(catalogue, slug, language),
        "attempts": [_attempt(attempt, language) for attempt in attempts[:most]],
        "further": len(attempts[most:]),
        "best": best,
        "grade_href": f"/courses/{course.slug}/gradebook/{work.user_id}/{slug}",
        "extend_href": f"/courses/{course.slug}/assignments/{slug}?student={work.user_id}#extend",
    }


def _attempt(attempt: Attempt, language: str) -> dict[str, Any]:
    standing = describe_state(attempt.state, attempt.points, attempt.max_points, language)
    return {
        "number": attempt.number,
        "at": attempt.submitted_at,
        "href": f"/submissions/{attempt.submission_id}",
        "standing": standing,
    }


def _looked_at(
    compared: Compared,
    pair: tuple[Attempt | None, Attempt],
    work: StudentWork,
    catalogue: Exercises,
    shown: dict[str, Any],
) -> dict[str, Any]:
    (old, new), language = pair, shown["language"]
    after = compared.after.run.report("", is_staff=True).checks
    result = describe_result(compared.after.run, language, is_staff=True)
    before: Sequence[Any] = ()
    if compared.before is not None:
        before = compared.before.run.report("", is_staff=True).checks
    return {
        "slug": new.exercise,
        "title": _title(catalogue, new.exercise, language),
        "choices": [_attempt(attempt, language) for attempt in work.of(new.exercise)[:MOST_LISTED]],
        "before": old.number if old else 0,
        "after": new.number,
        "href": f"/submissions/{new.submission_id}",
        "regrade_href": regrade_href(compared.after, shown["viewer"]),
        "files": changed_files(compared.before, compared.after),
        "files_removed_at": compared.after.files_removed_at,
        "checks": changed_checks(before, after, language),
        "result": result,
        "pictured": _pictured(result),
    }


def _pictured(result: ResultView) -> CheckView | None:
    """Choose the check whose picture is shown: the first that does not pass, else the first."""
    drawn = [check for check in result.checks if check.timeline]
    failed = [check for check in drawn if check.verdict is not Verdict.PASSED]
    return next(iter(failed or drawn), None)


def _title(catalogue: Exercises, slug: str, language: str) -> str:
    return catalogue[slug].title.to(language) if slug in catalogue else slug
