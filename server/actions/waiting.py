"""Runs that wait: how many a person may have, and whose turn it is.

A run gets its turn when it is queued: a moment, and the earliest is taken first. For somebody's
first attempt, with nothing else of theirs open, that moment is now. Each further run of the same
person counts as if it had been handed in five minutes after the one before, and whatever is not a
first attempt as if one minute later. So who floods the queue waits behind everybody who comes
within minutes, and nobody is overtaken for ever: what has waited longer than that is next.

Only the order is decided here. A worker with nothing better to do takes a run at once, whatever
its turn.
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

# How much later than the one before it somebody's next run counts; long enough for a class of 300
# to have one run each graded, at one a second.
BEHIND_OWN: Final = timedelta(minutes=5)
BEHIND_FIRST_ATTEMPTS: Final = timedelta(minutes=1)
# A run whose worker vanished so often is given up. From the fourth time on it is graded alone
# (worker/queue/jobs.py), so that an accident of the machine would have to meet this run each time.
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
    """Make a run that waits for its turn; whoever calls adds it to the submission of `user_id`.

    A regrade is its instructor's and no first attempt: three hundred of them are one person's.
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


async def require_room(session: AsyncSession, user_id: UUID, *, most_waiting: int) -> None:
    """Refuse if the person has so many runs waiting or being graded already.

    One that waits because we failed to grade it is not counted.

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

    One that would end later than any pause was written by a clock that has been set back since.
    """
    return or_(
        run.not_before.is_(None), run.not_before <= now, run.not_before > now + LONGEST_PAUSE
    )


def has_tries_left(
    run: type[GradingRun] | AliasedClass[GradingRun], max_tries: int
) -> ColumnElement[bool]:
    """Whether it has not been tried or lost too often."""
    return and_(run.tries < max_tries, run.lost < MAX_LOST)
