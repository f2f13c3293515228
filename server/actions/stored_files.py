"""Removing what students handed in, and what their programs printed; the results stay.

Such a submission cannot be graded again: regrades pass over it, and `grading.claim` gives up a run
of it that was queued at the same moment.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.models import Check, GradingRun, Outcome, RegradeItem, Submission, SubmissionFile

# Ids in one statement.
_AT_ONCE: Final = 500
_UNDECIDED: Final = frozenset({Outcome.PENDING, Outcome.GRADING})


async def remove(
    session: AsyncSession, submission_ids: Sequence[UUID], now: datetime
) -> Sequence[UUID]:
    """Remove files and output of these submissions; returns the ids of those that lost them.

    Those that wait to be graded, or that a regrade still needs, keep them, as `list_needed` says.
    What checks found (verdicts, points, messages) stays.
    """
    removed: list[UUID] = []
    for ids in _parts(submission_ids):
        # Locked first: on PostgreSQL a run that is queued meanwhile is seen by the next statement.
        there = select(Submission.id).where(
            Submission.id.in_(ids), Submission.files_removed_at.is_(None)
        )
        found = set(await session.scalars(there.order_by(Submission.id).with_for_update()))
        chosen = sorted(found - await list_needed(session, sorted(found)))
        await _remove(session, chosen, now)
        removed += chosen
    return removed


async def list_needed(session: AsyncSession, submission_ids: Sequence[UUID]) -> set[UUID]:
    """Return those of these submissions that wait to be graded, or that a regrade still needs."""
    needed: set[UUID] = set()
    for ids in _parts(submission_ids):
        # Not `state`, nor an outcome: databases would look at what is open of everybody.
        is_open = GradingRun.finished_at.is_(None)
        runs = select(GradingRun.submission_id).where(GradingRun.submission_id.in_(ids), is_open)
        of_regrades = select(RegradeItem.submission_id, RegradeItem.outcome).where(
            RegradeItem.submission_id.in_(ids)
        )
        items = await session.execute(of_regrades)
        needed |= {*await session.scalars(runs)}
        needed |= {item.submission_id for item in items if item.outcome in _UNDECIDED}
    return needed


async def _remove(session: AsyncSession, ids: Sequence[UUID], now: datetime) -> None:
    if not ids:
        return
    runs = select(GradingRun.id).where(GradingRun.submission_id.in_(ids))
    for statement in (
        delete(SubmissionFile).where(SubmissionFile.submission_id.in_(ids)),
        update(Check).where(Check.run_id.in_(runs)).values(output="", evidence=[], picture=None),
        update(Submission).where(Submission.id.in_(ids)).values(files_removed_at=now),
    ):
        await session.execute(statement, execution_options={"synchronize_session": False})


def _parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))
