"""A class at a glance: every student's sums, and one page of students with their results.

Eight statements for any size of class. The sums are read from the standings, one row for each
student and assignment; what nobody has graded yet is looked up beside them. What each student has
in each exercise is loaded for the students of the page alone: of 500 students and 30 exercises,
that is a tenth.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Select, case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import class_cells, class_terms
from server.actions.class_cells import Graded
from server.actions.class_filter import StudentFilter, choose
from server.actions.class_terms import ClassTerms, Pair
from server.actions.overview import ClassMap, Column, Stuck, StudentRow, StudentSums
from server.models import (
    Assignment,
    Course,
    Enrollment,
    Role,
    Standing,
    User,
)
from server.models.names import listed_name

STUDENTS_ON_A_PAGE: Final = 30
# A student is stuck after so many graded attempts that were no better than an earlier one.
STUCK_AFTER_ATTEMPTS: Final = 3


class _Notable(NamedTuple):
    """Who is stuck, and in how many exercises each is late."""

    stuck: Mapping[UUID, Sequence[Stuck]]
    late: Mapping[UUID, int]
    late_in: Mapping[UUID, int]


_NOTHING: Final = Graded(0, (), ())


async def class_map(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    now: datetime,
    student_filter: StudentFilter | None = None,
    *,
    page: int = 1,
    limit: int = STUDENTS_ON_A_PAGE,
) -> ClassMap:
    """Return the class, with page `page` of the students that pass the filter, from 1.

    A page number above the last gives the last page.

    Raises:
        StaffOnly: the viewer is not staff of it.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    given = select(Assignment).where(Assignment.course_id == course.id)
    given = given.order_by(Assignment.position, Assignment.exercise)
    assignments = (await session.scalars(given)).all()
    terms = await class_terms.load(session, assignments)
    listed = (await session.execute(_students(course.id))).all()
    students = {row.id for row in listed}
    graded = await class_cells.graded(session, course.id, students)
    notable = await _notable(session, terms, students)
    ungraded = await class_cells.ungraded(session, course.id)
    everybody = _everybody(listed, assignments, terms, graded, notable, ungraded, now)
    found = choose(everybody, student_filter or StudentFilter())
    pages = max(1, -(-len(found) // limit))
    page = min(page, pages)
    shown = found[(page - 1) * limit : page * limit]
    ids = [assignment.id for assignment in assignments]
    cells = await class_cells.cells_of(session, ids, [student.user_id for student in shown])
    return ClassMap(
        columns=_columns(assignments, graded, notable, ungraded),
        everybody=everybody,
        chosen=found,
        page=page,
        pages=pages,
        students=[StudentRow(student, cells.get(student.user_id, {})) for student in shown],
        groups=sorted({student.group for student in everybody if student.group}),
    )


def _students(course_id: UUID) -> Select[*tuple[Any, ...]]:
    """Select all students in the order of names."""
    return (
        select(User.id, User.name, User.family_name, User.email, Enrollment.group)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(Enrollment.course_id == course_id, Enrollment.role == Role.STUDENT)
        .order_by(User.sort_key, User.email)
    )


async def _notable(session: AsyncSession, terms: ClassTerms, students: set[UUID]) -> _Notable:
    """Find unsolved exercises without progress, and what was handed in after the due moment."""
    since = Standing.last_number - Standing.best_number
    is_stuck = (Standing.points < Standing.max_points) & (since >= STUCK_AFTER_ATTEMPTS)
    is_after_due = Standing.submitted_at >= Assignment.due_at
    rows = await session.execute(
        select(
            Standing.user_id,
            Standing.assignment_id,
            Standing.last_number,
            case((is_stuck, since), else_=0),
            case((is_after_due, Standing.submitted_at)),
        )
        .join(Assignment, Assignment.id == Standing.assignment_id)
        .where(Assignment.id.in_(list(terms.usual)), or_(is_stuck, is_after_due))
    )
    stuck: dict[UUID, list[Stuck]] = defaultdict(list)
    late: Counter[UUID] = Counter()
    late_in: Counter[UUID] = Counter()
    for user_id, assignment_id, attempts, without_progress, late_at in rows:
        if user_id not in students:
            continue
        if without_progress:
            stuck[user_id].append(Stuck(assignment_id, attempts, without_progress))
        if late_at is not None and terms.is_late(assignment_id, user_id, late_at):
            late[user_id] += 1
            late_in[assignment_id] += 1
    for one in stuck.values():
        one.sort(key=lambda each: -each.attempts)
    return _Notable(stuck, late, late_in)


def _everybody(
    listed: Sequence[Any],
    assignments: Sequence[Assignment],
    terms: ClassTerms,
    graded: Mapping[UUID, Graded],
    notable: _Notable,
    ungraded: Iterable[Pair],
    now: datetime,
) -> list[StudentSums]:
    """Return these students with their sums, in their order."""
    overdue_ids = set(terms.overdue(now))
    overdue = {one.exercise for one in assignments if one.id in overdue_ids}
    waiting = Counter(user_id for _, user_id in ungraded)
    excused = terms.still_have_time(now)
    excused.update(user_id for assignment_id, user_id in ungraded if assignment_id in overdue_ids)
    found = []
    for id_, name, family_name, email, group in listed:
        own = graded.get(id_, _NOTHING)
        missing = len(overdue) - len(overdue.intersection(own.handed_in))
        found.append(
            StudentSums(
                user_id=id_,
                name=listed_name(name, family_name),
                email=email,
                group=group,
                points=own.points,
                solved=len(own.solved),
                handed_in=len(own.handed_in) + waiting[id_],
                behind=missing - excused[id_],
                late=notable.late.get(id_, 0),
                stuck=notable.stuck.get(id_, ()),
            )
        )
    return found


def _columns(
    assignments: Sequence[Assignment],
    graded: Mapping[UUID, Graded],
    notable: _Notable,
    ungraded: Iterable[Pair],
) -> list[Column]:
    """Return the exercises, each with the numbers of students in it."""
    handed_in = Counter(chain.from_iterable(one.handed_in for one in graded.values()))
    solved = Counter(chain.from_iterable(one.solved for one in graded.values()))
    waiting = Counter(assignment_id for assignment_id, _ in ungraded)
    hard = Counter(one.assignment_id for each in notable.stuck.values() for one in each)
    return [
        Column(
            assignment_id=given.id,
            exercise=given.exercise,
            position=given.position,
            due_at=given.due_at,
            submitted=handed_in[given.exercise] + waiting[given.id],
            solved=solved[given.exercise],
            stuck=hard[given.id],
            late=notable.late_in.get(given.id, 0),
        )
        for given in assignments
    ]
