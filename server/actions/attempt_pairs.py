"""The attempts of one student at one assignment: the one before another, and all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from graders.report import Verdict
from server.access import Viewer, visible_submissions
from server.models import Check, GradingRun, Submission

MOST_LISTED: Final = 100


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an earlier attempt of the same student at the same assignment got.

    passed, failed  Names of its checks.
    """

    number: int
    points: float
    max_points: float
    passed: frozenset[str]
    failed: frozenset[str]


async def find_earlier(
    session: AsyncSession, viewer: Viewer, submission: Submission
) -> Earlier | None:
    """Return the newest earlier attempt that has points; None if there is none."""
    if submission.number == 1:
        return None
    before = await session.scalar(
        visible_submissions(viewer)
        .where(
            Submission.assignment_id == submission.assignment_id,
            Submission.user_id == submission.user_id,
            Submission.number < submission.number,
            Submission.runs.any(GradingRun.points.is_not(None)),
        )
        .options(selectinload(Submission.runs))
        .order_by(Submission.number.desc())
        .limit(1)
    )
    if before is None:
        return None
    run = before.run
    rows = await session.execute(select(Check.name, Check.verdict).where(Check.run_id == run.id))
    verdicts = {row.name: row.verdict for row in rows}
    passed = frozenset(name for name, verdict in verdicts.items() if verdict is Verdict.PASSED)
    return Earlier(
        number=before.number,
        points=run.points or 0,
        max_points=run.max_points or 0,
        passed=passed,
        failed=frozenset(verdicts) - passed,
    )


async def list_attempts(
    session: AsyncSession, viewer: Viewer, submission: Submission
) -> Sequence[Submission]:
    """List the latest attempts of the same student at the same assignment, the newest first.

    Each has its runs, and neither files nor checks.
    """
    attempts = await session.scalars(
        visible_submissions(viewer)
        .where(
            Submission.assignment_id == submission.assignment_id,
            Submission.user_id == submission.user_id,
        )
        .options(selectinload(Submission.runs))
        .order_by(Submission.number.desc())
        .limit(MOST_LISTED)
    )
    return attempts.all()
