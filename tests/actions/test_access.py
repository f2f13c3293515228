"""What each role may do in a course, and what is recorded of changes."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from server.access import (
    Permission,
    Viewer,
    require,
    require_administrator,
    visible_courses,
    visible_submissions,
)
from server.actions import audit
from server.errors import AdministratorsOnly, InstructorsOnly, StaffOnly
from server.models import AuditEntry, Role, User
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_course, a_submission, a_user, viewer_of

NOTHING: set[Permission] = set()
REVIEW = {Permission.SEE_WORK, Permission.COMMENT}


def a_viewer(role: Role | None, *, is_administrator: bool = False) -> tuple[Viewer, object]:
    course = uuid4()
    user = User(id=uuid4(), is_administrator=is_administrator)
    return Viewer(user, {course: role} if role else {}), course


@pytest.mark.parametrize(
    ("role", "is_administrator", "allowed"),
    [
        (None, False, NOTHING),
        (Role.STUDENT, False, NOTHING),
        (Role.GRADER, False, REVIEW),
        (Role.INSTRUCTOR, False, set(Permission)),
        (None, True, set(Permission)),
        (Role.STUDENT, True, set(Permission)),
    ],
)
def test_a_role_allows_this_and_no_more(
    role: Role | None, is_administrator: bool, allowed: set[Permission]
) -> None:
    viewer, course = a_viewer(role, is_administrator=is_administrator)

    assert {permission for permission in Permission if viewer.may(permission, course)} == allowed  # type: ignore[arg-type]
    assert viewer.is_staff_of(uuid4()) == is_administrator


def test_what_is_not_allowed_is_refused_with_who_may() -> None:
    grader, course = a_viewer(Role.GRADER)
    student, other = a_viewer(Role.STUDENT)

    with pytest.raises(InstructorsOnly):
        require(grader, Permission.MANAGE, course)  # type: ignore[arg-type]
    with pytest.raises(StaffOnly):
        require(student, Permission.SEE_WORK, other)  # type: ignore[arg-type]
    with pytest.raises(AdministratorsOnly):
        require_administrator(grader)


async def test_an_administrator_sees_every_course_and_submission(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        submission = await a_submission(session)
        administrator = await a_user(session)
        administrator.is_administrator = True
        viewer = await viewer_of(session, administrator)

        courses = await session.scalars(visible_courses(viewer))
        submissions = await session.scalars(visible_submissions(viewer))

        assert {course.id, submission.course_id} <= {found.id for found in courses}
        assert submission.id in {found.id for found in submissions}


async def test_a_change_is_recorded_with_its_transaction(database: Database) -> None:
    async with database.write() as session:
        course, teacher = await a_course(session), await a_user(session)
        teacher_id = teacher.id
        values = {"course_id": course.id, "before": {"title": "A"}, "after": {"title": "B"}}
        viewer = await viewer_of(session, teacher)
        await audit.record(session, viewer, "course.rename", **values, now=NOON)  # type: ignore[arg-type]
        await session.commit()
        await audit.record(session, None, "course.rename", **values, now=NOON)  # type: ignore[arg-type]
        await session.rollback()

    async with database.read() as session:
        renamed = select(AuditEntry).where(AuditEntry.action == "course.rename")
        (entry,) = await session.scalars(renamed)
        assert (entry.actor_id, entry.before, entry.after) == (
            teacher_id,
            {"title": "A"},
            {"title": "B"},
        )
