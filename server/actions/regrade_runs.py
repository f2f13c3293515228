"""The runs of regrades: which submissions, when they are graded, and what comes of it.

A regrade is worked through a few submissions at a time: `collect` looks them up, `queue_next` keeps
a few runs in the queue, and `note_result` compares each with the result that counts. Each is one
short transaction, whatever the size of the course.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from graders.report import Report, RunState, Verdict
from server.actions import news, waiting
from server.actions.mistakes import mistake_of
from server.models import (
    Check,
    Course,
    GradingRun,
    NewsKind,
    Outcome,
    Regrade,
    RegradeItem,
    RegradeScope,
    RegradeState,
    Submission,
)
from server.models.grading import IS_OPEN
from server.models.regrades import IS_AT_WORK, IS_UNDECIDED

MOST_COLLECTED: Final = 500
# Sums of points are rounded.
_EPSILON: Final = 1e-9


async def list_at_work(session: AsyncSession) -> Sequence[Regrade]:
    """List the regrades of every course that wait for workers, the oldest first."""
    found = select(Regrade).where(IS_AT_WORK).order_by(Regrade.id)
    return (await session.scalars(found)).all()


async def collect(session: AsyncSession, regrade_id: UUID) -> bool:
    """Look up the regrade's next submissions, MOST_COLLECTED at most; False if there are no more.

    Only what has a result is graded again: there is nothing else to compare with. And only what
    still has its files.
    """
    regrade = await _lock(session, regrade_id)
    if regrade is None or regrade.state is not RegradeState.COLLECTING:
        return False
    rows = (await session.execute(_next_submissions(regrade))).all()
    chosen = await _matching(session, regrade, [row for row in rows if row.run_id])
    if chosen:
        items = [
            {
                "regrade_id": regrade.id,
                "submission_id": row.id,
                "assignment_id": row.assignment_id,
                "user_id": row.user_id,
                "outcome": Outcome.PENDING,
                "is_chosen": False,
            }
            for row in chosen
        ]
        await session.execute(insert(RegradeItem), items)
    regrade.total += len(chosen)
    is_more = len(rows) == MOST_COLLECTED
    if is_more:
        regrade.seen_at, regrade.seen_id = rows[-1].submitted_at, rows[-1].id
    else:
        regrade.state = RegradeState.RUNNING
    await session.flush()
    return is_more


def _next_submissions(regrade: Regrade) -> Select[*tuple[Any, ...]]:
    found = select(
        Submission.id,
        Submission.assignment_id,
        Submission.user_id,
        Submission.submitted_at,
        counting_run_of(Submission.id).label("run_id"),
    ).where(Submission.course_id == regrade.course_id, Submission.files_removed_at.is_(None))
    if regrade.submission_id is not None:
        found = found.where(Submission.id == regrade.submission_id)
    elif regrade.assignment_id is not None:
        found = found.where(Submission.assignment_id == regrade.assignment_id)
    if regrade.seen_at is not None:
        after = (regrade.seen_at, regrade.seen_id)
        found = found.where(tuple_(Submission.submitted_at, Submission.id) > after)
    return found.order_by(Submission.submitted_at, Submission.id).limit(MOST_COLLECTED)


def counting_run_of(submission_id: Any) -> Any:
    """Select the id of the run that is scored of a submission; NULL if none is."""
    run = aliased(GradingRun)
    return (
        select(run.id)
        .where(run.submission_id == submission_id, run.points.is_not(None))
        .order_by(run.queued_at.desc(), run.id.desc())
        .limit(1)
        .scalar_subquery()
    )


async def _matching(session: AsyncSession, regrade: Regrade, rows: Sequence[Any]) -> Sequence[Any]:
    """Keep those that made the mistake, or whose check did not pass, if that is the scope."""
    if regrade.scope not in (RegradeScope.CHECK, RegradeScope.MISTAKE) or not rows:
        return rows
    checks = await session.execute(
        select(Check.run_id, Check.verdict, Check.message_en).where(
            Check.run_id.in_([row.run_id for row in rows]), Check.name == regrade.check_name
        )
    )
    wanted = {
        check.run_id
        for check in checks
        if regrade.scope is RegradeScope.CHECK
        or (check.verdict is not Verdict.PASSED and mistake_of(check.message_en) == regrade.mistake)
    }
    return [row for row in rows if row.run_id in wanted]


async def queue_next(session: AsyncSession, now: datetime, *, at_once: int) -> list[UUID]:
    """Queue runs of regrades until `at_once` of them are open; returns the ids of the new ones."""
    is_regrade = GradingRun.regrade_id.is_not(None)
    waiting_now = select(func.count()).select_from(GradingRun).where(IS_OPEN, is_regrade)
    room = at_once - (await session.scalar(waiting_now) or 0)
    if room <= 0:
        return []
    regrades = select(Regrade.id).where(IS_AT_WORK, Regrade.state != RegradeState.APPLYING)
    queued: list[UUID] = []
    for regrade_id in (await session.scalars(regrades.order_by(Regrade.id))).all():
        if len(queued) < room and await _lock(session, regrade_id):
            queued += await _queue(session, regrade_id, now, room - len(queued))
    return queued


async def _queue(session: AsyncSession, regrade_id: UUID, now: datetime, most: int) -> list[UUID]:
    pending = select(RegradeItem).where(*_are(Outcome.PENDING, regrade_id))
    items = (await session.scalars(pending.order_by(RegradeItem.submission_id).limit(most))).all()
    for item in items:
        run = waiting.queue_regrade(
            regrade_id,
            submission_id=item.submission_id,
            assignment_id=item.assignment_id,
            user_id=item.user_id,
            now=now,
        )
        session.add(run)
        await session.flush()
        item.run_id, item.outcome = run.id, Outcome.GRADING
    await session.flush()
    return [item.run_id for item in items if item.run_id]


async def note_result(
    session: AsyncSession, regrade_id: UUID, run_id: UUID, report: Report
) -> None:
    """Compare the report of a regrade's run with the result that counts now."""
    item = await session.scalar(
        select(RegradeItem).where(
            RegradeItem.regrade_id == regrade_id, RegradeItem.run_id == run_id
        )
    )
    if item is None:
        return
    columns = (GradingRun.id, GradingRun.points, GradingRun.max_points)
    counting = GradingRun.id == counting_run_of(item.submission_id)
    before = (await session.execute(select(*columns).where(counting))).one()
    item.before_run_id = before.id
    item.before, item.before_max = before.points, before.max_points
    item.after, item.after_max = report.points, report.max_points
    item.outcome = compare(
        before.points or 0, before.max_points or 0, report.points, report.max_points
    )
    item.changes = await _changes(session, before.id, report)
    await session.flush()


def compare(before: float, before_max: float, after: float, after_max: float) -> Outcome:
    """Compare two results. Lower in points or in their share of the maximum is lower.

    So nothing that is not lower can lower a grade, whichever of the two it is computed from.
    """
    shares = (
        before / before_max if before_max else 1.0,
        after / after_max if after_max else 1.0,
    )
    if after < before - _EPSILON or shares[1] < shares[0] - _EPSILON:
        return Outcome.LOWER
    if after > before + _EPSILON or shares[1] > shares[0] + _EPSILON:
        return Outcome.HIGHER
    return Outcome.SAME


async def _changes(session: AsyncSession, before_id: UUID, report: Report) -> dict[str, list[str]]:
    rows = await session.execute(select(Check.name, Check.verdict).where(Check.run_id == before_id))
    passed_before = {row.name for row in rows if row.verdict is Verdict.PASSED}
    passed_now = {check.name for check in report.checks if check.verdict is Verdict.PASSED}
    return {
        "starts": sorted(passed_now - passed_before),
        "stops": sorted(passed_before - passed_now),
    }


async def end_finished(session: AsyncSession, regrade_id: UUID, now: datetime) -> bool:
    """End a regrade whose submissions are all graded, and tell who asked for it.

    What was abandoned by a fault of ours is noted first: nobody grades it again.
    """
    regrade = await _lock(session, regrade_id)
    if regrade is None or regrade.state is not RegradeState.RUNNING:
        return False
    is_abandoned = exists().where(
        GradingRun.id == RegradeItem.run_id, GradingRun.state == RunState.ABANDONED
    )
    await session.execute(
        update(RegradeItem)
        .where(*_are(Outcome.GRADING, regrade_id), is_abandoned)
        .values(outcome=Outcome.FAILED)
        .execution_options(synchronize_session=False)
    )
    left = exists().where(RegradeItem.regrade_id == regrade_id, IS_UNDECIDED)
    if await session.scalar(select(left)):
        return False
    regrade.state = RegradeState.READY
    if regrade.requested_by is not None:
        slug = await session.scalar(select(Course.slug).where(Course.id == regrade.course_id))
        values = {"regrade": str(regrade.id), "course": slug}
        kind, whose = NewsKind.REGRADE_READY, regrade.requested_by
        await news.tell(session, whose, kind, values, now, course_id=regrade.course_id)
    await session.flush()
    return True


def _are(outcome: Outcome, regrade_id: UUID) -> list[ColumnElement[bool]]:
    # The condition of their index, in its words, and then which of them.
    undecided: list[Any] = [RegradeItem.regrade_id == regrade_id, IS_UNDECIDED]
    return [*undecided, RegradeItem.outcome == outcome]


async def _lock(session: AsyncSession, regrade_id: UUID) -> Regrade | None:
    """Lock a regrade against other workers; None if one of them is at it. SQLite has one writer."""
    found: Regrade | None = await session.scalar(
        select(Regrade)
        .where(Regrade.id == regrade_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return found
