"""Deleting a person: what says who they are goes, what the statistics of a class need stays.

The row of the account stays, without a name, an address or a way in, and with it the places of a
student in courses, submissions, results, grades. So nothing that was counted changes. Comments and
announcements stay too: others answered them. Whoever comes back gets a new account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Delete, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.access import Viewer, require_administrator
from server.actions import administrators, audit, names_in_messages, stored_files
from server.actions.validation import DELETED_DOMAIN, make_pseudonym
from server.errors import UnknownAccount
from server.errors.retention import NotConfirmed, StillGraded
from server.models import (
    AuditEntry,
    Comment,
    Course,
    DueReminder,
    Enrollment,
    Extension,
    GradeOverride,
    LeaderboardName,
    Login,
    News,
    OutboxMessage,
    PasswordRequest,
    Regrade,
    Role,
    SignInLink,
    StudentView,
    Submission,
    Token,
    User,
)
from server.models.names import DELETED, KEY_OF_DELETED

# Texts that entries about a person may keep: they name things, and say nothing of the person.
_KEPT_TEXTS: Final = frozenset(
    {"role", "exercise", "submission", "regrade", "purpose", "due_at", "by", "choice", "scope"}
)


@dataclass(frozen=True, slots=True)
class Extent:
    """What deleting a person changes, in numbers.

    submissions  They stay with their results; files of them go if that is chosen.
    comments     Published ones, which stay without a name.
    drafts       Comments that only the person sees; they go.
    logins, tokens, news  They go.
    staff_of     Short names of the courses whose staff they are, which they leave.
    without_instructor  Those of them that then have no instructor.
    """

    submissions: int
    comments: int
    drafts: int
    logins: int
    tokens: int
    news: int
    staff_of: Sequence[str]
    without_instructor: Sequence[str]


async def measure(session: AsyncSession, viewer: Viewer | None, person: User) -> Extent:
    """Return what deleting this person would change; `viewer` is None for the command.

    Raises:
        AdministratorsOnly
    """
    if viewer is not None:
        require_administrator(viewer)
    written = Comment.author_id == person.id
    staff_of, alone = await _courses_taught(session, person.id)
    return Extent(
        submissions=await _count(session, Submission.id, Submission.user_id == person.id),
        comments=await _count(session, Comment.id, written, Comment.published_at.is_not(None)),
        drafts=await _count(session, Comment.id, written, Comment.published_at.is_(None)),
        logins=await _count(session, Login.secret_hash, Login.user_id == person.id),
        tokens=await _count(
            session, Token.id, Token.user_id == person.id, Token.revoked_at.is_(None)
        ),
        news=await _count(session, News.id, News.user_id == person.id),
        staff_of=staff_of,
        without_instructor=alone,
    )


def require_confirmation(person: User, typed: str) -> None:
    """Require that somebody typed the person's e-mail address; case does not matter.

    Raises:
        NotConfirmed
    """
    if typed.strip().lower() != person.email:
        raise NotConfirmed(person.email)


async def delete_person(
    session: AsyncSession,
    viewer: Viewer | None,
    person: User,
    *,
    removes_files: bool,
    now: datetime,
) -> Extent:
    """Delete a person for good; returns what that changed.

    viewer         Who does it; None for the command.
    removes_files  Whether files of their submissions go too. They cannot be graded again then.

    Raises:
        AdministratorsOnly, LastAdministrator
        UnknownAccount: somebody else has deleted them meanwhile.
        StillGraded: a submission waits to be graded, and its files are to be removed.
    """
    extent = await measure(session, viewer, person)
    # Asked of the database: somebody may have appointed them since they were loaded.
    await administrators.dismiss(session, viewer, person, now)
    email, name = person.email, person.name
    # First, so that logins and tokens that are being made wait for the end of this transaction.
    # One that is made all the same is refused: the account is deleted (sign_in, tokens).
    await _empty_account(session, person, now)
    for statement in _statements(person.id, email):
        await session.execute(statement, execution_options={"synchronize_session": False})
    await _empty_reasons(session, person.id)
    await _empty_log(session, person.id)
    await names_in_messages.remove(session, person.id, name)
    if removes_files:
        await _remove_files(session, person.id, now)
    done = {**asdict(extent), "files_removed": removes_files}
    await audit.record(session, viewer, "people.delete", person_id=person.id, after=done, now=now)
    return extent


async def _courses_taught(session: AsyncSession, user_id: UUID) -> tuple[list[str], list[str]]:
    """Return the courses whose staff somebody is, and those of which they are the only instructor.

    Administrators can name another one.
    """
    other = aliased(Enrollment)
    has_another = exists().where(
        other.course_id == Enrollment.course_id,
        other.role == Role.INSTRUCTOR,
        other.user_id != user_id,
    )
    rows = (
        await session.execute(
            select(Course.slug, Enrollment.role, has_another.label("has_another"))
            .join(Course, Course.id == Enrollment.course_id)
            .where(Enrollment.user_id == user_id, Enrollment.role != Role.STUDENT)
            .order_by(Course.slug)
        )
    ).all()
    alone = [row.slug for row in rows if row.role is Role.INSTRUCTOR and not row.has_another]
    return [row.slug for row in rows], alone


async def _count(session: AsyncSession, column: Any, *conditions: Any) -> int:
    return await session.scalar(select(func.count(column)).where(*conditions)) or 0


async def _empty_account(session: AsyncSession, person: User, now: datetime) -> None:
    values: dict[str, Any] = {
        "email": f"deleted-{person.id.hex}@{DELETED_DOMAIN}",
        "name": DELETED,
        "family_name": None,
        "sort_key": KEY_OF_DELETED,
        "display_name": make_pseudonym(person.language),
        "password_hash": None,
        "calendar_hash": None,
        "is_email_proven": False,
        "deleted_at": now,
    }
    # By statement, because the user was probably loaded in another session.
    emptied = await session.scalar(
        update(User)
        .where(User.id == person.id, User.deleted_at.is_(None))
        .values(**values)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    if emptied is None:
        raise UnknownAccount
    for key, value in values.items():
        setattr(person, key, value)


def _statements(user_id: UUID, email: str) -> Sequence[Delete]:
    """Return what deletes the rows that are about the person and count nowhere."""
    own = (Login, Token, News, DueReminder, OutboxMessage, LeaderboardName, StudentView)
    return (
        *(delete(model).where(model.user_id == user_id) for model in own),
        # Those that they handed out to others, too.
        delete(SignInLink).where(SignInLink.user_id == user_id),
        delete(SignInLink).where(SignInLink.made_by_id == user_id),
        delete(PasswordRequest).where(PasswordRequest.email == email),
        delete(Enrollment).where(Enrollment.user_id == user_id, Enrollment.role != Role.STUDENT),
        delete(Comment).where(Comment.author_id == user_id, Comment.published_at.is_(None)),
    )


async def _empty_reasons(session: AsyncSession, user_id: UUID) -> None:
    """Empty what staff wrote about the person."""
    own = select(Submission.id).where(Submission.user_id == user_id)
    for statement in (
        update(Enrollment).where(Enrollment.user_id == user_id).values(student_number=None),
        update(Extension).where(Extension.user_id == user_id).values(reason=""),
        update(GradeOverride).where(GradeOverride.user_id == user_id).values(reason=""),
        # Of one submission; those of many are not about one person.
        update(Regrade).where(Regrade.submission_id.in_(own)).values(reason=""),
    ):
        await session.execute(statement, execution_options={"synchronize_session": False})


async def _empty_log(session: AsyncSession, user_id: UUID) -> None:
    """Take texts out of the entries about the person: names, addresses, reasons, comments."""
    columns = (AuditEntry.id, AuditEntry.before, AuditEntry.after)
    about = select(*columns).where(AuditEntry.person_id == user_id)
    rows = (await session.execute(about)).all()
    changed = [
        {"id": row.id, "before": _without_texts(row.before), "after": _without_texts(row.after)}
        for row in rows
    ]
    if changed:
        await session.execute(update(AuditEntry), changed)


def _without_texts(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        key: value
        for key, value in values.items()
        if key in _KEPT_TEXTS or value is None or isinstance(value, bool | int | float)
    }


async def _remove_files(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    there = select(Submission.id).where(
        Submission.user_id == user_id, Submission.files_removed_at.is_(None)
    )
    ids = (await session.scalars(there)).all()
    removed = await stored_files.remove(session, ids, now)
    if len(removed) < len(ids):
        raise StillGraded(len(ids) - len(removed))
