"""The leaderboard: students by points, or by how often they were first, under chosen names.

Equal figures share a rank; among them, who reached them first comes first, then the name decides.
Points are those of the attempts, without late policies and grades set by hand: those are between
the student and the teacher.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from server.access import Viewer
from server.actions.leaderboard_settings import find_settings
from server.actions.scoring import is_replaced, standings_of, students_of
from server.errors import UnknownCourse
from server.models import (
    Assignment,
    Course,
    GradingRun,
    LeaderboardName,
    Part,
    RankedBy,
    Standing,
    Submission,
    User,
)
from server.terms import class_terms

_FINEST = 1_000_000  # points are compared to a millionth


@dataclass(frozen=True, slots=True)
class Row:
    """One student's rank.

    rank        From 1; equal points share a rank.
    points      Sum over the best submission to each assignment.
    max_points  Sum of the possible points of those.
    solved      Assignments with every point.
    tried       Assignments with a graded submission.
    firsts      Assignments in which they were the first of the class with every point; 0 unless
                that is what students are ranked by.
    reached_at  When the last of the scored submissions was handed in.
    """

    rank: int
    display_name: str
    points: float
    max_points: float
    solved: int
    tried: int
    reached_at: datetime
    is_viewer: bool
    firsts: int = 0


@dataclass(frozen=True, slots=True)
class Board:
    """What a viewer sees of a course's leaderboard.

    is_shown   Whether the course shows it to them; if not there are no rows.
    frozen_at  They see it as it was then; None: as it is.
    """

    rows: Sequence[Row]
    ranked_by: RankedBy
    is_shown: bool = True
    frozen_at: datetime | None = None


async def show(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    now: datetime,
    *,
    exercise: str | None = None,
) -> Board:
    """Return what the course's settings let the viewer see; staff see it before it is shown.

    Raises:
        UnknownCourse: the viewer is not enrolled in it.
    """
    settings, is_staff = await find_settings(session, course), viewer.is_staff_of(course.id)
    if not settings.is_on or (settings.is_hidden and not is_staff):
        _require_member(viewer, course)
        return Board((), settings.ranked_by, is_shown=False)
    is_frozen = settings.frozen_at is not None and now >= settings.frozen_at and not is_staff
    until = settings.frozen_at if is_frozen else None
    rows = await rank(
        session,
        viewer,
        course,
        exercise=exercise,
        ranked_by=settings.ranked_by,
        allows_names=settings.allows_names,
        until=until,
        left_out=await _left_out(session, course, now),
    )
    return Board(rows, settings.ranked_by, frozen_at=until)


async def rank(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    *,
    exercise: str | None = None,
    ranked_by: RankedBy = RankedBy.POINTS,
    allows_names: bool = False,
    until: datetime | None = None,
    left_out: Sequence[UUID] = (),
) -> list[Row]:
    """Rank the students of a course who have a graded submission, in all exercises or in one.

    until     Only what was handed in before then.
    left_out  Assignments that do not count.

    Raises:
        UnknownCourse: the viewer is not enrolled in it.
    """
    _require_member(viewer, course)
    results = _results(course.id, exercise, ranked_by, until, left_out)
    sums = _sums(results, with_firsts=ranked_by is RankedBy.FIRST)
    # Floating-point sums depend on the order of their terms; rounding keeps ties equal.
    points = func.round(sums.c.points * _FINEST).label("points")
    figure = points if ranked_by is RankedBy.POINTS else sums.c.firsts
    name = _name(allows_names)
    columns = (sums.c.max_points, sums.c.solved, sums.c.tried, sums.c.reached_at, sums.c.firsts)
    place = func.rank().over(order_by=figure.desc()).label("rank")
    rows = await session.execute(
        select(points, place, name, User.id, *columns)
        .join(sums, User.id == sums.c.user_id)
        .outerjoin(
            LeaderboardName,
            and_(LeaderboardName.course_id == course.id, LeaderboardName.user_id == User.id),
        )
        .order_by(figure.desc(), points.desc(), sums.c.reached_at, name)
    )
    return [_row(row, viewer, ranked_by) for row in rows]


def _row(row: Any, viewer: Viewer, ranked_by: RankedBy) -> Row:
    return Row(
        rank=row.rank,
        display_name=row.shown_name,
        points=row.points / _FINEST,
        max_points=row.max_points,
        solved=row.solved,
        tried=row.tried,
        reached_at=row.reached_at,
        is_viewer=row.id == viewer.user.id,
        firsts=row.firsts if ranked_by is RankedBy.FIRST else 0,
    )


def _require_member(viewer: Viewer, course: Course) -> None:
    if course.id not in viewer.roles and not viewer.is_administrator:
        raise UnknownCourse(course.slug)


async def _left_out(session: AsyncSession, course: Course, now: datetime) -> list[UUID]:
    """Return the assignments whose terms keep them off the leaderboard now."""
    given = await session.scalars(select(Assignment).where(Assignment.course_id == course.id))
    return [one.id for one in given if Part.LEADERBOARD not in class_terms(one).parts_visible(now)]


def _name(allows_names: bool) -> ColumnElement[str]:
    if not allows_names:
        return User.display_name.label("shown_name")
    chose = LeaderboardName.user_id.is_not(None)
    return case((chose, User.name), else_=User.display_name).label("shown_name")


def _results(
    course_id: UUID,
    exercise: str | None,
    ranked_by: RankedBy,
    until: datetime | None,
    left_out: Sequence[UUID],
) -> Subquery:
    """Select what counts of each student and assignment.

    Standings have it, but what they say is as of now, and of the attempt with the best grade.
    """
    if until is None and ranked_by is RankedBy.POINTS:
        best = standings_of(course_id, exercise).where(Standing.assignment_id.not_in(left_out))
        return best.subquery()
    ranked = _ranked_runs(course_id, exercise, until, left_out).subquery()
    return select(ranked).where(ranked.c.place == 1).subquery()


def _ranked_runs(
    course_id: UUID, exercise: str | None, until: datetime | None, left_out: Sequence[UUID]
) -> Select[tuple[object, ...]]:
    run = aliased(GradingRun)
    given = select(Assignment.id).where(
        Assignment.course_id == course_id, Assignment.id.not_in(left_out)
    )
    if exercise is not None:
        given = given.where(Assignment.exercise == exercise)
    earliest_of_the_most = (run.points.desc(), Submission.submitted_at, Submission.number)
    place = func.row_number().over(
        partition_by=(run.assignment_id, run.user_id), order_by=earliest_of_the_most
    )
    columns = (run.assignment_id, run.user_id, run.points, run.max_points)
    found = (
        select(*columns, Submission.submitted_at, place.label("place"))
        .join(Submission, Submission.id == run.submission_id)
        .where(
            run.assignment_id.in_(given),
            run.user_id.in_(students_of(course_id)),
            run.points.is_not(None),
            ~is_replaced(run),
        )
    )
    return found if until is None else found.where(Submission.submitted_at < until)


def _sums(best: Subquery, *, with_firsts: bool) -> Subquery:
    # Who was first takes a sort of every result of the class, twice the time of all the rest.
    ordered = _with_firsts(best) if with_firsts else best
    firsts = func.count().filter(ordered.c.is_first) if with_firsts else literal(0)
    return (
        select(
            ordered.c.user_id,
            func.sum(ordered.c.points).label("points"),
            func.sum(ordered.c.max_points).label("max_points"),
            func.count().filter(ordered.c.points >= ordered.c.max_points).label("solved"),
            func.count().label("tried"),
            firsts.label("firsts"),
            func.max(ordered.c.submitted_at).label("reached_at"),
        )
        .group_by(ordered.c.user_id)
        .subquery()
    )


def _with_firsts(best: Subquery) -> Subquery:
    is_solved = best.c.points >= best.c.max_points
    # Those without every point come after all others, and at the same moment two are first.
    order = func.rank().over(
        partition_by=best.c.assignment_id,
        order_by=(case((is_solved, 0), else_=1), best.c.submitted_at),
    )
    return select(best, and_(is_solved, order == 1).label("is_first")).subquery()
