"""Waiting runs: how many a person may have, and their order.

A run gets its turn, a moment, when it is queued; the earliest turn is claimed first. For a first
attempt by somebody with no other open run, that moment is now. Each further open run of the same
person adds five minutes, and a run that is not a first attempt adds one minute. So somebody who
floods the queue waits behind everybody who hands in within those minutes, and nobody starves: after
that time their run is next.

The turn only decides the order. An idle worker claims a run at once, whatever its turn.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.util import AliasedClass

from server.errors import TooManyWaiting
from server.models import GradingRun
from server.models.grading import IS_OPEN

# Added for each open run of the same person; long enough to grade one run of each student in a
# class of 300, at one per second.
BEHIND_OWN: Final = timedelta(minutes=5)
BEHIND_FIRST_ATTEMPTS: Final = timedelta(minutes=1)
# Behind whatever a person waits for, however long the queue.
BEHIND_EVERYBODY: Final = timedelta(days=3650)
# A run is abandoned after so many losses. From the fourth on it is graded alone
# (worker/queue/jobs.py), so an unrelated crash would have to hit this one run each time.
MAX_LOST: Final = 10
LONGEST_PAUSE: Final = timedelta(seconds=60)


async def queue_run(
    session: AsyncSession,
    *,
    assignment_id: UUID,
    user_id: UUID,
    requested_by: UUID,
    is_first_attempt: bool,
    now: datetime,
) -> GradingRun:
    """Make a queued run with its turn; the caller adds it to the submission of `user_id`.

    A run that an instructor asks for again counts as theirs and not as a first attempt.
    """
    ahead = await _count_open(session, requested_by)
    turn_at = now + ahead * BEHIND_OWN
    if not is_first_attempt:
        turn_at += BEHIND_FIRST_ATTEMPTS
    return GradingRun.queued(
        now,
        assignment_id=assignment_id,
        user_id=user_id,
        requested_by=requested_by,
        turn_at=turn_at,
    )


def queue_regrade(
    regrade_id: UUID, *, submission_id: UUID, assignment_id: UUID, user_id: UUID, now: datetime
) -> GradingRun:
    """Make a queued run of a regrade: nobody's, and claimed only while nothing else waits."""
    run = GradingRun.queued(
        now,
        assignment_id=assignment_id,
        user_id=user_id,
        requested_by=None,
        turn_at=now + BEHIND_EVERYBODY,
    )
    run.submission_id, run.regrade_id = submission_id, regrade_id
    return run


async def require_room(session: AsyncSession, user_id: UUID, *, most_waiting: int) -> None:
    """Refuse if the person already has `most_waiting` runs queued or running.

    Runs that wait because we failed to grade them are not counted.

    Raises:
        TooManyWaiting
    """
    if await _count_open(session, user_id, without_retries=True) >= most_waiting:
        raise TooManyWaiting(most_waiting)


async def _count_open(
    session: AsyncSession, user_id: UUID, *, without_retries: bool = False
) -> int:
    counted = (
        select(func.count())
        .select_from(GradingRun)
        .where(GradingRun.requested_by == user_id, IS_OPEN)
    )
    if without_retries:
        counted = counted.where(or_(GradingRun.state == "running", GradingRun.claims == 0))
    return await session.scalar(counted) or 0


def is_due(run: type[GradingRun] | AliasedClass[GradingRun], now: datetime) -> ColumnElement[bool]:
    """Whether a queued run's pause is over.

    A pause that ends later than any pause can was written before the clock was set back.
    """
    return or_(
        run.not_before.is_(None), run.not_before <= now, run.not_before > now + LONGEST_PAUSE
    )


def has_tries_left(
    run: type[GradingRun] | AliasedClass[GradingRun], max_tries: int
) -> ColumnElement[bool]:
    """Whether the run has been tried and lost less often than the limits."""
    return and_(run.tries < max_tries, run.lost < MAX_LOST)
