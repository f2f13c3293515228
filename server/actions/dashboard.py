"""The instructor's dashboard of a course.

Ten statements for any size of class, and one page of its students.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, distinct, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from graders.report import RunState, Verdict
from graders.text import Text
from server.access import Permission, Viewer, require
from server.actions.overview import Cell, CheckRow, Column, OpenRun, Overview, StudentRow
from server.actions.scoring import standings_of, students_of
from server.models import (
    Assignment,
    CheckTitle,
    Course,
    Enrollment,
    GradingRun,
    Role,
    Standing,
    Submission,
    User,
)

STUCK_AFTER = timedelta(seconds=60)
MOST_RUNS_SHOWN = 200
STUDENTS_ON_A_PAGE = 25


async def overview(
    session: AsyncSession, viewer: Viewer, course: Course, now: datetime, *, page: int = 1
) -> Overview:
    """Return everything on the dashboard of a course, with page `page` of its students, from 1.

    A page number above the last gives the last page.

    Raises:
        StaffOnly: the viewer is not staff of it.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    student_count = await _count_students(session, course.id)
    page = min(page, max(1, -(-student_count // STUDENTS_ON_A_PAGE)))
    solved, endings = await _summed_up(session, course.id)
    return Overview(
        columns=await _columns(session, course.id, solved),
        students=await _students(session, course.id, page),
        student_count=student_count,
        page=page,
        checks=await _checks(session, course.id, endings),
        open_runs=await _open_runs(session, course.id, now),
        open_counts=await _open_counts(session, course.id),
    )


async def _students(session: AsyncSession, course_id: UUID, page: int) -> list[StudentRow]:
    listed = await session.execute(
        select(User.id, User.name, User.display_name, User.email)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT)
        .order_by(func.lower(User.name), User.email)
        .offset((page - 1) * STUDENTS_ON_A_PAGE)
        .limit(STUDENTS_ON_A_PAGE)
    )
    users = listed.all()
    cells = await _cells(session, course_id, [user.id for user in users])
    return [
        StudentRow(user.id, user.name, user.display_name, user.email, cells.get(user.id, {}))
        for user in users
    ]


async def _cells(
    session: AsyncSession, course_id: UUID, users: Sequence[UUID]
) -> dict[UUID, dict[UUID, Cell]]:
    """Return the results of these users in each assignment that they have handed in to."""
    best = standings_of(course_id, of=users).with_only_columns(
        Standing.user_id,
        Standing.assignment_id,
        Standing.points,
        Standing.max_points,
        Standing.submission_id,
    )
    points = {(row.user_id, row.assignment_id): row for row in await session.execute(best)}
    attempts = await session.execute(
        select(Submission.user_id, Submission.assignment_id, func.count().label("attempts"))
        .where(Submission.assignment_id.in_(_given(course_id)), Submission.user_id.in_(users))
        .group_by(Submission.assignment_id, Submission.user_id)
    )
    cells: dict[UUID, dict[UUID, Cell]] = defaultdict(dict)
    for user_id, assignment_id, count in attempts:
        cells[user_id][assignment_id] = _cell(count, points.get((user_id, assignment_id)))
    return cells


def _cell(attempts: int, best: Any | None) -> Cell:
    if best is None:
        return Cell(attempts)
    return Cell(attempts, best.points, best.max_points, best.submission_id)


async def _count_students(session: AsyncSession, course_id: UUID) -> int:
    counted = select(func.count()).select_from(students_of(course_id).subquery())
    return await session.scalar(counted) or 0


async def _summed_up(
    session: AsyncSession, course_id: UUID
) -> tuple[Counter[UUID], Mapping[UUID, Counter[str]]]:
    """Give, by assignment, how many students solved it, and how often each check ended how."""
    is_solved = Standing.points >= Standing.max_points
    wished = (Standing.assignment_id, is_solved.label("is_solved"), Standing.checks)
    solved: Counter[UUID] = Counter()
    endings: dict[UUID, Counter[str]] = defaultdict(Counter)
    for row in await session.execute(standings_of(course_id).with_only_columns(*wished)):
        solved[row.assignment_id] += row.is_solved
        endings[row.assignment_id].update(row.checks)
    return solved, endings


async def _columns(session: AsyncSession, course_id: UUID, solved: Counter[UUID]) -> list[Column]:
    """Return the exercises, each with the numbers of students who handed in and who solved it."""
    assignments = await session.execute(
        select(Assignment.id, Assignment.exercise, Assignment.position)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.exercise)
    )
    students = func.count(distinct(Submission.user_id))
    submitted = await session.execute(
        select(Submission.assignment_id, students)
        .where(
            Submission.assignment_id.in_(_given(course_id)),
            Submission.user_id.in_(students_of(course_id)),
        )
        .group_by(Submission.assignment_id)
    )
    handed_in = {assignment_id: count for assignment_id, count in submitted}  # noqa: C416 - typed
    return [
        Column(id_, exercise, position, handed_in.get(id_, 0), solved[id_])
        for id_, exercise, position in assignments
    ]


async def _checks(
    session: AsyncSession, course_id: UUID, endings: Mapping[UUID, Counter[str]]
) -> list[CheckRow]:
    titles = await session.execute(
        select(CheckTitle, Assignment.exercise)
        .join(Assignment, Assignment.id == CheckTitle.assignment_id)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.exercise, CheckTitle.position, CheckTitle.name)
    )
    rows = [
        _check_row(exercise, title, endings.get(title.assignment_id, Counter()))
        for title, exercise in titles
    ]
    return [row for row in rows if row.runs]


def _check_row(exercise: str, title: CheckTitle, endings: Counter[str]) -> CheckRow:
    by_verdict = {verdict: endings[f"{verdict} {title.name}"] for verdict in Verdict}
    return CheckRow(
        exercise=exercise,
        name=title.name,
        title=Text(es=title.title_es, en=title.title_en),
        runs=sum(by_verdict.values()),
        fails=sum(by_verdict.values()) - by_verdict[Verdict.PASSED],
    )


async def _open_runs(session: AsyncSession, course_id: UUID, now: datetime) -> list[OpenRun]:
    rows = await session.execute(
        select(GradingRun, User.name, Assignment.exercise)
        .join(Assignment, Assignment.id == GradingRun.assignment_id)
        .join(User, User.id == GradingRun.user_id)
        .where(_is_open_in(course_id))
        .order_by(GradingRun.queued_at, GradingRun.id)
        .limit(MOST_RUNS_SHOWN)
    )
    return [
        OpenRun(
            run_id=run.id,
            submission_id=run.submission_id,
            student=name,
            exercise=exercise,
            state=run.state,
            claims=run.claims,
            worker=run.worker,
            age_seconds=(now - run.queued_at).total_seconds(),
            is_stuck=_is_stuck(run, now),
            last_reason=next(reversed(run.reasons(is_staff=True)), None),
        )
        for run, name, exercise in rows
    ]


async def _open_counts(session: AsyncSession, course_id: UUID) -> dict[RunState, int]:
    rows = await session.execute(
        select(GradingRun.state, func.count().label("runs"))
        .where(_is_open_in(course_id))
        .group_by(GradingRun.state)
    )
    return {row.state: row.runs for row in rows}


def _given(course_id: UUID) -> Select[UUID]:
    return select(Assignment.id).where(Assignment.course_id == course_id)


def _is_open_in(course_id: UUID) -> ColumnElement[bool]:
    """Select queued and running runs of the course, and abandoned ones that no later run replaces.

    `points IS NULL` matches the index of unfinished runs. `state` is compared by inequality,
    because SQLite would otherwise choose the index on `state` and read the runs of every course.
    """
    later = aliased(GradingRun)
    is_replaced = exists().where(
        later.submission_id == GradingRun.submission_id,
        later.queued_at > GradingRun.queued_at,
        later.state != RunState.ABANDONED,
    )
    return and_(
        GradingRun.assignment_id.in_(_given(course_id)),
        GradingRun.points.is_(None),
        or_(GradingRun.state != RunState.ABANDONED, ~is_replaced),
    )


def _is_stuck(run: GradingRun, now: datetime) -> bool:
    if run.state is RunState.RUNNING:
        return run.lease_until is not None and run.lease_until < now
    return run.state is RunState.ABANDONED or now - run.queued_at > STUCK_AFTER
