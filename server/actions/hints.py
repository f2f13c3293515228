"""Hints that an attempt unlocks."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from graders.report import CheckResult, Report, Verdict
from server.models import Check, GradingRun, Submission


async def unlock(session: AsyncSession, run_id: UUID, report: Report) -> list[CheckResult]:
    """Return the report's checks, each with the hints that this attempt unlocks.

    Decided once, when the run is finished. Locked hints are not stored, so no reader can show them
    too early.
    """
    failures: dict[str, int] = {}
    if any(check.hints for check in report.checks):
        failures = await _count_failures(session, run_id)
    return [check.unlocked(failures.get(check.name, 0) + 1) for check in report.checks]


async def _count_failures(session: AsyncSession, run_id: UUID) -> dict[str, int]:
    """Count, by check, the earlier attempts of the same student in which it failed.

    A check that did not run says nothing about the student's program and is not counted.
    """
    this, earlier = aliased(Submission), aliased(Submission)
    of_this_run = select(GradingRun.submission_id).where(GradingRun.id == run_id).scalar_subquery()
    is_theirs = (this.assignment_id == earlier.assignment_id) & (this.user_id == earlier.user_id)
    rows = await session.execute(
        select(Check.name, func.count(earlier.id.distinct()))
        .join(GradingRun, GradingRun.id == Check.run_id)
        .join(earlier, earlier.id == GradingRun.submission_id)
        .join(this, is_theirs)
        .where(
            this.id == of_this_run,
            earlier.number < this.number,
            GradingRun.points.is_not(None),
            Check.verdict.not_in((Verdict.PASSED, Verdict.NOT_RUN)),
        )
        .group_by(Check.name)
    )
    return {row[0]: row[1] for row in rows}
