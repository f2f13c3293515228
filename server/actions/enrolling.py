"""Adding, changing and removing the people of a course, one by one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require, require_taught
from server.actions import accounts, audit, invitations, names, validation
from server.actions.invitations import Invitation, Mailing
from server.actions.roster import clean_group, clean_number
from server.errors.roster import AddressInUse, AlreadyInCourse, LastInstructor
from server.models import Course, Enrollment, Role, User


async def add_person(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    *,
    email: str,
    name: str = "",
    family_name: str | None = None,
    role: Role | str = Role.STUDENT,
    group: str | None = None,
    student_number: str | None = None,
    mailing: Mailing | None = None,
    now: datetime,
) -> tuple[Enrollment, Invitation | None]:
    """Add one person; who has an account already joins with it, and keeps its name.

    mailing  Write a new account's invitation to its owner, instead of returning it.

    Returns the enrollment, and the invitation of a new account.

    Raises:
        InstructorsOnly, CourseArchived, AlreadyInCourse, UnprovenEmail, InvalidEmail, InvalidText
    """
    _require_may_add(viewer, course)
    kept = {"group": clean_group(group), "student_number": clean_number(student_number)}
    known = await accounts.find_user(session, email)
    if known is not None and await _is_in(session, course, known):
        raise AlreadyInCourse(known.email)
    if known is not None and Role(role) is not Role.STUDENT:
        accounts.require_proven(known)
    user = known or await accounts.create_user(
        session,
        email=email,
        name=name,
        family_name=family_name,
        language=course.language,
        now=now,
    )
    person = Enrollment(
        course_id=course.id, user_id=user.id, role=Role(role), joined_at=now, **kept
    )
    session.add(person)
    await session.flush()
    await _record_enrollment(session, viewer, person, now)
    new = [] if known else [user]
    if mailing:
        await invitations.send(session, new, course, mailing, now)
    invited = [] if mailing else await invitations.create(session, new, now)
    return person, invited[0] if invited else None


async def change_person(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    person: Enrollment,
    values: Mapping[str, Any],
    now: datetime,
) -> None:
    """Change role, group, student number, names or address; `values` has those to change.

    Names change only in accounts that no other course knows, the address only while nobody has
    come in.

    Raises:
        InstructorsOnly, LastInstructor, UnprovenEmail, InvalidText
        AddressInUse, EmailTaken, InvalidEmail
    """
    _require_may_manage(viewer, course)
    wanted = _clean(values)
    if person.role is Role.INSTRUCTOR and wanted.get("role", person.role) is not Role.INSTRUCTOR:
        await _require_another_instructor(session, course, person.user_id)
    if wanted.get("role", person.role) not in (person.role, Role.STUDENT):
        accounts.require_proven(person.user)
    before = {key: getattr(person, key) for key in wanted}
    named = _describe_account(person.user)
    # An empty one is no address, and refused.
    if (email := values.get("email")) is not None:
        await _correct_address(session, course, person.user, email)
    if values.get("name") and await may_rename(session, course, person.user):
        await names.rename(session, person.user, values["name"], values.get("family_name"))
    after_named = _describe_account(person.user)
    for key, value in wanted.items():
        setattr(person, key, value)
    await session.flush()
    was, now_is = before | named, wanted | after_named
    changed = [key for key in now_is if was[key] != now_is[key]]
    if changed:
        await audit.record(
            session,
            viewer,
            "roster.change",
            course_id=course.id,
            person_id=person.user_id,
            before={key: was[key] for key in changed},
            after={key: now_is[key] for key in changed},
            now=now,
        )


async def _correct_address(session: AsyncSession, course: Course, user: User, email: str) -> None:
    if validation.clean_email(email) == user.email:
        return
    if not await invitations.can_be_invited(session, course, user):
        raise AddressInUse
    await accounts.change_email(session, user, email)


def _describe_account(user: User) -> dict[str, str | None]:
    return {"name": user.name, "family_name": user.family_name, "email": user.email}


async def may_rename(session: AsyncSession, course: Course, user: User) -> bool:
    """Whether staff of this course may correct the account's name: it is this course's alone."""
    if user.is_administrator or user.deleted_at is not None:
        return False
    return await invitations.only_in(session, course, user)


async def remove_person(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    person: Enrollment,
    now: datetime,
) -> None:
    """Take somebody out of the course. Account, submissions and grades stay.

    Who joins again finds them.

    Raises:
        InstructorsOnly, LastInstructor
    """
    _require_may_manage(viewer, course)
    if person.role is Role.INSTRUCTOR:
        await _require_another_instructor(session, course, person.user_id)
    await session.execute(
        delete(Enrollment).where(
            Enrollment.course_id == course.id, Enrollment.user_id == person.user_id
        )
    )
    await audit.record(
        session,
        viewer,
        "roster.remove",
        course_id=course.id,
        person_id=person.user_id,
        before=_audited_values(person),
        now=now,
    )


def _clean(values: Mapping[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if "role" in values:
        wanted["role"] = Role(values["role"])
    if "group" in values:
        wanted["group"] = clean_group(values["group"])
    if "student_number" in values:
        wanted["student_number"] = clean_number(values["student_number"])
    return wanted


async def _is_in(session: AsyncSession, course: Course, user: User) -> bool:
    return await session.get(Enrollment, (course.id, user.id)) is not None


async def _record_enrollment(
    session: AsyncSession, viewer: Viewer | None, person: Enrollment, now: datetime
) -> None:
    await audit.record(
        session,
        viewer,
        "roster.enroll",
        course_id=person.course_id,
        person_id=person.user_id,
        after=_audited_values(person),
        now=now,
    )


def _audited_values(person: Enrollment) -> dict[str, str]:
    """Return what the audit log says of an enrollment."""
    values = {"role": person.role.value, "group": person.group, "number": person.student_number}
    return {key: value for key, value in values.items() if value}


def _require_may_add(viewer: Viewer | None, course: Course) -> None:
    _require_may_manage(viewer, course)
    require_taught(course)


def _require_may_manage(viewer: Viewer | None, course: Course) -> None:
    if viewer is not None:
        require(viewer, Permission.MANAGE, course.id)


async def _require_another_instructor(session: AsyncSession, course: Course, user_id: UUID) -> None:
    # Two instructors who remove each other at the same time wait here for one another.
    await session.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    another = select(Enrollment.user_id).where(
        Enrollment.course_id == course.id,
        Enrollment.role == Role.INSTRUCTOR,
        Enrollment.user_id != user_id,
    )
    if await session.scalar(another.limit(1)) is None:
        raise LastInstructor
