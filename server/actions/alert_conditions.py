"""Finding what is not well: runs without a verdict, and suites that cannot grade, by course."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.undecided import Undecided
from server.actions.alerts import Incident
from server.models import Assignment, Course, GradingRun, NewsKind
from server.models.grading import IS_ABANDONED, IS_QUEUED

# Our own faults are tried again after a minute at most, so by then it is no passing one.
UNDECIDED_AFTER: Final = timedelta(minutes=15)
# What staff have left for longer is no news.
ABANDONED_WITHIN: Final = timedelta(days=7)
_LONGEST_REASON: Final = 300
_MOST: Final = 500
_FIRST_MOMENT: Final = datetime.min.replace(tzinfo=UTC)


async def find_runs(session: AsyncSession, now: datetime) -> list[Incident]:
    """Find exercises with runs that were given up or stay undecided, with the latest of each."""
    counts = GradingRun.regrade_id.is_(None)
    abandoned = IS_ABANDONED, GradingRun.finished_at > now - ABANDONED_WITHIN, counts
    undecided = (
        IS_QUEUED,
        # True of every moment, so that SQLite searches the index of what is queued.
        GradingRun.turn_at >= _FIRST_MOMENT,
        GradingRun.queued_at <= now - UNDECIDED_AFTER,
        func.length(cast(GradingRun.undecided, String)) > len("[]"),
        counts,
    )
    return [
        *await _latest(session, NewsKind.RUN_ABANDONED, *abandoned),
        *await _latest(session, NewsKind.RUN_UNDECIDED, *undecided),
    ]


async def find_suites(
    session: AsyncSession, withheld: Collection[str], broken: Collection[str]
) -> list[Incident]:
    """Find the courses that give exercises whose suites cannot grade."""
    slugs = {*withheld, *broken}
    if not slugs:
        return []
    # Read from the whole index of assignments: of the tables that grow it is the shortest.
    given = (
        select(Assignment.course_id, Assignment.exercise, Course.slug)
        .select_from(Course)
        .join(Assignment, Assignment.course_id == Course.id)
        .where(Assignment.exercise.in_(slugs), Course.archived_at.is_(None))
        .limit(_MOST)
    )
    return [
        Incident(
            NewsKind.SUITE_WITHHELD if row.exercise in withheld else NewsKind.SUITE_BROKEN,
            row.course_id,
            row.exercise,
            {"course": row.slug, "exercise": row.exercise},
        )
        for row in await session.execute(given)
    ]


async def _latest(
    session: AsyncSession, kind: NewsKind, *conditions: ColumnElement[bool] | Any
) -> list[Incident]:
    each = Assignment.course_id, Assignment.exercise
    place = func.row_number().over(partition_by=each, order_by=GradingRun.queued_at.desc())
    ranked = (
        select(
            GradingRun.submission_id,
            GradingRun.undecided,
            Assignment.course_id,
            Assignment.exercise,
            place.label("place"),
            func.count().over(partition_by=each).label("count"),
        )
        .join(Assignment, Assignment.id == GradingRun.assignment_id)
        .join(Assignment.course)
        .where(*conditions, Course.archived_at.is_(None))
        .subquery()
    )
    found = await session.execute(select(ranked).where(ranked.c.place == 1).limit(_MOST))
    return [
        Incident(
            kind,
            row.course_id,
            row.exercise,
            {
                "submission": str(row.submission_id),
                "exercise": row.exercise,
                "count": row.count,
                "reason": _reason(row.undecided),
            },
        )
        for row in found
    ]


def _reason(undecided: list[dict[str, Any]]) -> dict[str, str]:
    """Return why the last try was not decided, in both languages; empty if nobody knows."""
    if not undecided:
        return {"es": "", "en": ""}
    reason = Undecided.from_dict(undecided[-1]).describe()
    return {"es": reason.es[:_LONGEST_REASON], "en": reason.en[:_LONGEST_REASON]}
