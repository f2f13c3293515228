"""A class at a glance: every student's sums, and one page of students with their results.

Nine statements for any size of class. What each student has in each exercise is loaded for the
students of the page alone: of 500 students and 30 exercises, that is a tenth.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Subquery, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.access import Permission, Viewer, require
from server.actions.class_filter import Wish, choose
from server.actions.overview import Cell, ClassMap, Column, Stuck, StudentRow, StudentSums
from server.actions.scoring import standings_of, students_of
from server.models import Assignment, Course, Enrollment, Role, Standing, Submission, User
from server.models.names import listed_name

STUDENTS_ON_A_PAGE: Final = 30
# A student is stuck after so many attempts that were no better than an earlier one.
STUCK_AFTER_ATTEMPTS: Final = 3


async def class_map(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    now: datetime,
    wish: Wish | None = None,
    *,
    page: int = 1,
    limit: int = STUDENTS_ON_A_PAGE,
) -> ClassMap:
    """Return the class, with page `page` of the students that are wished for, from 1.

    A page number above the last gives the last page.

    Raises:
        StaffOnly: the viewer is not staff of it.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    assignments = await _assignments(session, course.id)
    stuck = await _stuck(session, course.id)
    overdue = [given.id for given in assignments if given.due_at and given.due_at <= now]
    everybody = await _everybody(session, course.id, overdue, stuck)
    found = choose(everybody, wish or Wish())
    pages = max(1, -(-len(found) // limit))
    page = min(page, pages)
    shown = found[(page - 1) * limit : page * limit]
    given = [assignment.id for assignment in assignments]
    cells = await cells_of(session, given, [student.user_id for student in shown])
    return ClassMap(
        columns=await _columns(session, course.id, assignments, stuck),
        everybody=everybody,
        chosen=found,
        page=page,
        pages=pages,
        students=[StudentRow(student, cells.get(student.user_id, {})) for student in shown],
        groups=sorted({student.group for student in everybody if student.group}),
    )


async def _assignments(session: AsyncSession, course_id: UUID) -> Sequence[Any]:
    rows = await session.execute(
        select(Assignment.id, Assignment.exercise, Assignment.position, Assignment.due_at)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.exercise)
    )
    return rows.all()


async def _everybody(
    session: AsyncSession, course_id: UUID, overdue: Sequence[UUID], stuck: dict[UUID, list[Stuck]]
) -> list[StudentSums]:
    """Return all students with their sums, in the order of names."""
    listed = await session.execute(
        select(User.id, User.name, User.family_name, User.email, Enrollment.group)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT)
        .order_by(User.sort_key, User.email)
    )
    sums = standings_of(course_id).with_only_columns(
        Standing.user_id,
        func.sum(Standing.points).label("points"),
        func.sum(case((Standing.points >= Standing.max_points, 1), else_=0)).label("solved"),
    )
    scored = {row.user_id: row for row in await session.execute(sums.group_by(Standing.user_id))}
    handed_in = await _handed_in(session, course_id, overdue)
    return [
        StudentSums(
            user_id=id_,
            name=listed_name(name, family_name),
            email=email,
            group=group,
            points=scored[id_].points if id_ in scored else 0,
            solved=scored[id_].solved if id_ in scored else 0,
            handed_in=handed_in[id_].all if id_ in handed_in else 0,
            behind=len(overdue) - (handed_in[id_].overdue if id_ in handed_in else 0),
            stuck=stuck.get(id_, ()),
        )
        for id_, name, family_name, email, group in listed
    ]


async def _handed_in(
    session: AsyncSession, course_id: UUID, overdue: Sequence[UUID]
) -> dict[UUID, Any]:
    """Return, by student, to how many assignments something was handed in: `all` and `overdue`."""
    begun = _begun(course_id)
    is_overdue = begun.c.assignment_id.in_(overdue)
    work = await session.execute(
        select(
            begun.c.user_id,
            func.count().label("all"),
            func.sum(case((is_overdue, 1), else_=0)).label("overdue"),
        ).group_by(begun.c.user_id)
    )
    return {row.user_id: row for row in work}


async def _stuck(session: AsyncSession, course_id: UUID) -> dict[UUID, list[Stuck]]:
    """Return, by student, the unsolved exercises whose latest attempts were no better."""
    later = aliased(Submission)
    theirs = (later.assignment_id == Standing.assignment_id, later.user_id == Standing.user_id)
    attempts = select(func.max(later.number)).where(*theirs).scalar_subquery()
    goes_on = exists().where(*theirs, later.number >= Submission.number + STUCK_AFTER_ATTEMPTS)
    rows = await session.execute(
        standings_of(course_id)
        .with_only_columns(
            Standing.user_id,
            Standing.assignment_id,
            attempts.label("attempts"),
            (attempts - Submission.number).label("since"),
        )
        .join(Submission, Submission.id == Standing.submission_id)
        .where(Standing.points < Standing.max_points, goes_on)
    )
    found: dict[UUID, list[Stuck]] = defaultdict(list)
    for row in rows:
        found[row.user_id].append(Stuck(row.assignment_id, row.attempts, row.since))
    for one in found.values():
        one.sort(key=lambda stuck: -stuck.attempts)
    return found


async def cells_of(
    session: AsyncSession, assignments: Sequence[UUID], users: Sequence[UUID]
) -> dict[UUID, dict[UUID, Cell]]:
    """Return these users' results in those of the assignments that they have handed in to."""
    # By their ids: with a subquery, PostgreSQL would read a user's standings in every course.
    best = select(
        Standing.user_id,
        Standing.assignment_id,
        Standing.points,
        Standing.max_points,
        Standing.submission_id,
    ).where(Standing.assignment_id.in_(assignments), Standing.user_id.in_(users))
    points = {(row.user_id, row.assignment_id): row for row in await session.execute(best)}
    attempts = await session.execute(
        select(Submission.user_id, Submission.assignment_id, func.count().label("attempts"))
        .where(Submission.assignment_id.in_(assignments), Submission.user_id.in_(users))
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


async def _columns(
    session: AsyncSession,
    course_id: UUID,
    assignments: Sequence[Any],
    stuck: dict[UUID, list[Stuck]],
) -> list[Column]:
    """Return the exercises, each with the numbers of students who handed in and who solved it."""
    begun = _begun(course_id)
    submitted = await session.execute(
        select(begun.c.assignment_id, func.count())
        .where(begun.c.user_id.in_(students_of(course_id)))
        .group_by(begun.c.assignment_id)
    )
    is_solved = Standing.points >= Standing.max_points
    solved = await session.execute(
        standings_of(course_id)
        .with_only_columns(Standing.assignment_id, func.count())
        .where(is_solved)
        .group_by(Standing.assignment_id)
    )
    handed_in = {id_: count for id_, count in submitted}  # noqa: C416 - typed
    right = {id_: count for id_, count in solved}  # noqa: C416 - typed
    hard = Counter(one.assignment_id for each in stuck.values() for one in each)
    return [
        Column(
            assignment_id=given.id,
            exercise=given.exercise,
            position=given.position,
            due_at=given.due_at,
            submitted=handed_in.get(given.id, 0),
            solved=right.get(given.id, 0),
            stuck=hard[given.id],
        )
        for given in assignments
    ]


def _given(course_id: UUID) -> Select[UUID]:
    return select(Assignment.id).where(Assignment.course_id == course_id)


def _begun(course_id: UUID) -> Subquery:
    """Select the pairs of assignment and user with a submission: from an index, in its order."""
    return (
        select(Submission.assignment_id, Submission.user_id)
        .where(Submission.assignment_id.in_(_given(course_id)))
        .distinct()
        .subquery()
    )
