"""What the late policy makes of the standings: the submission that counts, its grade, late days.

Recomputed from every scored run of the students concerned, never changed by a difference.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions.scoring import is_replaced
from server.late_days import Work, grades_of
from server.models import (
    Assignment,
    Counting,
    Course,
    Extension,
    GradebookPolicy,
    GradingRun,
    Standing,
    Submission,
)
from server.terms import Attempt, Graded, effective_terms

_USERS_AT_ONCE: Final = 25
_OF_ATTEMPT: Final = ("submission_id", "points", "max_points", "submitted_at", "suite_hash")
_FIELDS: Final = (*_OF_ATTEMPT, "grade", "late_days")

_Key = tuple[UUID, UUID]  # assignment and user


class GradeChange(NamedTuple):
    """A grade that is another than it was."""

    assignment_id: UUID
    user_id: UUID
    before: float
    after: float
    max_points: float


async def lock_course_of(session: AsyncSession, assignment_id: UUID) -> Course:
    """Return the assignment's course, whose terms cannot change until the transaction ends.

    On SQLite the writing session already holds the only lock.
    """
    found = select(Course).join(Assignment).where(Assignment.id == assignment_id)
    found = found.with_for_update(read=True, of=Course)
    return (await session.scalars(found, execution_options={"populate_existing": True})).one()


async def lock_terms(session: AsyncSession, course_id: UUID) -> Course:
    """Return the course, locked for a change of its terms: results wait until they are stored."""
    found = select(Course).where(Course.id == course_id).with_for_update(key_share=True)
    return (await session.scalars(found, execution_options={"populate_existing": True})).one()


async def late_users(
    session: AsyncSession,
    course_id: UUID,
    *,
    assignment_id: UUID | None = None,
    user_id: UUID | None = None,
    since: datetime | None = None,
) -> list[UUID]:
    """List the users who handed in after the due moment, or since then: all others lose nothing.

    assignment_id, user_id  Only in this assignment, only this user.
    """
    late = select(Submission.user_id).join(Assignment, Assignment.id == Submission.assignment_id)
    moment = Assignment.due_at if since is None else since
    # By the assignment's course: with the submission's SQLite would go through all of them.
    late = late.where(Assignment.course_id == course_id, Submission.submitted_at >= moment)
    if assignment_id is not None:
        late = late.where(Submission.assignment_id == assignment_id)
    if user_id is not None:
        late = late.where(Submission.user_id == user_id)
    return sorted((await session.scalars(late.distinct())).all())


async def renew(
    session: AsyncSession,
    course: Course,
    user_ids: Sequence[UUID],
    *,
    assignment_id: UUID | None = None,
) -> list[GradeChange]:
    """Recompute the standings of these users by the terms as they are now.

    assignment_id  Only in this one; None: in every one of the course, as late days demand.

    Returns the grades that changed.
    """
    given = select(Assignment).where(Assignment.course_id == course.id)
    if assignment_id is not None:
        given = given.where(Assignment.id == assignment_id)
    assignments = {one.id: one for one in await session.scalars(given)}
    policy = await session.get(GradebookPolicy, course.id)
    only_last = policy is not None and policy.counting is Counting.LAST
    changes: list[GradeChange] = []
    for start in range(0, len(user_ids), _USERS_AT_ONCE):
        some = user_ids[start : start + _USERS_AT_ONCE]
        works = await _works(session, assignments, some)
        if only_last:
            works = _only_last(works, course.late_days)
        changes += await _renew_some(session, assignments, works, course.late_days, some)
    return changes


async def _renew_some(
    session: AsyncSession,
    assignments: Mapping[UUID, Assignment],
    works: Mapping[UUID, Mapping[UUID, Work]],
    late_days: int,
    user_ids: Sequence[UUID],
) -> list[GradeChange]:
    # Several in a thread: with late days, each student can take some milliseconds.
    if len(user_ids) > 1:
        graded = await asyncio.to_thread(_grade_all, works, late_days)
    else:
        graded = _grade_all(works, late_days)
    stored = await session.execute(
        select(Standing.assignment_id, Standing.user_id, *_columns()).where(
            Standing.assignment_id.in_(assignments), Standing.user_id.in_(user_ids)
        )
    )
    changes, changed = [], []
    for row in stored.mappings():
        best = graded[row["assignment_id"], row["user_id"]]
        values = _values(best)
        if any(row[name] != values[name] for name in _FIELDS):
            key = {"of_assignment": row["assignment_id"], "of_user": row["user_id"]}
            changed.append(key | values)
        if row["grade"] != best.grade:
            changes.append(_change(row, best))
    if changed:
        await session.execute(_UPDATE, changed, execution_options={"synchronize_session": None})
    return changes


def _columns() -> list[Any]:
    return [getattr(Standing, name) for name in _FIELDS]


_UPDATE: Final = (
    update(Standing.__table__)  # type: ignore[arg-type]
    .where(
        Standing.assignment_id == bindparam("of_assignment"),
        Standing.user_id == bindparam("of_user"),
    )
    .values({name: bindparam(name) for name in _FIELDS})
)


def _values(best: Graded) -> dict[str, Any]:
    chosen = {name: getattr(best.attempt, name) for name in _OF_ATTEMPT}
    return {**chosen, "grade": best.grade, "late_days": best.late_days}


def _change(row: Mapping[Any, Any], best: Graded) -> GradeChange:
    return GradeChange(
        row["assignment_id"], row["user_id"], row["grade"], best.grade, best.attempt.max_points
    )


async def _works(
    session: AsyncSession, assignments: Mapping[UUID, Assignment], user_ids: Sequence[UUID]
) -> dict[UUID, dict[UUID, Work]]:
    """Return, by user and assignment, the scored attempts and the terms."""
    extensions: dict[_Key, list[Extension]] = defaultdict(list)
    granted = select(Extension).where(
        Extension.assignment_id.in_(assignments), Extension.user_id.in_(user_ids)
    )
    for extension in await session.scalars(granted):
        extensions[extension.assignment_id, extension.user_id].append(extension)
    run = GradingRun
    scored = (
        select(
            *(run.assignment_id, run.user_id, run.submission_id, run.points, run.max_points),
            *(Submission.submitted_at, Submission.number, run.suite_hash),
        )
        .join(Submission, Submission.id == run.submission_id)
        .where(
            *(run.assignment_id.in_(assignments), run.user_id.in_(user_ids)),
            *(run.points.is_not(None), ~is_replaced(run)),
        )
    )
    attempts: dict[_Key, list[Attempt]] = defaultdict(list)
    for row in await session.execute(scored):
        points, possible = row.points or 0.0, row.max_points or 0.0
        attempt = Attempt(
            *(row.submission_id, points, possible, row.submitted_at, row.number),
            suite_hash=row.suite_hash or "",
        )
        attempts[row.assignment_id, row.user_id].append(attempt)
    works: dict[UUID, dict[UUID, Work]] = defaultdict(dict)
    for (assignment_id, user_id), made in attempts.items():
        terms = effective_terms(assignments[assignment_id], extensions[assignment_id, user_id])
        works[user_id][assignment_id] = Work(terms, made)
    return works


def _only_last(
    works: Mapping[UUID, Mapping[UUID, Work]], late_days: int
) -> dict[UUID, dict[UUID, Work]]:
    """Leave the last scored attempt of each student and assignment; practice only if all is."""
    return {
        user_id: {
            assignment_id: Work(work.terms, [_last_of(work, late_days)])
            for assignment_id, work in own.items()
        }
        for user_id, own in works.items()
    }


def _last_of(work: Work, late_days: int) -> Attempt:
    def is_later(one: Attempt) -> tuple[bool, int]:
        return not work.terms.is_practice(one.submitted_at, late_days), one.number

    return max(work.attempts, key=is_later)


def _grade_all(works: Mapping[UUID, Mapping[UUID, Work]], late_days: int) -> dict[_Key, Graded]:
    return {
        (assignment_id, user_id): graded
        for user_id, own in works.items()
        for assignment_id, graded in grades_of(own, late_days).items()
    }
