"""Collecting the grades of a course for a file."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import class_list, gradebook
from server.actions.gradebook import ExerciseGrade, StudentGrades
from server.actions.overrides import USUAL_POINTS
from server.grade_table import Cell, GradeTable, TableRow
from server.models import Assignment, Course, Enrollment, Standing, User

_STUDENTS_AT_ONCE: Final = 50


class _Member(NamedTuple):
    """What a school's lists say of a student."""

    number: str
    group: str


async def collect(
    session: AsyncSession, viewer: Viewer | None, course: Course, now: datetime
) -> GradeTable:
    """Return the grades of the whole course.

    viewer  Who asks; None for the `semaforo` command.

    Raises:
        StaffOnly
    """
    if viewer is not None:
        require(viewer, Permission.SEE_WORK, course.id)
    assignments = await gradebook.list_given(session, course)
    policy = await gradebook.find_policy(session, course.id)
    possible = await possible_points(session, assignments)
    students = await class_list.list_all(session, course.id)
    members = await _load_members(session, course.id)
    rows: list[TableRow] = []
    details: list[Sequence[Cell]] = []
    for start in range(0, len(students), _STUDENTS_AT_ONCE):
        some = students[start : start + _STUDENTS_AT_ONCE]
        for found in await gradebook.grades_of(session, course, some, now):
            rows.append(_row(found, members[found.student.id]))
            details += [_detail(one, found) for one in found.exercises]
    return GradeTable(
        course=course.slug,
        exercises=[(one.exercise, possible[one.id]) for one in assignments],
        scale=policy.scale,
        rows=rows,
        details=details,
    )


async def possible_points(
    session: AsyncSession, assignments: Sequence[Assignment]
) -> dict[UUID, float]:
    """Return the most points of each assignment, as its suites gave them."""
    most = (
        select(Standing.assignment_id, func.max(Standing.max_points).label("most"))
        .where(Standing.assignment_id.in_([one.id for one in assignments]))
        .group_by(Standing.assignment_id)
    )
    found = {row.assignment_id: row.most for row in await session.execute(most)}
    return {one.id: found.get(one.id) or USUAL_POINTS for one in assignments}


async def _load_members(session: AsyncSession, course_id: UUID) -> dict[UUID, _Member]:
    columns = (Enrollment.user_id, Enrollment.student_number, Enrollment.group)
    rows = await session.execute(select(*columns).where(Enrollment.course_id == course_id))
    return {row.user_id: _Member(row.student_number or "", row.group or "") for row in rows}


def _row(found: StudentGrades, member: _Member) -> TableRow:
    student = found.student
    return TableRow(
        email=student.email,
        name=student.listed_name,
        given_name=_first_names(student),
        family_name=student.family_name or "",
        student_number=member.number,
        group=member.group,
        points=[one.points for one in found.exercises],
        grade=found.total.grade,
        is_deleted=student.deleted_at is not None,
    )


def _first_names(student: User) -> str:
    family = student.family_name or ""
    return student.name.removesuffix(family).strip() or student.name


def _detail(one: ExerciseGrade, found: StudentGrades) -> Sequence[Cell]:
    mark, override = one.mark, one.override
    return (
        found.student.email,
        found.student.listed_name,
        one.assignment.exercise,
        one.points,
        one.max_points,
        one.standing.grade if one.standing is not None else None,
        override.points if override is not None else None,
        override.style_points if override is not None else None,
        override.reason if override is not None else "",
        mark.weight if mark is not None else None,
        "x" if mark is not None and mark in found.total.dropped else "",
        found.total.part_of(mark) if mark is not None else None,
    )
