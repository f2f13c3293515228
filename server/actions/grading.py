"""Grading runs: who has one, and what came of it.

        queued ──claim──► running ──finish──► finished
          ▲                 │ │
          └───give_back─────┘ └─lease over─► may be claimed again
        queued or lease over, and claimed too often ──► abandoned

Each claim has a number, and only the holder of the last one can renew, finish or give back: a
worker that was taken for dead and was not can do no harm. Whatever races here is one statement
whose WHERE decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import Report, RunState
from server.access import Viewer, require_instructor, visible_submissions
from server.actions import hints
from server.errors import UnknownSubmission
from server.models import Assignment, Check, GradingRun, Submission, SubmissionFile

LEASE = timedelta(seconds=20)
MAX_CLAIMS = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's hold on a run: what to grade, and the number that proves the hold."""

    run_id: UUID
    number: int
    submission_id: UUID
    exercise: str
    files: dict[str, bytes]


@dataclass(frozen=True, slots=True)
class ClaimableRun:
    """A run that waits for a worker, as the sweep finds it."""

    run_id: UUID
    claims: int


@dataclass(frozen=True, slots=True)
class RunProgress:
    """Where a run is, for who follows it."""

    state: RunState
    claims: int
    submission_id: UUID


async def claim(
    session: AsyncSession,
    run_id: UUID,
    *,
    worker: str,
    now: datetime,
    lease: timedelta = LEASE,
    max_claims: int = MAX_CLAIMS,
) -> Claim | None:
    """Take a queued run, or one whose lease is over, for one grading.

    None if it is finished, abandoned, not yet to be tried, tried too often, in someone else's
    hands or not there at all. Safe to call any number of times at once: the database lets one
    caller through.
    """
    number = await session.scalar(
        update(GradingRun)
        .where(GradingRun.id == run_id, _is_free(now), GradingRun.claims < max_claims)
        .values(
            state=RunState.RUNNING,
            # The number doubles as a fencing token: a worker that lost its lease while its
            # sandbox hung still holds the old one, so its report matches no row any more.
            claims=GradingRun.claims + 1,
            lease_until=now + lease,
            not_before=None,
            started_at=now,
            worker=worker,
        )
        .returning(GradingRun.claims)
    )
    return None if number is None else await _claimed(session, run_id, number)


async def _claimed(session: AsyncSession, run_id: UUID, number: int) -> Claim:
    rows = await session.execute(
        select(Submission.id, Assignment.exercise, SubmissionFile.name, SubmissionFile.content)
        .join(GradingRun.submission)
        .join(Submission.assignment)
        .join(Submission.files)
        .where(GradingRun.id == run_id)
        .order_by(SubmissionFile.name)
    )
    files = rows.all()
    contents = {file.name: file.content for file in files}
    return Claim(run_id, number, files[0].id, files[0].exercise, contents)


async def renew(
    session: AsyncSession, run_id: UUID, number: int, now: datetime, *, lease: timedelta = LEASE
) -> bool:
    """Prolong the lease; False if the run is no longer held by this claim: stop grading it."""
    return await _change(session, run_id, number, lease_until=now + lease)


async def finish(
    session: AsyncSession, run_id: UUID, number: int, report: Report, now: datetime
) -> bool:
    """Store what grading found; False, and nothing stored, if another claim has overtaken this.

    Raises:
        ValueError: the report is inconclusive. Such a run is given back, never finished.
    """
    if not report.is_conclusive:
        raise ValueError("an inconclusive report must not be stored; give the run back")
    was_ours = await _change(
        session,
        run_id,
        number,
        state=RunState.FINISHED,
        lease_until=None,
        finished_at=now,
        points=report.points,
        max_points=report.max_points,
        suite_hash=report.suite_hash,
        runtime_hash=report.runtime_hash,
        worker=report.worker,
    )
    if was_ours and report.checks:
        checks = await hints.unlock(session, run_id, report)
        rows = [Check.values_of(run_id, n, result) for n, result in enumerate(checks)]
        await session.execute(insert(Check), rows)
    return was_ours


async def give_back(
    session: AsyncSession, run_id: UUID, number: int, not_before: datetime | None, now: datetime
) -> bool:
    """Let a run go that could not be decided, to be tried again from `not_before` on.

    The try stays counted. False if the run is no longer held by this claim.
    """
    return await _change(
        session,
        run_id,
        number,
        state=RunState.QUEUED,
        lease_until=None,
        not_before=max(not_before or now, now),
    )


async def list_claimable(
    session: AsyncSession, now: datetime, *, max_claims: int = MAX_CLAIMS, limit: int = 1000
) -> list[ClaimableRun]:
    """List runs that a worker could claim now, the oldest first; the sweep enqueues them."""
    rows = await session.execute(
        select(GradingRun.id, GradingRun.claims)
        .where(_is_free(now), GradingRun.claims < max_claims)
        .order_by(GradingRun.queued_at, GradingRun.id)
        .limit(limit)
    )
    return [ClaimableRun(run_id, claims) for run_id, claims in rows]


async def abandon_hopeless(
    session: AsyncSession, now: datetime, *, max_claims: int = MAX_CLAIMS
) -> Sequence[UUID]:
    """Give up runs that were tried too often; returns them, to be told to staff.

    The student loses neither points nor the attempt: the fault is ours.
    """
    return (
        await session.scalars(
            update(GradingRun)
            .where(_is_free(now), GradingRun.claims >= max_claims)
            .values(state=RunState.ABANDONED, lease_until=None, not_before=None, finished_at=now)
            .returning(GradingRun.id)
        )
    ).all()


async def regrade(
    session: AsyncSession, viewer: Viewer, submission_id: UUID, now: datetime
) -> GradingRun:
    """Queue one more run of a submission; its results count once it is finished.

    Raises:
        UnknownSubmission, InstructorsOnly
    """
    row = (
        await session.execute(
            visible_submissions(viewer)
            .where(Submission.id == submission_id)
            .with_only_columns(
                Submission.id, Submission.course_id, Submission.assignment_id, Submission.user_id
            )
        )
    ).one_or_none()
    if row is None:
        raise UnknownSubmission
    require_instructor(viewer, row.course_id)
    run = GradingRun.queued(now, assignment_id=row.assignment_id, user_id=row.user_id)
    run.submission_id = row.id
    session.add(run)
    await session.flush()
    return run


async def get_state(session: AsyncSession, run_id: UUID) -> RunProgress | None:
    """Say where a run is; None if there is none of that id. Cheap, for polling."""
    row = (
        await session.execute(
            select(GradingRun.state, GradingRun.claims, GradingRun.submission_id).where(
                GradingRun.id == run_id
            )
        )
    ).one_or_none()
    return RunProgress(*row) if row else None


def _is_free(now: datetime) -> ColumnElement[bool]:
    is_due = or_(GradingRun.not_before.is_(None), GradingRun.not_before <= now)
    return or_(
        and_(GradingRun.state == RunState.QUEUED, is_due),
        and_(GradingRun.state == RunState.RUNNING, GradingRun.lease_until < now),
    )


async def _change(session: AsyncSession, run_id: UUID, number: int, **values: object) -> bool:
    changed = await session.scalar(
        update(GradingRun)
        .where(
            GradingRun.id == run_id,
            GradingRun.state == RunState.RUNNING,
            GradingRun.claims == number,
        )
        .values(**values)
        .returning(GradingRun.id)
    )
    return changed is not None
