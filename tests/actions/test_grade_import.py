"""Grades set by hand from a file: what the preview says, and what is set."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import errors
from server.access import Viewer
from server.actions import grade_export, grade_import, gradebook
from server.grade_reading import read_grades
from server.grade_table import GradeFormat, write_file
from server.models import AuditEntry, Course, Enrollment, GradeOverride
from server.storage.database import Database
from tests.actions.test_overrides import WHY, a_class, graded, set_grade
from tests.fixtures.builders import NOON, a_student, an_assignment


async def preview(session: AsyncSession, by: Viewer, course: Course, text: str) -> Any:
    slugs = [one.exercise for one in await gradebook.list_given(session, course)]
    read = read_grades(text.encode(), slugs)
    return await grade_import.preview(session, by, course, read, NOON)


async def test_a_file_as_it_was_exported_changes_nothing(database: Database) -> None:
    async with database.write() as session:
        course, gather, teacher, ana = await a_class(session)
        await an_assignment(session, course, "timeout")
        await graded(session, gather, ana, 10 / 3)
        await set_grade(session, teacher, course, ana, points=None, style_points=0.1)

        table = await grade_export.collect(session, teacher, course, NOON)
        for form in (GradeFormat.PLAIN, GradeFormat.MOODLE, GradeFormat.CANVAS):
            found = await preview(
                session, teacher, course, write_file(table, form).decode("utf-8-sig")
            )
            assert (found.changes, found.errors, found.unchanged) == ([], [], 1)


async def test_the_preview_tells_changes_and_errors_by_row_and_changes_nothing(
    database: Database,
) -> None:
    async with database.write() as session:
        course, gather, teacher, ana = await a_class(session)
        bea = await a_student(session, course)
        enrollment = await session.get_one(Enrollment, (course.id, bea.user.id))
        enrollment.student_number = "0042"
        await session.flush()
        await graded(session, gather, ana, 4)
        text = (
            "email,student_number,gather\n"
            f"{ana.user.email},,9\n,0042,11\nnobody@example.org,,5\n"
            f"{ana.user.email},,3\n{teacher.user.email},,3\n"
        )

        found = await preview(session, teacher, course, text)

        assert (await session.scalars(select(GradeOverride))).all() == []
    assert [(one.user_id, one.before, one.after) for one in found.changes] == [(ana.user.id, 4, 9)]
    assert [error.line for error in found.errors] == [3, 4, 5, 6]
    twice = found.errors[2].format(str, "en")
    assert twice == f"“{ana.user.email}” is in the file twice; the first line counts."


async def test_a_preview_that_is_applied_sets_grades_and_is_in_the_audit_log(
    database: Database,
) -> None:
    async with database.write() as session:
        course, gather, teacher, ana = await a_class(session)
        bea = await a_student(session, course)
        await graded(session, gather, ana, 4)
        await set_grade(session, teacher, course, ana, points=5, style_points=1)
        text = f"email,gather,reason\n{ana.user.email},9,\n{bea.user.email},3,Suyo\n"

        found = await preview(session, teacher, course, text)
        await grade_import.apply(session, teacher, course, found.changes, WHY, NOON)

        rows = {row.user_id: row for row in await session.scalars(select(GradeOverride))}
        entries = await session.scalars(
            select(AuditEntry).where(AuditEntry.action == "grade.override").order_by(AuditEntry.id)
        )
        before = {entry.person_id: entry.before for entry in entries}
        again = await preview(session, teacher, course, text)
    assert (rows[ana.user.id].points, rows[ana.user.id].style_points) == (9, 0)
    assert (rows[ana.user.id].reason, rows[bea.user.id].reason) == (WHY, "Suyo")
    assert before[bea.user.id] is None
    assert before[ana.user.id] is not None
    assert before[ana.user.id]["style_points"] == 1
    assert (again.changes, again.unchanged) == ([], 2)


async def test_only_who_manages_the_course_imports(database: Database) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)
        text = f"email,gather\n{ana.user.email},9\n"
        found = await preview(session, teacher, course, text)

        with pytest.raises(errors.InstructorsOnly):
            await preview(session, ana, course, text)
        with pytest.raises(errors.InstructorsOnly):
            await grade_import.apply(session, ana, course, found.changes, WHY, NOON)
        with pytest.raises(errors.StaffOnly):
            await grade_export.collect(session, ana, course, NOON)
        with pytest.raises(errors.ReasonMissing):
            await grade_import.apply(session, teacher, course, found.changes, " ", NOON)
        with pytest.raises(errors.NothingToChange):
            await grade_import.apply(session, teacher, course, [], WHY, NOON)
