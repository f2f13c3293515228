"""The scored results, kept as a summary: one row for each student and assignment.

Of a submission, its latest finished run is scored: a regrade replaces earlier runs. Of a student's
submissions to an assignment, the one with the highest grade, which is what its points are worth
after the late policy (`server/terms.py`); of several, the earliest. In a course whose policy counts
the last attempt it is the latest that was graded.

Grading runs and terms are the truth. A row is recomputed from all runs of its student and
assignment whenever one of them is finished or the terms change, in the same transaction, and never
incremented, so an error is repaired by the next result. Roles are checked when the summary is read,
because they change without a result.

First one statement sums everything up by points; where a submission may be late, `late_grades` then
corrects the choice. Late days cannot be spent in SQL, and few students are ever late.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from graders.report import Report
from server.actions import late_grades
from server.actions.scoring import is_replaced
from server.models import (
    Check,
    CheckTitle,
    Counting,
    Course,
    GradebookPolicy,
    GradingRun,
    Standing,
    Submission,
    User,
)

_KEY = ("assignment_id", "user_id")
_BEST = ("submission_id", "points", "max_points", "submitted_at")
_NUMBERS = ("best_number", "last_number")
_COLUMNS = (*_KEY, *_BEST, "suite_hash", *_NUMBERS, "grade", "late_days")


async def record(session: AsyncSession, assignment_id: UUID, user_id: UUID, report: Report) -> None:
    """Update the summary of a student and assignment after one of their runs has finished."""
    course = await late_grades.lock_course_of(session, assignment_id)
    if not _is_sqlite(session):
        # Two runs of one student can finish concurrently. Each must see the other's result, so
        # one waits here for the other's commit. SQLite has a single writer.
        await session.execute(
            select(User.id).where(User.id == user_id).with_for_update(key_share=True)
        )
    run = aliased(GradingRun)
    await _sum_up(session, run, (run.assignment_id == assignment_id, run.user_id == user_id))
    await _note_titles(session, assignment_id, report)
    only = None if course.late_days else assignment_id
    late = await late_grades.late_users(session, course.id, assignment_id=only, user_id=user_id)
    await late_grades.renew(session, course, late, assignment_id=only)


async def rebuild(session: AsyncSession) -> None:
    """Rebuild the whole summary from the grading runs; takes minutes for a million of them."""
    await session.execute(delete(Standing))
    await _sum_up(session, aliased(GradingRun), ())
    for course in (await session.scalars(select(Course))).all():
        await late_grades.renew(session, course, await late_grades.late_users(session, course.id))
    await session.execute(delete(CheckTitle))
    titles = (
        select(
            GradingRun.assignment_id,
            Check.name,
            func.min(Check.position),
            func.max(Check.title_es),
            func.max(Check.title_en),
        )
        .join(Check, Check.run_id == GradingRun.id)
        .where(GradingRun.points.is_not(None))
        .group_by(GradingRun.assignment_id, Check.name)
    )
    columns = ("assignment_id", "name", "position", "title_es", "title_en")
    await session.execute(insert(CheckTitle).from_select(columns, titles))


async def _sum_up(
    session: AsyncSession, run: type[GradingRun], chosen: tuple[ColumnElement[bool], ...]
) -> None:
    made = _insert(session)(Standing).from_select(_COLUMNS, _recounted(run, chosen))
    changed = {name: made.excluded[name] for name in _COLUMNS if name not in _KEY}
    await session.execute(made.on_conflict_do_update(index_elements=_KEY, set_=changed))


def _recounted(
    run: type[GradingRun], chosen: tuple[ColumnElement[bool], ...]
) -> Select[*tuple[Any, ...]]:
    """Select what the rows of `Standing` should hold, over the chosen ones among these runs."""
    earliest_of_the_most = (run.points.desc(), Submission.submitted_at, Submission.number)
    is_last_counted = exists().where(
        GradebookPolicy.course_id == Submission.course_id,
        GradebookPolicy.counting == Counting.LAST,
    )
    latest = case((is_last_counted, Submission.number), else_=0).desc()
    theirs = (run.assignment_id, run.user_id)
    rank = func.row_number().over(partition_by=theirs, order_by=(latest, *earliest_of_the_most))
    best = func.first_value(Submission.number).over(
        partition_by=theirs, order_by=earliest_of_the_most
    )
    last = func.max(Submission.number).over(partition_by=theirs)
    numbers = (best.label("best_number"), last.label("last_number"))
    columns = (run.assignment_id, run.user_id, run.submission_id, run.points, run.max_points)
    suite = func.coalesce(run.suite_hash, "").label("suite_hash")
    ranked = (
        select(*columns, Submission.submitted_at, suite, *numbers, rank.label("rank"))
        .join(Submission, Submission.id == run.submission_id)
        .where(*chosen, run.points.is_not(None), ~is_replaced(run))
        .subquery()
    )
    raw = (ranked.c.points.label("grade"), literal(0).label("late_days"))
    kept = (ranked.c[name] for name in (*_KEY, *_BEST, "suite_hash", *_NUMBERS))
    return select(*kept, *raw).where(ranked.c.rank == 1)


async def _note_titles(session: AsyncSession, assignment_id: UUID, report: Report) -> None:
    """Store the checks' titles and positions; they change only with the suite."""
    noted = await session.execute(
        select(
            CheckTitle.name, CheckTitle.position, CheckTitle.title_es, CheckTitle.title_en
        ).where(CheckTitle.assignment_id == assignment_id)
    )
    known = {row.name: tuple(row) for row in noted}
    seen = {
        check.name: (check.name, position, check.title.es, check.title.en)
        for position, check in enumerate(report.checks)
    }
    columns = ("name", "position", "title_es", "title_en")
    # In a fixed order, so that two workers that write the same rows do not deadlock.
    rows = [
        {"assignment_id": assignment_id, **dict(zip(columns, values, strict=True))}
        for name, values in sorted(seen.items())
        if known.get(name) != values
    ]
    if not rows:
        return
    made = _insert(session)(CheckTitle).values(rows)
    changed = {name: made.excluded[name] for name in columns[1:]}
    await session.execute(
        made.on_conflict_do_update(index_elements=("assignment_id", "name"), set_=changed)
    )


def _insert(session: AsyncSession) -> Any:
    return sqlite.insert if _is_sqlite(session) else postgresql.insert


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
