"""Storing submissions, and finding them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from graders.report import Verdict
from graders.text import Text
from server.access import Viewer, visible_parts, visible_submissions
from server.actions import attempts, extensions, waiting
from server.errors import (
    IdempotencyKeyReused,
    InvalidIdempotencyKey,
    UnknownExercise,
    UnknownSubmission,
)
from server.models import (
    Assignment,
    Check,
    GradingRun,
    Regrade,
    Submission,
    SubmissionFile,
    SubmissionSource,
    User,
)

LONGEST_KEY = 255
_NEWEST_FIRST = (Submission.submitted_at.desc(), Submission.id.desc())


async def submit(
    session: AsyncSession,
    assignment: Assignment,
    viewer: Viewer,
    files: Mapping[str, bytes],
    *,
    source: SubmissionSource | str,
    idempotency_key: str | None = None,
    most_waiting: int,
    now: datetime,
) -> Submission:
    """Store an attempt and its first grading run, which the caller enqueues after committing.

    With a key that was used before, it returns that submission (its `created` is False) and stores
    nothing, even if the assignment has closed since.

    Instructors may hand in at any time and any number of times; they are not ranked. Nobody can
    have more than `most_waiting` runs waiting at once.

    Raises:
        CourseArchived, NotOpenYet, Closed, AttemptsExhausted, TooManyWaiting
        IdempotencyKeyReused: the key was sent with another assignment or other files.
        InvalidIdempotencyKey
        UnknownExercise: the viewer is not enrolled in the course.
    """
    if assignment.course_id not in viewer.roles:
        raise UnknownExercise(assignment.exercise)
    _check_key(idempotency_key)
    await _lock_user(session, viewer)
    if earlier := await _find_by_key(session, viewer, idempotency_key):
        _check_same(earlier, assignment, files)
        return earlier
    await attempts.check_terms(session, assignment, viewer, now)
    await waiting.require_room(session, viewer.user.id, most_waiting=most_waiting)
    number = await _next_number(session, assignment, viewer)
    stored = Submission(
        course_id=assignment.course_id,
        assignment_id=assignment.id,
        user_id=viewer.user.id,
        number=number,
        submitted_at=now,
        source=SubmissionSource(source),
        idempotency_key=idempotency_key,
        files_removed_at=None,
        files=[SubmissionFile(name=name, content=content) for name, content in files.items()],
        runs=[await _first_run(session, assignment, viewer, number, now)],
    )
    session.add(stored)
    await session.flush()
    return _as_created(stored, assignment, viewer.user)


async def _lock_user(session: AsyncSession, viewer: Viewer) -> None:
    """Serialize the requests of one user, whose rows are counted next; other users do not wait.

    On SQLite the writing session already holds the only lock.
    """
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(
            select(User.id).where(User.id == viewer.user.id).with_for_update(key_share=True)
        )


async def _first_run(
    session: AsyncSession, assignment: Assignment, viewer: Viewer, number: int, now: datetime
) -> GradingRun:
    return await waiting.queue_run(
        session,
        assignment_id=assignment.id,
        user_id=viewer.user.id,
        requested_by=viewer.user.id,
        is_first_attempt=number == 1,
        now=now,
    )


def _as_created(stored: Submission, assignment: Assignment, user: User) -> Submission:
    """Set the relationships that `get_submission` loads, without a statement: other writers wait.

    Of the assignment's own relationships only those are loaded that the caller has loaded.
    """
    set_committed_value(stored, "assignment", assignment)
    set_committed_value(stored, "user", user)
    stored.created = True
    return stored


async def get_submission(
    session: AsyncSession,
    viewer: Viewer,
    submission_id: UUID,
    *,
    with_files: bool = True,
    with_checks: bool = True,
) -> Submission:
    """Return a submission with its files, runs, checks, assignment, user, terms and regrades.

    Raises:
        UnknownSubmission: it does not exist, or the viewer may not see it.
    """
    found = visible_submissions(viewer).where(Submission.id == submission_id)
    submission = await _complete(session, found, with_files=with_files, with_checks=with_checks)
    if submission is None:
        raise UnknownSubmission
    return await _with_terms(session, submission)


async def _with_terms(session: AsyncSession, submission: Submission) -> Submission:
    """Load the terms of its student, which say what they may see, and why it was regraded."""
    assignment = submission.assignment
    terms = await extensions.terms_of(session, [assignment], submission.user_id)
    submission.terms = terms[assignment.id]
    if regrades := {run.regrade_id for run in submission.runs if run.regrade_id}:
        reasons = select(Regrade.id, Regrade.reason).where(Regrade.id.in_(regrades))
        submission.regrade_reasons = {row.id: row.reason for row in await session.execute(reasons)}
    return submission


async def list_submissions(
    session: AsyncSession,
    viewer: Viewer,
    *,
    assignment: Assignment | None = None,
    user_id: UUID | None = None,
    limit: int = 100,
    before: datetime | None = None,
    before_id: UUID | None = None,
) -> Sequence[Submission]:
    """List submissions the viewer may see, the newest first, without files and checks.

    `before` and `before_id` continue after the `submitted_at` and `id` of the last item of a full
    page; without the id, submissions of the same moment are left out.
    """
    wanted: list[ColumnElement[bool]] = []
    if assignment is not None:
        wanted.append(Submission.assignment_id == assignment.id)
    if user_id is not None:
        wanted.append(Submission.user_id == user_id)
    if before is not None and before_id is not None:
        wanted.append(tuple_(Submission.submitted_at, Submission.id) < (before, before_id))
    elif before is not None:
        wanted.append(Submission.submitted_at < before)
    parts = visible_parts(viewer)
    if user_id == viewer.user.id:
        parts = parts[:1]  # the viewer asks for their own
    found = union(*(_newest(part, wanted, limit) for part in parts)).subquery()
    listed = select(Submission).join(found, found.c.id == Submission.id)
    listed = listed.order_by(*_NEWEST_FIRST).limit(limit)
    listed = _with_assignment(listed).options(selectinload(Submission.runs))
    return (await session.scalars(listed)).all()


async def files_of(session: AsyncSession, submission_id: UUID) -> dict[str, bytes]:
    """Return a submission's files by name; none if they were deleted.

    The caller has made sure that the viewer may see the submission.
    """
    found = select(SubmissionFile.name, SubmissionFile.content)
    rows = await session.execute(found.where(SubmissionFile.submission_id == submission_id))
    return {row.name: row.content for row in rows}


@dataclass(frozen=True, slots=True)
class CheckVerdict:
    """What a student may see of every check, hidden or not."""

    name: str
    title: Text
    verdict: Verdict


async def verdicts_of(session: AsyncSession, run_id: UUID) -> list[CheckVerdict]:
    """Return the verdicts of a run's checks in the suite's order.

    The caller has made sure that the viewer may see the run.
    """
    found = select(Check.name, Check.title_es, Check.title_en, Check.verdict)
    rows = await session.execute(found.where(Check.run_id == run_id).order_by(Check.position))
    return [CheckVerdict(name, Text(es, en), verdict) for name, es, en, verdict in rows]


async def failed_lines(session: AsyncSession, run_id: UUID, *, with_hidden: bool) -> dict[str, int]:
    """Return the line of the first failed check that names one, by file.

    The first file's name is empty, as in a report. The caller has made sure that the viewer may
    see the details of the run's checks.
    """
    found = select(Check.file, Check.line).where(
        Check.run_id == run_id, Check.line.is_not(None), Check.verdict != Verdict.PASSED
    )
    if not with_hidden:
        found = found.where(Check.hidden.is_(False))
    rows = (await session.execute(found.order_by(Check.position))).all()
    return {row.file: row.line for row in reversed(rows)}


def _newest(
    part: ColumnElement[bool], wanted: Sequence[ColumnElement[bool]], limit: int
) -> Select[UUID]:
    """Select the ids of the newest submissions of one part, at most one page."""
    newest = select(Submission.id).where(part, *wanted).order_by(*_NEWEST_FIRST).limit(limit)
    return select(newest.subquery().c.id)


def _with_assignment(found: Select[Submission]) -> Select[Submission]:
    return found.options(
        joinedload(Submission.assignment).joinedload(Assignment.course),
        joinedload(Submission.user),
    )


async def _complete(
    session: AsyncSession,
    found: Select[Submission],
    *,
    with_files: bool = True,
    with_checks: bool = True,
) -> Submission | None:
    """Load one submission with its relationships in few statements; each costs almost 1 ms."""
    runs = joinedload(Submission.runs)
    found = _with_assignment(found).options(
        runs.selectinload(GradingRun.checks) if with_checks else runs
    )
    if with_files:
        found = found.options(selectinload(Submission.files))
    return (await session.scalars(found)).unique().one_or_none()


def _check_key(key: str | None) -> None:
    if key is None:
        return
    if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
        raise InvalidIdempotencyKey


async def _find_by_key(session: AsyncSession, viewer: Viewer, key: str | None) -> Submission | None:
    if key is None:
        return None
    own = Submission.user_id == viewer.user.id
    found = select(Submission).where(own, Submission.idempotency_key == key)
    earlier = await _complete(session, found)
    return await _with_terms(session, earlier) if earlier is not None else None


def _check_same(earlier: Submission, assignment: Assignment, files: Mapping[str, bytes]) -> None:
    same_files = {file.name: file.content for file in earlier.files} == dict(files)
    if earlier.assignment_id != assignment.id or not same_files:
        raise IdempotencyKeyReused


async def _next_number(session: AsyncSession, assignment: Assignment, viewer: Viewer) -> int:
    last = await session.scalar(
        select(func.max(Submission.number)).where(
            Submission.assignment_id == assignment.id, Submission.user_id == viewer.user.id
        )
    )
    return (last or 0) + 1
