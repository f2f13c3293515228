"""Putting what was chosen of a regrade in the place of the old results, some at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, selectinload

from graders.report import Report
from server.actions import news, standings
from server.models import (
    Assignment,
    GradingRun,
    NewsKind,
    Regrade,
    RegradeItem,
    RegradeState,
    Standing,
)
from server.models.regrades import IS_TO_APPLY

# Each costs about 3 ms; other writers of SQLite wait meanwhile.
MOST_AT_ONCE: Final = 25
Pair = tuple[UUID, UUID]


async def apply_some(session: AsyncSession, regrade_id: UUID, now: datetime) -> bool:
    """Apply the next results of a regrade; False if there are no more, and it is over.

    A result is skipped if a later one has come to count since: by a newer regrade.
    """
    regrade = await session.scalar(
        select(Regrade)
        .where(Regrade.id == regrade_id, Regrade.state == RegradeState.APPLYING)
        .with_for_update(skip_locked=True)
    )
    if regrade is None:
        return False
    items = await _next_items(session, regrade)
    if not items:
        regrade.state = RegradeState.APPLIED
        await session.flush()
        return False
    pairs = sorted({(item.assignment_id, item.user_id) for item in items})
    before = await _grades(session, pairs)
    await _let_count(session, items, now)
    reports = await _reports(session, items)
    for assignment_id, user_id in pairs:
        await standings.record(session, assignment_id, user_id, reports[assignment_id])
    after = await _grades(session, pairs)
    exercises = await _exercises(session, pairs)
    for pair in pairs:
        if before.get(pair) == after.get(pair):
            continue
        values = {
            "submission": str(after[pair][2]),
            "exercise": exercises[pair[0]],
            "before": before[pair][0] if pair in before else None,
            "after": after[pair][0],
            "max_points": after[pair][1],
            "reason": regrade.reason,
        }
        kind = NewsKind.GRADE_CHANGED
        await news.tell(session, pair[1], kind, values, now, course_id=regrade.course_id)
    await session.flush()
    return True


async def _next_items(session: AsyncSession, regrade: Regrade) -> Sequence[RegradeItem]:
    chosen = select(RegradeItem).where(RegradeItem.regrade_id == regrade.id, IS_TO_APPLY)
    in_order = (RegradeItem.assignment_id, RegradeItem.user_id)
    chosen = chosen.order_by(*in_order).limit(MOST_AT_ONCE)
    # They were marked by one statement, which objects of this session would not show.
    chosen = chosen.execution_options(populate_existing=True)
    return (await session.scalars(chosen)).all()


async def _let_count(session: AsyncSession, items: Sequence[RegradeItem], now: datetime) -> None:
    later = aliased(GradingRun)
    is_outdated = exists().where(
        later.submission_id == GradingRun.submission_id,
        later.points.is_not(None),
        later.queued_at > GradingRun.queued_at,
    )
    for item in items:
        counts = await session.scalar(
            update(GradingRun)
            .where(GradingRun.id == item.run_id, GradingRun.points.is_(None), ~is_outdated)
            .values(points=item.after, max_points=item.after_max)
            .returning(GradingRun.id)
            .execution_options(synchronize_session="fetch")
        )
        item.is_chosen = False
        item.applied_at = now if counts else None
    await session.flush()


async def _reports(session: AsyncSession, items: Sequence[RegradeItem]) -> dict[UUID, Report]:
    """Return one report of each assignment: the titles of checks are the same in all of them."""
    run_of = {item.assignment_id: item.run_id for item in items}
    runs = await session.scalars(
        select(GradingRun)
        .where(GradingRun.id.in_(run_of.values()))
        .options(selectinload(GradingRun.checks))
    )
    return {run.assignment_id: run.report("", is_staff=True) for run in runs}


async def _grades(
    session: AsyncSession, pairs: Sequence[Pair]
) -> dict[Pair, tuple[float, float, UUID]]:
    found = await session.execute(
        select(
            Standing.assignment_id,
            Standing.user_id,
            Standing.grade,
            Standing.max_points,
            Standing.submission_id,
        ).where(
            Standing.assignment_id.in_({pair[0] for pair in pairs}),
            Standing.user_id.in_({pair[1] for pair in pairs}),
        )
    )
    return {
        (row.assignment_id, row.user_id): (row.grade, row.max_points, row.submission_id)
        for row in found
    }


async def _exercises(session: AsyncSession, pairs: Sequence[Pair]) -> dict[UUID, str]:
    rows = await session.execute(
        select(Assignment.id, Assignment.exercise).where(
            Assignment.id.in_({pair[0] for pair in pairs})
        )
    )
    return {row.id: row.exercise for row in rows}
