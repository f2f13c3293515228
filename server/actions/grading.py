"""Grading runs: their claims and results.

        queued ──claim──► running ──finish──► finished
          ▲                 │ │
          ├───give_back─────┘ │
          └──lease expired────┘   (actions/recovery.py, like abandoning)

Each claim has a number, and only the holder of the latest claim can renew, finish or give back: a
worker whose lease expired while it was still alive can do no harm. Operations that race are single
statements whose WHERE clause decides.

The number counts claims and says nothing about the program: workers are stopped or crash, suites
fail to start, memory runs out. A try is a claim that ended without a verdict for a reason that may
lie in the program; only tries are limited.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from graders.report import Report, RunState
from graders.undecided import Undecided
from server.access import Permission, Viewer, require, visible_submissions
from server.actions import hints, regrade_runs, standings, waiting
from server.errors import UnknownSubmission
from server.errors.retention import FilesRemoved
from server.models import Assignment, Check, GradingRun, Submission, SubmissionFile
from server.models.grading import IS_QUEUED, MOST_UNDECIDED
from server.settings import LEASE_SECONDS, MAX_TRIES

LEASE: Final = timedelta(seconds=LEASE_SECONDS)


class _Whose(NamedTuple):
    """Whose result a run gives: of a person's assignment, and of a regrade or not."""

    assignment_id: UUID
    user_id: UUID
    regrade_id: UUID | None


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's claim on a run: what to grade, and the claim's number.

    number  Number of this claim, from 1.
    tries   Earlier claims that ended without a verdict, possibly because of the program.
    lost    Earlier claims whose worker stopped renewing its lease.
    is_regrade  Whether its result will not count until somebody applies it.
    """

    run_id: UUID
    number: int
    tries: int
    lost: int
    submission_id: UUID
    exercise: str
    files: dict[str, bytes]
    is_regrade: bool = False

    @property
    def setbacks(self) -> int:
        """Earlier claims that ended by a fault of ours, or because a worker was stopped."""
        return self.number - 1 - self.tries - self.lost


async def claim(
    session: AsyncSession,
    *,
    worker: str,
    now: datetime,
    lease: timedelta = LEASE,
    max_tries: int = MAX_TRIES,
) -> Claim | None:
    """Claim the next run in turn, for one grading; None if no run can be claimed now.

    Safe to call concurrently: the database gives each run to one caller.
    """
    queued = aliased(GradingRun)
    turn = (
        select(queued.id)
        .where(IS_QUEUED, waiting.is_due(queued, now), waiting.has_tries_left(queued, max_tries))
        .order_by(queued.turn_at, queued.id)
        .limit(1)
        # PostgreSQL: skip a row that another worker is claiming instead of waiting for it.
        .with_for_update(skip_locked=True)
    )
    taken = (
        await session.execute(
            update(GradingRun)
            .where(GradingRun.id == turn.scalar_subquery(), IS_QUEUED)
            .values(
                state=RunState.RUNNING,
                # The number is also a fencing token: a worker that lost its lease while its
                # sandbox hung still holds the old number, so its report matches no row.
                claims=GradingRun.claims + 1,
                lease_until=now + lease,
                not_before=None,
                started_at=now,
                worker=worker,
            )
            .returning(GradingRun.id, GradingRun.claims, GradingRun.tries, GradingRun.lost)
        )
    ).one_or_none()
    if taken is None:
        return None
    claim = await _claimed(session, *taken)
    if not claim.files:
        await _give_up(session, claim, now)
    return claim if claim.files else None


async def _claimed(
    session: AsyncSession, run_id: UUID, number: int, tries: int, lost: int
) -> Claim:
    rows = await session.execute(
        select(
            Submission.id,
            Assignment.exercise,
            SubmissionFile.name,
            SubmissionFile.content,
            GradingRun.regrade_id,
        )
        .join(GradingRun.submission)
        .join(Submission.assignment)
        .outerjoin(Submission.files)
        .where(GradingRun.id == run_id)
        .order_by(SubmissionFile.name)
    )
    files = rows.all()
    contents = {file.name: file.content for file in files if file.name is not None}
    first = files[0]
    is_regrade = first.regrade_id is not None
    return Claim(
        run_id, number, tries, lost, first.id, first.exercise, contents, is_regrade=is_regrade
    )


async def _give_up(session: AsyncSession, claim: Claim, now: datetime) -> None:
    """Abandon a run whose files were removed at the moment at which it was queued."""
    given_up = {"state": RunState.ABANDONED, "lease_until": None, "finished_at": now}
    await _change(session, claim.run_id, claim.number, **given_up)


async def renew(
    session: AsyncSession, run_id: UUID, number: int, now: datetime, *, lease: timedelta = LEASE
) -> bool:
    """Extend the lease; False if this claim no longer holds the run: stop grading it."""
    return await _change(session, run_id, number, lease_until=now + lease) is not None


async def finish(
    session: AsyncSession, run_id: UUID, number: int, report: Report, now: datetime
) -> bool:
    """Store a report; returns False and stores nothing if this claim no longer holds the run.

    Raises:
        ValueError: the report is inconclusive. Give such a run back instead.
    """
    if not report.is_conclusive:
        raise ValueError("an inconclusive report must not be stored; give the run back")
    counts = GradingRun.regrade_id.is_(None)
    whose = await _change(
        session,
        run_id,
        number,
        state=RunState.FINISHED,
        lease_until=None,
        finished_at=now,
        # Of a regrade it does not count yet, which NULL says to every reader.
        points=case((counts, report.points)),
        max_points=case((counts, report.max_points)),
        suite_hash=report.suite_hash,
        runtime_hash=report.runtime_hash,
        kit_hash=report.kit_hash,
        worker=report.worker,
        is_reported=report.is_reported,
    )
    if whose is None:
        return False
    if report.checks:
        checks = await hints.unlock(session, run_id, report)
        rows = [Check.values_of(run_id, n, result) for n, result in enumerate(checks)]
        await session.execute(insert(Check), rows)
    if whose.regrade_id is None:
        await standings.record(session, whose.assignment_id, whose.user_id, report)
    else:
        await regrade_runs.note_result(session, whose.regrade_id, run_id, report)
    return True


async def give_back(
    session: AsyncSession,
    run_id: UUID,
    number: int,
    now: datetime,
    *,
    pause: timedelta = timedelta(0),
    tried_suite: str | None = None,
    why: Undecided | None = None,
) -> bool:
    """Release a run without a verdict; it can be claimed again after `pause`, 60 s at most.

    tried_suite  Hash of the suite that could not decide, if the reason may lie in the program:
                 the claim then counts as a try. None: the claim is not counted as one.
    why          Stored on the run for staff, with the MOST_UNDECIDED latest of its reasons.

    Returns False if this claim no longer holds the run.
    """
    tried = (
        {} if tried_suite is None else {"tries": GradingRun.tries + 1, "suite_hash": tried_suite}
    )
    noted = {} if why is None else {"undecided": await _with_reason(session, run_id, why)}
    changed = await _change(
        session,
        run_id,
        number,
        state=RunState.QUEUED,
        lease_until=None,
        not_before=now + min(pause, waiting.LONGEST_PAUSE) if pause else None,
        **tried,
        **noted,
    )
    return changed is not None


async def _with_reason(
    session: AsyncSession, run_id: UUID, why: Undecided
) -> list[dict[str, object]]:
    # Read and then written: only the holder of the claim writes, and `_change` asks for the claim.
    stored = await session.scalar(select(GradingRun.undecided).where(GradingRun.id == run_id))
    return [*(stored or []), why.to_dict()][-MOST_UNDECIDED:]


async def regrade(
    session: AsyncSession, viewer: Viewer, submission_id: UUID, now: datetime
) -> GradingRun:
    """Queue another run of a submission; its results are scored once it is finished.

    Raises:
        UnknownSubmission, InstructorsOnly, FilesRemoved
    """
    row = (
        await session.execute(
            visible_submissions(viewer)
            .where(Submission.id == submission_id)
            .with_only_columns(
                Submission.id,
                Submission.course_id,
                Submission.assignment_id,
                Submission.user_id,
                Submission.files_removed_at,
            )
        )
    ).one_or_none()
    if row is None:
        raise UnknownSubmission
    require(viewer, Permission.MANAGE, row.course_id)
    if row.files_removed_at is not None:
        raise FilesRemoved
    run = await waiting.queue_run(
        session,
        assignment_id=row.assignment_id,
        user_id=row.user_id,
        requested_by=viewer.user.id,
        is_first_attempt=False,
        now=now,
    )
    run.submission_id = row.id
    session.add(run)
    await session.flush()
    return run


async def _change(
    session: AsyncSession, run_id: UUID, number: int, **values: object
) -> _Whose | None:
    """Change the run, and return whose it is; None if this claim no longer holds it."""
    changed = await session.execute(
        update(GradingRun)
        .where(
            GradingRun.id == run_id,
            GradingRun.state == RunState.RUNNING,
            GradingRun.claims == number,
        )
        .values(**values)
        .returning(GradingRun.assignment_id, GradingRun.user_id, GradingRun.regrade_id)
    )
    row = changed.one_or_none()
    return None if row is None else _Whose(*row)
