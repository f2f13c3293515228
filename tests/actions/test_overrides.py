"""Grades set by hand: who may, what is refused, and what a regrade leaves alone."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server import errors
from server.access import Viewer
from server.actions import courses, grading, overrides
from server.models import Assignment, AuditEntry, Course, GradeOverride, Role, Standing
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    a_user,
    an_assignment,
    an_instructor,
    later,
    viewer_of,
)

WHY = "Lo explicó en clase."


async def a_class(session: AsyncSession) -> tuple[Course, Assignment, Viewer, Viewer]:
    """Make a course with an exercise, its teacher and a student."""
    course = await a_course(session)
    assignment = await an_assignment(session, course)
    return (
        course,
        assignment,
        await an_instructor(session, course),
        await a_student(session, course),
    )


async def set_grade(
    session: AsyncSession, by: Viewer | None, course: Course, whose: Viewer, **values: object
) -> None:
    given = {"points": 9.0, "style_points": 0.0, "reason": WHY, "now": NOON, **values}
    await overrides.set_override(
        session,
        by,
        course,
        "gather",
        whose.user.id,
        **given,  # type: ignore[arg-type]
    )


async def graded(
    session: AsyncSession, assignment: Assignment, student: Viewer, points: float, of: float = 10
) -> None:
    submission = await a_submission(session, assignment, student)
    await a_finished_run(session, submission, a_report(a_check(points=points, max_points=of)))


async def test_a_grade_set_by_hand_is_kept_with_its_reason(database: Database) -> None:
    async with database.write() as session:
        course, assignment, teacher, ana = await a_class(session)
        await graded(session, assignment, ana, 4)
        await set_grade(session, teacher, course, ana, style_points=0.5)
        await session.commit()

    async with database.read() as session:
        row = await overrides.find_override(session, assignment.id, ana.user.id)
    assert row is not None
    assert (row.points, row.style_points, row.max_points, row.reason) == (9, 0.5, 10, WHY)
    assert row.setter is not None
    assert row.setter.id == teacher.user.id


async def test_a_regrade_changes_neither_the_grade_nor_the_points_for_style(
    database: Database,
) -> None:
    async with database.write() as session:
        course, assignment, teacher, ana = await a_class(session)
        submission = await a_submission(session, assignment, ana)
        await a_finished_run(session, submission, a_report(a_check(points=4, max_points=10)))
        await set_grade(session, teacher, course, ana, style_points=1)

        await grading.regrade(session, teacher, submission.id, later(60))
        again = a_report(a_check(points=2, max_points=20))
        await a_finished_run(session, submission, again, now=later(61))

        standing = (await session.scalars(select(Standing))).one()
        row = (await session.scalars(select(GradeOverride))).one()
    assert (standing.points, standing.max_points) == (2, 20)
    assert (row.points, row.style_points, row.max_points) == (9, 1, 10)


async def test_setting_again_replaces_and_the_audit_log_holds_both(database: Database) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)
        await set_grade(session, teacher, course, ana)
        await set_grade(session, None, course, ana, points=None, style_points=2, reason="Claro.")
        await overrides.remove_override(
            session, teacher, course, "gather", ana.user.id, now=later(2)
        )

        entries = (
            await session.scalars(
                select(AuditEntry)
                .where(AuditEntry.action.startswith("grade."))
                .order_by(AuditEntry.id)
            )
        ).all()
        left = (await session.scalars(select(GradeOverride))).all()

    assert left == []
    assert [entry.action for entry in entries] == ["grade.override"] * 2 + ["grade.restore"]
    assert {entry.person_id for entry in entries} == {ana.user.id}
    assert [entry.actor_id for entry in entries] == [teacher.user.id, None, teacher.user.id]
    first = {"exercise": "gather", "points": 9, "style_points": 0, "max_points": 10, "reason": WHY}
    second = {**first, "points": None, "style_points": 2, "reason": "Claro."}
    assert [(entry.before, entry.after) for entry in entries] == [
        (None, first),
        (first, second),
        (second, None),
    ]


@pytest.mark.parametrize("role", ["student", "grader", "elsewhere"])
async def test_only_who_manages_the_course_sets_grades(database: Database, role: str) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)
        await set_grade(session, teacher, course, ana)
        user = await a_user(session)
        where = await a_course(session) if role == "elsewhere" else course
        as_what = Role.INSTRUCTOR if role == "elsewhere" else Role(role)
        await courses.enroll(session, where, user, as_what)
        somebody = await viewer_of(session, user)

        with pytest.raises(errors.InstructorsOnly):
            await set_grade(session, somebody, course, ana)
        with pytest.raises(errors.InstructorsOnly):
            await overrides.remove_override(
                session, somebody, course, "gather", ana.user.id, now=NOON
            )


@pytest.mark.parametrize(
    ("points", "style"),
    [(-1, 0), (10.5, 0), (None, 0), (None, -1), (5, 11), (float("nan"), 0), (5, float("inf"))],
)
async def test_a_grade_out_of_its_range_is_refused(
    database: Database, points: float | None, style: float
) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)

        with pytest.raises(errors.InvalidGrade, match="from 0 to 10"):
            await set_grade(session, teacher, course, ana, points=points, style_points=style)


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 1001])
async def test_a_grade_without_a_reason_is_refused(database: Database, reason: str) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)

        with pytest.raises(errors.ReasonMissing):
            await set_grade(session, teacher, course, ana, reason=reason)


async def test_what_a_grade_is_out_of_comes_from_the_suite(database: Database) -> None:
    async with database.write() as session:
        course, assignment, teacher, ana = await a_class(session)
        bea = await a_student(session, course)
        await graded(session, assignment, ana, 1, of=4)

        await set_grade(session, teacher, course, bea, points=4)

        with pytest.raises(errors.InvalidGrade):
            await set_grade(session, teacher, course, ana, points=5)


async def test_nobody_but_a_student_of_the_course_gets_a_grade(database: Database) -> None:
    async with database.write() as session:
        course, _, teacher, _ = await a_class(session)
        stranger = await a_student(session, await a_course(session))

        for other in (stranger, teacher):
            with pytest.raises(errors.UnknownStudent):
                await set_grade(session, teacher, course, other)
        with pytest.raises(errors.UnknownOverride):
            await overrides.remove_override(
                session, teacher, course, "gather", stranger.user.id, now=NOON
            )


async def test_students_list_their_own_and_staff_all_page_by_page(database: Database) -> None:
    async with database.write() as session:
        course, _, teacher, ana = await a_class(session)
        others = [await a_student(session, course) for _ in range(3)]
        for student in (ana, *others):
            await set_grade(session, teacher, course, student)

        own = await overrides.list_overrides(session, ana, course, limit=9)
        first = await overrides.list_overrides(session, teacher, course, limit=3)
        last = first[-1].override
        rest = await overrides.list_overrides(
            session, teacher, course, limit=3, after=(last.assignment_id, last.user_id)
        )

    assert [one.student.id for one in own] == [ana.user.id]
    listed = [one.student.id for one in (*first, *rest)]
    assert sorted(listed) == sorted(student.user.id for student in (ana, *others))
