"""Everything the database holds about one person, for an export.

The person sees here what they see elsewhere, and rows that no page shows. Left out: secrets, what
is for staff only (drafts of comments, reasons of extensions, details of hidden checks), and who
else took part.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.access import Viewer, require_administrator
from server.actions import audit, sign_in, submissions
from server.models import (
    Announcement,
    Assignment,
    AuditEntry,
    Base,
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
    SecondLook,
    SignInLink,
    Standing,
    Submission,
    Token,
    User,
)
from server.submission_archive import ArchivedSubmission
from server.visibility import visibility_for

SUBMISSIONS_AT_ONCE: Final = 10
ROWS_AT_ONCE: Final = 200
Cursor = tuple[datetime, UUID]


class PersonalTable(NamedTuple):
    """Rows of one table that are about a person.

    file     The name of their file in the export.
    model    The table.
    left_out  Columns that stay out.
    key      Columns in whose order pages are read, as an index has them behind the person's; none
             if one person has few rows.
    """

    file: str
    model: type[Base]
    left_out: frozenset[str] = frozenset()
    key: tuple[str, ...] = ()


TABLES_OF_USER: Final = (
    PersonalTable("courses", Enrollment),
    PersonalTable("tokens", Token, frozenset({"secret_hash"})),
    PersonalTable("logins", Login, frozenset({"secret_hash"})),
    PersonalTable("sign-in-links", SignInLink, frozenset({"secret_hash", "made_by_id"})),
    PersonalTable("leaderboard-names", LeaderboardName),
    PersonalTable("extensions", Extension, frozenset({"reason", "granted_by"})),
    PersonalTable("grades-set-by-hand", GradeOverride, frozenset({"set_by"})),
    PersonalTable("news", News, key=("at", "id")),
    PersonalTable("reminders", DueReminder),
    # Their texts may have links that sign in, and say who commented, as their subjects do.
    PersonalTable("e-mails", OutboxMessage, frozenset({"subject", "text", "error"})),
)
_WRITTEN: Final = (
    PersonalTable("comments-written", Comment, key=("id",)),
    PersonalTable("announcements-written", Announcement),
)
ACCOUNT: Final = PersonalTable(
    "account", User, frozenset({"password_hash", "calendar_hash", "sort_key"})
)
_BEST: Final = PersonalTable("best-results", Standing, frozenset({"suite_hash"}))
_READ: Final = PersonalTable("comments-read", Comment, frozenset({"author_id", "answered_at"}))
_ASKED: Final = PersonalTable("second-looks", SecondLook, frozenset({"answered_by"}))
# What an entry says of others, and drafts, stay out.
_LOG: Final = frozenset({"before", "after", "actor_id", "person_id"})
_CONCERNING: Final = PersonalTable("log-about-you", AuditEntry, _LOG, ("at", "id"))
_DONE: Final = PersonalTable("log-by-you", AuditEntry, _LOG, ("at", "id"))


async def record_export(
    session: AsyncSession, viewer: Viewer | None, person: User, now: datetime
) -> None:
    """Record that somebody else gets a person's data; `viewer` is None for the command.

    Raises:
        AdministratorsOnly
    """
    if viewer is not None:
        require_administrator(viewer)
    await audit.record(session, viewer, "people.export", person_id=person.id, now=now)


async def collect_rows(session: AsyncSession, user_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Return the rows about a person, by the name of their file; without authorization."""
    files = {
        table.file: await _rows(session, table, *conditions)
        for table, conditions in _selected(user_id)
    }
    await _add_names(session, [row for rows in files.values() for row in rows])
    return files


async def _add_names(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Name the course and the exercise that each row is about: its ids tell the person nothing."""
    course_ids = {row["course_id"] for row in rows if row.get("course_id")}
    courses = select(Course.id, Course.slug).where(Course.id.in_(course_ids))
    slugs = {row.id: row.slug for row in await session.execute(courses)}
    given_ids = {row["assignment_id"] for row in rows if row.get("assignment_id")}
    given = select(Assignment.id, Assignment.exercise, Course.slug).join(
        Course, Course.id == Assignment.course_id
    )
    exercises = {
        row.id: {"course": row.slug, "exercise": row.exercise}
        for row in await session.execute(given.where(Assignment.id.in_(given_ids)))
    }
    for row in rows:
        if row.get("course_id") in slugs:
            row["course"] = slugs[row["course_id"]]
        row.update(exercises.get(row.get("assignment_id"), {}))


def _selected(user_id: UUID) -> Iterator[tuple[PersonalTable, tuple[ColumnElement[bool], ...]]]:
    own = select(Submission.id).where(Submission.user_id == user_id)
    yield ACCOUNT, (User.id == user_id,)
    for table in TABLES_OF_USER:
        yield table, (table.model.user_id == user_id,)  # type: ignore[attr-defined]
    # No index has their people first; every one has a submission.
    given = select(Submission.assignment_id).where(Submission.user_id == user_id)
    yield _BEST, (Standing.assignment_id.in_(given), Standing.user_id == user_id)
    for table in _WRITTEN:
        yield table, (table.model.author_id == user_id,)  # type: ignore[attr-defined]
    yield _READ, (Comment.submission_id.in_(own), Comment.published_at.is_not(None))
    yield _ASKED, (SecondLook.submission_id.in_(own),)
    yield _CONCERNING, (AuditEntry.person_id == user_id,)
    yield _DONE, (AuditEntry.actor_id == user_id,)


async def _rows(
    session: AsyncSession, table: PersonalTable, *conditions: ColumnElement[bool]
) -> list[dict[str, Any]]:
    columns = [column for column in table.model.__table__.c if column.name not in table.left_out]
    listed = select(*columns).where(*conditions)
    if not table.key:
        return [_without_others(dict(row)) for row in (await session.execute(listed)).mappings()]
    key = [table.model.__table__.c[name] for name in table.key]
    page = listed = listed.order_by(*key).limit(ROWS_AT_ONCE)
    rows: list[dict[str, Any]] = []
    while some := (await session.execute(page)).mappings().all():
        rows += [_without_others(dict(row)) for row in some]
        if len(some) < ROWS_AT_ONCE:
            break
        page = listed.where(tuple_(*key) > tuple(some[-1][column] for column in key))
    return rows


def _without_others(row: dict[str, Any]) -> dict[str, Any]:
    """Leave out who commented, which news say."""
    if isinstance(row.get("values"), dict):
        row["values"] = {key: value for key, value in row["values"].items() if key != "author"}
    return row


async def read_submissions(
    session: AsyncSession, person: User, after: Cursor | None, now: datetime
) -> tuple[list[ArchivedSubmission], Cursor | None]:
    """Return the next submissions of a person with what they may see, and where to go on.

    The place is None after the last ones. Without authorization.
    """
    key = (Submission.submitted_at, Submission.id)
    listed = select(*key).where(Submission.user_id == person.id).order_by(*key)
    if after is not None:
        listed = listed.where(tuple_(*key) > after)
    found = (await session.execute(listed.limit(SUBMISSIONS_AT_ONCE))).all()
    viewer = await sign_in.load_viewer(session, person)
    archived = []
    for row in found:
        submission = await submissions.get_submission(session, viewer, row.id)
        archived.append(_archived(viewer, submission, now))
    more = len(found) == SUBMISSIONS_AT_ONCE
    return archived, (found[-1].submitted_at, found[-1].id) if more else None


def _archived(viewer: Viewer, submission: Submission, now: datetime) -> ArchivedSubmission:
    assignment, run = submission.assignment, submission.run
    is_staff = viewer.is_staff_of(submission.course_id)
    report = None
    if run.state is RunState.FINISHED:
        shown = visibility_for(viewer, submission, now)
        report = run.report(assignment.exercise, is_staff=is_staff, shown=shown).to_dict()
    return ArchivedSubmission(
        folder=(
            "submissions",
            assignment.course.slug,
            assignment.exercise,
            f"{submission.number:03}",
        ),
        submitted_at=submission.submitted_at,
        files={file.name: file.content for file in submission.files},
        result=_result(submission, report),
    )


def _result(submission: Submission, report: Mapping[str, Any] | None) -> dict[str, Any]:
    run = submission.run
    return {
        "submission_id": str(submission.id),
        "attempt": submission.number,
        "submitted_at": submission.submitted_at.isoformat(),
        "sent_by": submission.source,
        "state": run.state,
        "points": run.points,
        "max_points": run.max_points,
        "report": report,
    }
