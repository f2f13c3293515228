"""What a regrade would change: who would lose and who would gain, before anything changes.

Students are compared by the best result they have in an assignment: with the old results, and with
every new one in its place. Submissions that are not graded yet change nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from graders.text import Text
from server.models import (
    Assignment,
    CheckTitle,
    Outcome,
    Regrade,
    RegradeItem,
    Standing,
    User,
)
from server.models.names import listed_name

_EPSILON: Final = 1e-9


class Direction(StrEnum):
    """Where the best result of a student would go."""

    LOWER = "lower"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class Totals:
    """How far a regrade is, and what it would change.

    submissions  By outcome.
    lower, same, higher  Numbers of best results, one for each student and assignment.
    """

    submissions: dict[Outcome, int]
    lower: int
    same: int
    higher: int

    @property
    def graded(self) -> int:
        """How many submissions have a new result."""
        return sum(self.submissions.get(outcome, 0) for outcome in _GRADED)

    @property
    def undecided(self) -> int:
        """How many submissions are still to be graded."""
        return self.submissions.get(Outcome.PENDING, 0) + self.submissions.get(Outcome.GRADING, 0)


_GRADED: Final = (Outcome.LOWER, Outcome.SAME, Outcome.HIGHER)


@dataclass(frozen=True, slots=True)
class Change:
    """One student's best result in one assignment, before and after.

    starts, stops  Titles of the checks that begin and cease to pass, over all attempts.
    """

    assignment_id: UUID
    user_id: UUID
    student: str
    email: str
    exercise: str
    submission_id: UUID
    before: float
    after: float
    max_points: float
    starts: Sequence[Text]
    stops: Sequence[Text]


async def totals(session: AsyncSession, regrade: Regrade) -> Totals:
    """Count what a regrade would change."""
    rows = await session.execute(
        select(RegradeItem.outcome, func.count())
        .where(RegradeItem.regrade_id == regrade.id)
        .group_by(RegradeItem.outcome)
    )
    by_outcome: dict[Outcome, int] = {row[0]: row[1] for row in rows}
    pairs = _pairs(regrade.id)
    row = (
        await session.execute(
            select(
                func.coalesce(func.sum(case((_goes(pairs, Direction.LOWER), 1), else_=0)), 0),
                func.coalesce(func.sum(case((_goes(pairs, Direction.HIGHER), 1), else_=0)), 0),
                func.count(),
            ).select_from(pairs)
        )
    ).one()
    return Totals(by_outcome, row[0], row[2] - row[0] - row[1], row[1])


async def list_changes(
    session: AsyncSession,
    regrade: Regrade,
    direction: Direction,
    *,
    limit: int = 50,
    offset: int = 0,
) -> list[Change]:
    """List the students whose best result would go there, the largest change first."""
    pairs = _pairs(regrade.id)
    size = pairs.c.after - pairs.c.before
    found = (
        select(pairs, User.name, User.family_name, User.email, Assignment.exercise)
        .join(User, User.id == pairs.c.user_id)
        .join(Assignment, Assignment.id == pairs.c.assignment_id)
        .where(_goes(pairs, direction))
        .order_by(size if direction is Direction.LOWER else size.desc())
        .order_by(User.sort_key, pairs.c.user_id, pairs.c.assignment_id)
        .limit(limit)
        .offset(offset)
    )
    rows = (await session.execute(found)).all()
    keys = [(row.assignment_id, row.user_id) for row in rows]
    named = await _changed_checks(session, regrade.id, keys)
    return [
        Change(
            assignment_id=row.assignment_id,
            user_id=row.user_id,
            student=listed_name(row.name, row.family_name),
            email=row.email,
            exercise=row.exercise,
            before=row.before,
            after=row.after,
            max_points=row.max_points,
            submission_id=named[row.assignment_id, row.user_id][0],
            starts=named[row.assignment_id, row.user_id][1],
            stops=named[row.assignment_id, row.user_id][2],
        )
        for row in rows
    ]


def _pairs(regrade_id: UUID) -> Subquery:
    """Select the best result of each student and assignment, before and after."""
    item, other = RegradeItem, aliased(RegradeItem)
    is_regraded = exists().where(
        other.regrade_id == regrade_id,
        other.submission_id == Standing.submission_id,
        other.after.is_not(None),
    )
    # A best result that is not graded again stays, whatever becomes of the others.
    stays = func.coalesce(func.max(case((is_regraded, literal(0.0)), else_=Standing.points)), 0.0)
    before, after = func.max(item.before), func.max(item.after)
    return (
        select(
            item.assignment_id,
            item.user_id,
            _larger(before, stays).label("before"),
            _larger(after, stays).label("after"),
            func.max(item.after_max).label("max_points"),
        )
        .outerjoin(
            Standing,
            and_(
                Standing.assignment_id == item.assignment_id,
                Standing.user_id == item.user_id,
            ),
        )
        .where(item.regrade_id == regrade_id, item.after.is_not(None))
        .group_by(item.assignment_id, item.user_id)
        .subquery()
    )


def _larger(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one > other, one), else_=other)


def _goes(pairs: Subquery, direction: Direction) -> ColumnElement[bool]:
    if direction is Direction.LOWER:
        return pairs.c.after < pairs.c.before - _EPSILON
    return pairs.c.after > pairs.c.before + _EPSILON


Named = tuple[UUID, Sequence[Text], Sequence[Text]]


async def _changed_checks(
    session: AsyncSession, regrade_id: UUID, pairs: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Named]:
    """Give of each pair the submission to look at, and the checks whose verdict changes."""
    if not pairs:
        return {}
    items = await session.execute(
        select(
            RegradeItem.assignment_id,
            RegradeItem.user_id,
            RegradeItem.submission_id,
            RegradeItem.changes,
        )
        .where(
            RegradeItem.regrade_id == regrade_id,
            RegradeItem.after.is_not(None),
            tuple_(RegradeItem.assignment_id, RegradeItem.user_id).in_(pairs),
        )
        .order_by(RegradeItem.before, RegradeItem.submission_id)
    )
    titles = await _titles(session, {pair[0] for pair in pairs})
    found: dict[tuple[UUID, UUID], Named] = {}
    for item in items:
        changes = item.changes or {}
        starts, stops = (
            [titles.get((item.assignment_id, name), Text(name, name)) for name in changes[kind]]
            if changes
            else []
            for kind in ("starts", "stops")
        )
        found[item.assignment_id, item.user_id] = (item.submission_id, starts, stops)
    return found


async def _titles(session: AsyncSession, assignment_ids: set[UUID]) -> dict[tuple[UUID, str], Text]:
    rows = await session.scalars(
        select(CheckTitle).where(CheckTitle.assignment_id.in_(assignment_ids))
    )
    return {(row.assignment_id, row.name): Text(row.title_es, row.title_en) for row in rows}
