"""Extensions: more time or more attempts for some students, and the terms that follow."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Permission, Viewer, require
from server.actions import audit, grade_news, late_grades
from server.actions.late_grades import GradeChange
from server.actions.terms import describe_changes
from server.errors import InvalidTerms, Problem, UnknownExtension
from server.models import Assignment, Course, Enrollment, Extension, Role, User
from server.terms import Terms, effective_terms
from server.terms_rules import MOST_ATTEMPTS, check_moment

LONGEST_REASON: Final = 500


async def grant(
    session: AsyncSession,
    viewer: Viewer | None,
    assignment: Assignment,
    user_ids: Sequence[UUID],
    *,
    due_at: datetime | None,
    extra_attempts: int,
    reason: str,
    now: datetime,
) -> list[GradeChange]:
    """Give these members of the course more time or attempts; return the grades that change.

    Raises:
        InstructorsOnly
        InvalidTerms: it would change nothing, or nobody of the course is named, or no reason.
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, assignment.course_id)
    course = await late_grades.lock_terms(session, assignment.course_id)
    await session.refresh(assignment)
    reason = " ".join(reason.split())
    members = await _members(session, assignment.course_id, user_ids)
    if problems := list(_problems(assignment, members, due_at, extra_attempts, reason)):
        raise InvalidTerms(problems)
    terms = {"due_at": due_at, "extra_attempts": extra_attempts, "reason": reason}
    granted_by = viewer.user.id if viewer else None
    for user_id in members:
        key = {"assignment_id": assignment.id, "user_id": user_id}
        session.add(Extension(**key, **terms, granted_by=granted_by, granted_at=now))
    await session.flush()
    only = None if course.late_days else assignment.id
    changes = await late_grades.renew(session, course, members, assignment_id=only)
    described = _described(assignment, due_at, extra_attempts, reason)
    await _record_each(session, viewer, course, members, described, changes, now)
    await grade_news.tell_of_extension(
        *(session, course, assignment, members),
        due_at=due_at,
        extra_attempts=extra_attempts,
        now=now,
    )
    return changes


async def _record_each(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    members: Sequence[UUID],
    described: dict[str, object],
    changes: Sequence[GradeChange],
    now: datetime,
) -> None:
    for user_id in members:
        own = [change for change in changes if change.user_id == user_id]
        await audit.record(
            session,
            viewer,
            "extension.grant",
            course_id=course.id,
            person_id=user_id,
            after={**described, **describe_changes(own)},
            now=now,
        )


async def remove(
    session: AsyncSession,
    viewer: Viewer | None,
    assignment: Assignment,
    extension_id: UUID,
    now: datetime,
) -> list[GradeChange]:
    """Take an extension away, and return the grades that change by it.

    Raises:
        InstructorsOnly, UnknownExtension
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, assignment.course_id)
    course = await late_grades.lock_terms(session, assignment.course_id)
    extension = await session.get(Extension, extension_id)
    if extension is None or extension.assignment_id != assignment.id:
        raise UnknownExtension
    await session.delete(extension)
    await session.flush()
    only = None if course.late_days else assignment.id
    changes = await late_grades.renew(session, course, [extension.user_id], assignment_id=only)
    was = _described(assignment, extension.due_at, extension.extra_attempts, extension.reason)
    await audit.record(
        session,
        viewer,
        "extension.remove",
        course_id=course.id,
        person_id=extension.user_id,
        before=was,
        after=describe_changes(changes),
        now=now,
    )
    return changes


async def list_extensions(
    session: AsyncSession,
    assignment: Assignment,
    *,
    limit: int,
    before: datetime | None = None,
    before_id: UUID | None = None,
) -> Sequence[Extension]:
    """List the extensions of an assignment with their people, the newest first.

    `before` and `before_id` continue after the `granted_at` and `id` of the last of a full page.
    """
    listed = select(Extension).where(Extension.assignment_id == assignment.id)
    if before is not None and before_id is not None:
        after_the_last = tuple_(Extension.granted_at, Extension.id) < (before, before_id)
        listed = listed.where(after_the_last)
    listed = listed.order_by(Extension.granted_at.desc(), Extension.id.desc()).limit(limit)
    people = joinedload(Extension.user), joinedload(Extension.grantor)
    return (await session.scalars(listed.options(*people))).all()


async def chosen_people(session: AsyncSession, course_id: UUID, whom: str) -> Sequence[UUID]:
    """Return whom a choice names: `user:` and an id, or `group:` and the name of a group.

    Of a group, those who are students in it now. Empty if it names nobody.

    Raises:
        InvalidTerms: the group has no students.
    """
    kind, _, name = whom.partition(":")
    if kind == "user":
        try:
            return [UUID(name)]
        except ValueError:
            return []
    return await people_of_group(session, course_id, name) if kind == "group" else []


async def people_of_group(session: AsyncSession, course_id: UUID, group: str) -> Sequence[UUID]:
    """Return who are students of the group now; nobody for "".

    Raises:
        InvalidTerms: there are none.
    """
    members = select(Enrollment.user_id).where(
        Enrollment.course_id == course_id,
        Enrollment.role == Role.STUDENT,
        Enrollment.group == group,
    )
    found = (await session.scalars(members)).all() if group else []
    if group and not found:
        sentence = "No student of the course is in the group “{group}”."
        raise InvalidTerms([Problem("student", sentence, group=group)])
    return found


async def people_with(
    session: AsyncSession, course_id: UUID, emails: Sequence[str]
) -> Sequence[UUID]:
    """Return the members of the course with these e-mail addresses, ignoring case.

    Raises:
        InvalidTerms: somebody is no member; says who.
    """
    wanted = {email.strip().lower() for email in emails}
    members = (
        select(User.email, User.id)
        .join(Enrollment, Enrollment.user_id == User.id)
        .where(User.email.in_(wanted), Enrollment.course_id == course_id)
    )
    found = {row.email: row.id for row in await session.execute(members)} if wanted else {}
    if missing := sorted(wanted - found.keys()):
        sentence = "Nobody in the course has the address {email}."
        raise InvalidTerms([Problem("student", sentence, email=email) for email in missing[:10]])
    return list(found.values())


async def terms_of(
    session: AsyncSession, assignments: Sequence[Assignment], user_id: UUID
) -> dict[UUID, Terms]:
    """Return what holds for a student in each of these assignments, by its id."""
    granted: dict[UUID, list[Extension]] = defaultdict(list)
    own = select(Extension).where(
        Extension.user_id == user_id, Extension.assignment_id.in_([one.id for one in assignments])
    )
    for extension in await session.scalars(own):
        granted[extension.assignment_id].append(extension)
    return {one.id: effective_terms(one, granted[one.id]) for one in assignments}


async def _members(
    session: AsyncSession, course_id: UUID, user_ids: Sequence[UUID]
) -> Sequence[UUID]:
    members = select(Enrollment.user_id).where(
        Enrollment.course_id == course_id, Enrollment.user_id.in_(user_ids)
    )
    return sorted(await session.scalars(members))


def _problems(
    assignment: Assignment,
    members: Sequence[UUID],
    due_at: datetime | None,
    extra_attempts: int,
    reason: str,
) -> Iterator[Problem]:
    if not members:
        yield Problem("student", "Choose a student of the course.")
    yield from check_moment("extended_to", due_at)
    if due_at is None and not extra_attempts:
        yield Problem("extended_to", "Choose a later due date, or further attempts.")
    if due_at is not None and assignment.due_at is None:
        yield Problem("extended_to", "The assignment has no due date that could be extended.")
    elif due_at is not None and assignment.due_at is not None and due_at <= assignment.due_at:
        yield Problem("extended_to", "An extension ends after the assignment's due date.")
    if not 0 <= extra_attempts <= MOST_ATTEMPTS:
        most = MOST_ATTEMPTS
        yield Problem("extra_attempts", "Further attempts are from 0 to {most}.", most=most)
    elif extra_attempts and assignment.max_attempts is None:
        yield Problem("extra_attempts", "The assignment does not limit attempts.")
    if not 1 <= len(reason) <= LONGEST_REASON:
        yield Problem("reason", "Give a reason of at most {most} characters.", most=LONGEST_REASON)


def _described(
    assignment: Assignment, due_at: datetime | None, extra_attempts: int, reason: str
) -> dict[str, object]:
    return {
        "exercise": assignment.exercise,
        "due_at": due_at.isoformat() if due_at else None,
        "extra_attempts": extra_attempts,
        "reason": reason,
    }
