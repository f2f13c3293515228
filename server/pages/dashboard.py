"""/dashboard: overview of a course, for its staff."""

import asyncio
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from graders.catalogue.exercises import Catalogue as Exercises
from graders.report import RunState
from server.actions import dashboard
from server.actions.dashboard import STUDENTS_ON_A_PAGE
from server.actions.overview import Cell, CheckRow, Column, OpenRun, Overview, StudentRow
from server.deps import Catalogue, CurrentViewer, Db, Language, Now
from server.errors import StaffOnly
from server.i18n import gettext_for
from server.pages.course_tabs import tabs_for
from server.pages.courses import choose_course
from server.pages.results import describe_reason, describe_state
from server.pages.suites import suite_view
from server.templating import render_page

router = APIRouter(include_in_schema=False)


@router.get("/dashboard")
async def show_dashboard(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    course: str | None = None,
    students: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> HTMLResponse:
    """Show the students' points, failures by check, and waiting or stuck runs.

    `students` is the page of students, from 1.
    """
    async with db.read() as session:
        courses, chosen = await choose_course(session, viewer, course, as_staff=True)
        if chosen is None:
            raise StaffOnly
        seen = await dashboard.overview(session, viewer, chosen, now, page=students)
    shown = {"courses": courses, "course": chosen, "language": language, "viewer": viewer}
    # In a thread, because rendering takes a tenth of a second; the database is not used any more.
    return await asyncio.to_thread(_page, request, shown, seen, catalogue)


def _page(
    request: Request, shown: dict[str, Any], seen: Overview, catalogue: Exercises
) -> HTMLResponse:
    language = shown["language"]
    return render_page(
        request,
        "dashboard/dashboard.html",
        **shown,
        tabs=tabs_for(shown["viewer"], shown["course"], "dashboard", language),
        pending=[_run(run, catalogue, language) for run in seen.open_runs],
        counts=[(_state(state, language), runs) for state, runs in seen.open_counts.items()],
        exercises=[_column(column, catalogue, language) for column in seen.columns],
        students=[_student(student, seen.columns, language) for student in seen.students],
        pages=_pages(seen.page, seen.student_count, shown["course"].slug),
        checks=[_check(check, catalogue, language) for check in seen.checks],
        suites=[suite_view(catalogue, column.exercise, language) for column in seen.columns],
        problems=[problem.words.to(language) for problem in catalogue.problems],
    )


def _pages(number: int, students: int, course: str) -> dict[str, Any]:
    """Return which students are shown, and the links to the previous and next ones."""
    last = max(1, -(-students // STUDENTS_ON_A_PAGE))

    def href(wished: int) -> str:
        if not 1 <= wished <= last:
            return ""
        return f"/dashboard?{urlencode({'course': course, 'students': wished})}#grid"

    return {
        "first": min((number - 1) * STUDENTS_ON_A_PAGE + 1, students),
        "last": min(number * STUDENTS_ON_A_PAGE, students),
        "total": students,
        "before": href(number - 1),
        "after": href(number + 1),
    }


def _run(run: OpenRun, catalogue: Exercises, language: str) -> dict[str, Any]:
    _ = gettext_for(language)
    words = _state(run.state, language)
    if run.is_stuck and run.state is not RunState.ABANDONED:
        words += " · " + _("stuck")
    return {
        "href": f"/submissions/{run.submission_id}",
        "regrade": run.state is RunState.ABANDONED and f"/submissions/{run.submission_id}/regrade",
        "lit": "stop" if run.is_stuck else "wait",
        "words": words,
        "student": run.student,
        "exercise": _title(catalogue, run.exercise, language),
        "age": timedelta(seconds=run.age_seconds),
        "claims": run.claims,
        "reason": describe_reason(run.last_reason, language) if run.last_reason else "",
    }


def _state(state: RunState, language: str) -> str:
    return describe_state(state, None, None, language).words


def _column(column: Column, catalogue: Exercises, language: str) -> dict[str, Any]:
    return {
        "title": _title(catalogue, column.exercise, language),
        "submitted": column.submitted,
        "solved": column.solved,
    }


def _student(student: StudentRow, columns: list[Column], language: str) -> dict[str, Any]:
    return {
        "name": student.name,
        "cells": [_cell(student.cells.get(column.assignment_id), language) for column in columns],
        "total": student.points,
    }


def _cell(cell: Cell | None, language: str) -> dict[str, Any]:
    """Show one student in one exercise; `lit` is empty where nothing was handed in."""
    if cell is None:
        return {"lit": "", "attempts": 0}
    state = RunState.QUEUED if cell.points is None else RunState.FINISHED
    now = describe_state(state, cell.points, cell.max_points, language)
    return {
        "lit": now.lit,
        "words": now.words,
        "href": f"/submissions/{cell.submission_id}" if cell.submission_id else "",
        "has_points": now.has_points,
        "points": now.points,
        "max_points": now.max_points,
        "attempts": cell.attempts,
    }


def _check(check: CheckRow, catalogue: Exercises, language: str) -> dict[str, Any]:
    return {
        "exercise": _title(catalogue, check.exercise, language),
        "title": check.title.to(language),
        "runs": check.runs,
        "rate": check.fail_rate,
        "percent": round(check.fail_rate * 100),
    }


def _title(catalogue: Exercises, slug: str, language: str) -> str:
    return catalogue[slug].title.to(language) if slug in catalogue else slug
