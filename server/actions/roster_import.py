"""Adding a whole list of people, as `roster_plan` has shown it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.actions import audit, display_names, invitations, names
from server.actions.batches import add_in_batches
from server.actions.invitations import Invitation, Mailing
from server.actions.roster_file import Row
from server.actions.roster_plan import Outcome, Plan, PlannedRow, find_known_family, plan
from server.actions.validation import make_pseudonym
from server.errors.roster import RosterChanged
from server.ids import uuid7
from server.models import AuditEntry, Course, Enrollment, Role, User


async def apply(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    rows: Sequence[Row],
    *,
    digest: str | None = None,
    mailing: Mailing | None = None,
    now: datetime,
) -> tuple[Plan, list[Invitation]]:
    """Add and correct the people of the list; lines with errors are left out.

    digest  That of the plan which was looked at; None if nobody looked.

    mailing  Write each new account's invitation to its owner, instead of returning it.

    Returns what was done, and the invitations of new accounts.

    Raises:
        InstructorsOnly, CourseArchived
        RosterChanged: by now the list would do something else; nothing was changed.
    """
    done = await plan(session, viewer, course, rows)
    if digest is not None and done.digest != digest:
        raise RosterChanged
    made = [_new_user(line.row, course, now) for line in done.of(Outcome.NEW)]
    joining = [line.user for line in done.of(Outcome.JOINS) if line.user is not None]
    by_email = {user.email: user for user in (*made, *joining)}
    try:
        async with session.begin_nested():
            await add_in_batches(session, made)
            await add_in_batches(
                session,
                [
                    _enrollment(line.row, course, by_email[line.row.email].id, now)
                    for line in done.of(Outcome.NEW, Outcome.JOINS)
                ],
            )
    except IntegrityError:  # a concurrent request made one of them first
        raise RosterChanged from None
    for line in done.of(Outcome.CHANGED):
        await _change(session, course, line)
    await add_in_batches(session, _entries(viewer, course, done, by_email, now))
    if mailing:
        await invitations.send(session, made, course, mailing, now)
        return done, []
    return done, await invitations.create(session, made, now)


def _new_user(row: Row, course: Course, now: datetime) -> User:
    pseudonym = display_names.clean_display_name(make_pseudonym(course.language))
    return User(
        id=uuid7(),
        email=row.email,
        name=row.name,
        family_name=row.family_name or None,
        display_name=pseudonym,
        language=course.language,
        password_hash=None,
        created_at=now,
    )


def _enrollment(row: Row, course: Course, user_id: UUID, now: datetime) -> Enrollment:
    return Enrollment(
        course_id=course.id,
        user_id=user_id,
        role=Role.STUDENT,
        group=row.group or None,
        student_number=row.student_number or None,
        joined_at=now,
    )


async def _change(session: AsyncSession, course: Course, line: PlannedRow) -> None:
    assert line.user is not None  # noqa: S101 - a line that changes somebody
    person = await session.get_one(Enrollment, (course.id, line.user.id))
    for key in ("group", "student_number"):
        if key in line.changes:
            setattr(person, key, line.changes[key][1])
    if "name" in line.changes:
        family = line.row.family_name or find_known_family(line.row, line.user)
        await names.rename(session, line.user, line.row.name, family)


def _entries(
    viewer: Viewer | None,
    course: Course,
    done: Plan,
    by_email: Mapping[str, User],
    now: datetime,
) -> list[AuditEntry]:
    """Return the audit log's entries, one for each person."""
    entries = []
    for line in done.of(Outcome.NEW, Outcome.JOINS):
        kept = {"group": line.row.group, "student_number": line.row.student_number}
        entries.append(
            audit.entry(
                viewer,
                "roster.enroll",
                course_id=course.id,
                person_id=by_email[line.row.email].id,
                after={"role": "student"} | {key: value for key, value in kept.items() if value},
                now=now,
            )
        )
    entries += [
        audit.entry(
            viewer,
            "roster.change",
            course_id=course.id,
            person_id=line.user.id if line.user else None,
            before={key: was for key, (was, _) in line.changes.items()},
            after={key: new for key, (_, new) in line.changes.items()},
            now=now,
        )
        for line in done.of(Outcome.CHANGED)
    ]
    return entries
