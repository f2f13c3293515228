"""Lost and abandoned runs, and requeueing them; for the workers' sweep."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased

from graders.report import RunState
from server.actions.grading import LEASE
from server.actions.waiting import BEHIND_FIRST_ATTEMPTS, has_tries_left, is_due
from server.models import Assignment, GradingRun, Submission
from server.models.grading import IS_ABANDONED, IS_OPEN, IS_QUEUED, IS_RUNNING
from server.settings import MAX_TRIES

# A lease that ends this many lease lengths in the future was written before the clock was set back.
_STRANGE_LEASES: Final = 10
# Two workers of different versions would otherwise requeue and abandon the same run for ever.
_MOST_CLAIMS: Final = 100
_MOST_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class OpenRuns:
    """Numbers of open runs that can be claimed now, that are lost, and that have no tries left."""

    claimable: int
    lost: int
    exhausted: int


async def count_open(
    session: AsyncSession, now: datetime, *, lease: timedelta = LEASE, max_tries: int = MAX_TRIES
) -> OpenRuns:
    """Count the open runs that need action; reads no other rows."""
    is_queued, left = GradingRun.state == RunState.QUEUED, has_tries_left(GradingRun, max_tries)
    row = (
        await session.execute(
            select(
                _count(is_queued & left & is_due(GradingRun, now)),
                _count((GradingRun.state == RunState.RUNNING) & _lease_is_over(now, lease)),
                _count(is_queued & ~left),
            ).where(IS_OPEN)
        )
    ).one()
    return OpenRuns(*row)


async def requeue_lost(
    session: AsyncSession, now: datetime, *, lease: timedelta = LEASE
) -> Sequence[UUID]:
    """Requeue runs whose lease has expired; returns their ids.

    Only the number of losses is recorded: workers are killed for many reasons, and a student's
    program is rarely one of them.
    """
    return (
        await session.scalars(
            update(GradingRun)
            .where(IS_RUNNING, _lease_is_over(now, lease))
            .values(state=RunState.QUEUED, lease_until=None, lost=GradingRun.lost + 1)
            .returning(GradingRun.id)
        )
    ).all()


async def abandon_exhausted(
    session: AsyncSession, now: datetime, *, max_tries: int = MAX_TRIES, version: str = ""
) -> Sequence[UUID]:
    """Abandon runs that have no tries left; returns their ids, to report them to staff.

    The student loses neither points nor the attempt. `version` is stored, so that another version
    of the worker can requeue the run.
    """
    return (
        await session.scalars(
            update(GradingRun)
            .where(IS_QUEUED, _indexed(GradingRun.turn_at), ~has_tries_left(GradingRun, max_tries))
            .values(state=RunState.ABANDONED, not_before=None, finished_at=now, tried_with=version)
            .returning(GradingRun.id)
        )
    ).all()


async def requeue_abandoned(
    session: AsyncSession, now: datetime, *, version: str, suites: Mapping[str, str]
) -> Sequence[UUID]:
    """Requeue what another version of the worker or of the suite abandoned; returns the ids.

    suites  Hash of the current suite by exercise; runs of other exercises are left alone.
    """
    found = await session.execute(
        select(GradingRun.id, GradingRun.tried_with, GradingRun.suite_hash, Assignment.exercise)
        .join(GradingRun.submission)
        .join(Submission.assignment)
        .where(
            IS_ABANDONED,
            GradingRun.tried_with.is_not(None),
            GradingRun.claims < _MOST_CLAIMS,
            GradingRun.regrade_id.is_(None),
            Submission.files_removed_at.is_(None),
            ~_is_replaced(),
        )
        .order_by(GradingRun.finished_at)
    )
    worth_it = [
        run.id
        for run in found
        if (suite := suites.get(run.exercise))
        and (run.tried_with != version or run.suite_hash not in (None, suite))
    ]
    return (
        await session.scalars(
            update(GradingRun)
            .where(GradingRun.id.in_(worth_it[:_MOST_AT_ONCE]), IS_ABANDONED)
            .values(
                state=RunState.QUEUED,
                tries=0,
                lost=0,
                turn_at=now + BEHIND_FIRST_ATTEMPTS,
                finished_at=None,
                suite_hash=None,
                tried_with=None,
            )
            .returning(GradingRun.id)
        )
    ).all()


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _indexed(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """Say what is true of every moment, so that SQLite searches the column's partial index.

    If there was no open run when ANALYZE last looked, it knows nothing of that index, and without
    a range it reads the whole table.
    """
    return column >= _FIRST_MOMENT


_FIRST_MOMENT: Final = datetime.min.replace(tzinfo=UTC)


def _lease_is_over(now: datetime, lease: timedelta) -> ColumnElement[bool]:
    strange = GradingRun.lease_until > now + _STRANGE_LEASES * lease
    return and_(_indexed(GradingRun.lease_until), or_(GradingRun.lease_until < now, strange))


def _is_replaced() -> ColumnElement[bool]:
    later = aliased(GradingRun)
    return exists().where(
        later.submission_id == GradingRun.submission_id,
        later.queued_at > GradingRun.queued_at,
        later.state != RunState.ABANDONED,
        or_(later.regrade_id.is_(None), later.points.is_not(None)),
    )
