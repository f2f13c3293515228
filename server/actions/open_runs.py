"""Runs of a course that are not finished: waiting, being graded, abandoned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from graders.report import RunState
from server.access import Permission, Viewer, require
from server.actions.overview import OpenRun
from server.models import Assignment, Course, GradingRun, User
from server.models.names import listed_name

STUCK_AFTER = timedelta(seconds=60)
MOST_RUNS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class OpenRuns:
    """`runs`: at most MOST_RUNS_SHOWN, the oldest first; `counts` counts all by state."""

    runs: Sequence[OpenRun]
    counts: Mapping[RunState, int]


async def list_open_runs(
    session: AsyncSession, viewer: Viewer, course: Course, now: datetime
) -> OpenRuns:
    """Return the runs of a course that are not finished.

    Raises:
        StaffOnly: the viewer is not staff of it.
    """
    require(viewer, Permission.SEE_WORK, course.id)
    return OpenRuns(await _open_runs(session, course.id, now), await count_open(session, course.id))


async def _open_runs(session: AsyncSession, course_id: UUID, now: datetime) -> list[OpenRun]:
    rows = await session.execute(
        select(GradingRun, User.name, User.family_name, Assignment.exercise)
        .join(Assignment, Assignment.id == GradingRun.assignment_id)
        .join(User, User.id == GradingRun.user_id)
        .where(_is_open_in(course_id))
        .order_by(GradingRun.queued_at, GradingRun.id)
        .limit(MOST_RUNS_SHOWN)
    )
    return [
        OpenRun(
            run_id=run.id,
            submission_id=run.submission_id,
            user_id=run.user_id,
            student=listed_name(name, family_name),
            exercise=exercise,
            state=run.state,
            claims=run.claims,
            worker=run.worker,
            age_seconds=(now - run.queued_at).total_seconds(),
            is_stuck=_is_stuck(run, now),
            last_reason=next(reversed(run.reasons(is_staff=True)), None),
        )
        for run, name, family_name, exercise in rows
    ]


async def count_open(session: AsyncSession, course_id: UUID) -> dict[RunState, int]:
    """Return how many runs of a course are in each state that is not finished."""
    rows = await session.execute(
        select(GradingRun.state, func.count().label("runs"))
        .where(_is_open_in(course_id))
        .group_by(GradingRun.state)
    )
    return {row.state: row.runs for row in rows}


def _select_assignments(course_id: UUID) -> Select[UUID]:
    return select(Assignment.id).where(Assignment.course_id == course_id)


def _is_open_in(course_id: UUID) -> ColumnElement[bool]:
    """Select queued and running runs of the course, and abandoned ones that no later run replaces.

    `points IS NULL` matches the index of unfinished runs. `state` is compared by inequality,
    because SQLite would otherwise choose the index on `state` and read the runs of every course.
    """
    later = aliased(GradingRun)
    is_replaced = exists().where(
        later.submission_id == GradingRun.submission_id,
        later.queued_at > GradingRun.queued_at,
        later.state != RunState.ABANDONED,
    )
    return and_(
        GradingRun.assignment_id.in_(_select_assignments(course_id)),
        GradingRun.points.is_(None),
        GradingRun.regrade_id.is_(None),
        or_(GradingRun.state != RunState.ABANDONED, ~is_replaced),
    )


def _is_stuck(run: GradingRun, now: datetime) -> bool:
    if run.state is RunState.RUNNING:
        return run.lease_until is not None and run.lease_until < now
    return run.state is RunState.ABANDONED or now - run.queued_at > STUCK_AFTER


async def exercises_of(session: AsyncSession, course_id: UUID) -> Sequence[str]:
    """Return the slugs of the exercises that are given in a course, in its order."""
    found = await session.scalars(
        select(Assignment.exercise)
        .where(Assignment.course_id == course_id)
        .order_by(Assignment.position, Assignment.exercise)
    )
    return found.all()
