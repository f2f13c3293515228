"""Grades set by hand from a file: what would change, and changing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import decimal
from server.access import Permission, Viewer, require
from server.actions import class_list, grade_news, gradebook, overrides
from server.actions.grade_export import possible_points
from server.actions.gradebook import ExerciseGrade, StudentGrades
from server.errors import NothingToChange, TooManyChanges
from server.errors.kinds import Gettext
from server.grade_reading import ReadGrades, ReadRow
from server.grade_table import rounded
from server.models import AuditEntry, Course, Enrollment, NewsKind

MOST_CHANGES: Final = 1000
_STUDENTS_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class GradeChange:
    """A grade that would be set by hand.

    before, after  Points; `before` is None without a grade.
    reason         "": the one that is given for all.
    """

    assignment_id: UUID
    user_id: UUID
    email: str
    student: str
    exercise: str
    before: float | None
    after: float
    max_points: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """What of a file cannot be used: its line, the sentence (a message id) and its values."""

    line: int
    sentence: str
    values: dict[str, Any]

    def format(self, gettext: Gettext, language: str) -> str:
        """Return the sentence in the reader's language, its numbers too."""
        values = {
            name: decimal(value, language) if isinstance(value, float) else value
            for name, value in self.values.items()
        }
        return gettext(self.sentence).format(**values)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would change; nothing has changed yet."""

    changes: Sequence[GradeChange]
    errors: Sequence[RowError]
    unchanged: int
    unknown_columns: Sequence[str]


def _(message: str) -> str:
    return message  # marks it for translation


async def preview(
    session: AsyncSession, viewer: Viewer, course: Course, read: ReadGrades, now: datetime
) -> Preview:
    """Compare a file with the grades that count now; a cell that is blank changes nothing.

    Raises:
        InstructorsOnly
        TooManyChanges: more than MOST_CHANGES.
    """
    require(viewer, Permission.MANAGE, course.id)
    found = _Comparison()
    by_email, by_number = await _people(session, course.id)
    matched: dict[UUID, ReadRow] = {}
    for row in read.rows:
        user_id = by_email.get(row.email) or by_number.get(row.student_number)
        if user_id is None:
            found.refuse(row, _("No student of the course is “{who}”."), who=_who(row))
        elif user_id in matched:
            found.refuse(
                row, _("“{who}” is in the file twice; the first line counts."), who=_who(row)
            )
        else:
            matched[user_id] = row
    assignments = await gradebook.list_given(session, course)
    possible = await possible_points(session, assignments)
    students = [one for one in await class_list.list_all(session, course.id) if one.id in matched]
    for start in range(0, len(students), _STUDENTS_AT_ONCE):
        some = students[start : start + _STUDENTS_AT_ONCE]
        for grades in await gradebook.grades_of(session, course, some, now):
            found.compare(matched[grades.student.id], grades, possible)
    if len(found.changes) > MOST_CHANGES:
        raise TooManyChanges(len(found.changes), MOST_CHANGES)
    errors = sorted(found.errors, key=lambda error: error.line)
    return Preview(found.changes, errors, found.unchanged, read.unknown)


class _Comparison:
    """The changes and errors found so far."""

    def __init__(self) -> None:
        self.changes: list[GradeChange] = []
        self.errors: list[RowError] = []
        self.unchanged = 0

    def refuse(self, row: ReadRow, sentence: str, **values: Any) -> None:
        self.errors.append(RowError(row.line, sentence, values))

    def compare(self, row: ReadRow, grades: StudentGrades, possible: dict[UUID, float]) -> None:
        for exercise, typed in row.wrong.items():
            self.refuse(
                row, _("“{typed}” in “{exercise}” is not a number."), typed=typed, exercise=exercise
            )
        for one in grades.exercises:
            exercise = one.assignment.exercise
            if exercise not in row.points:
                continue
            after, most = row.points[exercise], _most(one, possible)
            if one.points is not None and rounded(one.points) == rounded(after):
                self.unchanged += 1
            elif not 0 <= after <= most:
                self.refuse(
                    row,
                    _("{points} in “{exercise}” is not from 0 to {most}."),
                    points=after,
                    exercise=exercise,
                    most=most,
                )
            else:
                self.changes.append(
                    GradeChange(
                        assignment_id=one.assignment.id,
                        user_id=grades.student.id,
                        email=grades.student.email,
                        student=grades.student.listed_name,
                        exercise=exercise,
                        before=one.points,
                        after=after,
                        max_points=most,
                        reason=row.reason,
                    )
                )


def _most(one: ExerciseGrade, possible: dict[UUID, float]) -> float:
    if one.standing is not None:
        return one.standing.max_points
    return possible[one.assignment.id]


def _who(row: ReadRow) -> str:
    return row.email or row.student_number or "–"


async def _people(
    session: AsyncSession, course_id: UUID
) -> tuple[dict[str, UUID], dict[str, UUID]]:
    students = await class_list.list_all(session, course_id)
    numbers = await session.execute(
        select(Enrollment.student_number, Enrollment.user_id).where(
            Enrollment.course_id == course_id, Enrollment.student_number.is_not(None)
        )
    )
    ids = {student.id for student in students}
    by_number = {row.student_number: row.user_id for row in numbers if row.user_id in ids}
    return {student.email: student.id for student in students}, by_number


async def apply(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    changes: Sequence[GradeChange],
    reason: str,
    now: datetime,
) -> None:
    """Set these grades of a preview by hand, each noted in the audit log.

    A few statements for any number. Points for style that were part of a grade are part of the new
    one.

    Raises:
        InstructorsOnly, ReasonMissing
        NothingToChange: there are none.
    """
    require(viewer, Permission.MANAGE, course.id)
    if not changes:
        raise NothingToChange
    rows = [_row(change, reason, viewer, now) for change in changes]
    before = await overrides.find_all(session, rows)
    await overrides.store_all(session, rows)
    entries = [
        {
            "at": now,
            "actor_id": viewer.user.id,
            "course_id": course.id,
            "person_id": change.user_id,
            "action": "grade.override",
            "before": overrides.as_noted(
                change.exercise, before.get((change.assignment_id, change.user_id))
            ),
            "after": {
                "exercise": change.exercise,
                **{name: row[name] for name in overrides.NOTED},
            },
        }
        for change, row in zip(changes, rows, strict=True)
    ]
    await session.execute(insert(AuditEntry), entries)
    changed = [
        (change.user_id, change.exercise, row["reason"])
        for change, row in zip(changes, rows, strict=True)
    ]
    await grade_news.tell_of_grades(session, course, NewsKind.GRADE_SET_BY_HAND, changed, now)


def _row(change: GradeChange, reason: str, viewer: Viewer, now: datetime) -> dict[str, Any]:
    return {
        "assignment_id": change.assignment_id,
        "user_id": change.user_id,
        "points": change.after,
        "style_points": 0.0,
        "max_points": change.max_points,
        "reason": overrides.clean_reason(change.reason or reason),
        "set_by": viewer.user.id,
        "set_at": now,
    }
