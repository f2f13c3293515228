"""Lists of submissions for programs: filtered, page by page, with results and code."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, or_, select, tuple_, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, load_only, selectinload

from graders.report import RunState
from server.access import Permission, Viewer, visible_assignments
from server.errors import UnknownExercise, UnknownStudent
from server.models import (
    Assignment,
    Check,
    Course,
    Enrollment,
    GradingRun,
    Submission,
    SubmissionFile,
    User,
)

_NEWEST_FIRST = (Submission.submitted_at.desc(), Submission.id.desc())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions; what is None is not asked for.

    student  E-mail address or id of the student.
    after    `submitted_at` and `id` of the last item of the page before.
    before   Only what was handed in earlier.
    """

    course: Course | None = None
    exercise: str | None = None
    student: str | None = None
    state: RunState | None = None
    since: datetime | None = None
    before: datetime | None = None
    after: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A submission in a list.

    group   The student's group in the course; None: none.
    checks  Of the run that counts, without messages and evidence.
    files   Content by name, if it was asked for.
    """

    submission: Submission
    group: str | None
    checks: Sequence[Check]
    files: Mapping[str, bytes] = field(default_factory=dict)


async def list_page(
    session: AsyncSession, viewer: Viewer, wanted: Wanted, *, limit: int, with_files: bool
) -> tuple[list[Listed], bool]:
    """Return a page of what the viewer may see, the newest first, and whether there is more.

    Raises:
        UnknownExercise: no course of theirs gives it.
        UnknownStudent: no course whose staff they are has such a student.
    """
    parts = await _parts(session, viewer, wanted)
    conditions = _conditions(wanted)
    found = union(*(_newest(part, conditions, limit + 1) for part in parts)).subquery()
    listed = (
        select(Submission, Enrollment.group)
        .join(found, found.c.id == Submission.id)
        .outerjoin(
            Enrollment,
            and_(
                Enrollment.course_id == Submission.course_id,
                Enrollment.user_id == Submission.user_id,
            ),
        )
        .options(
            joinedload(Submission.assignment).joinedload(Assignment.course),
            joinedload(Submission.user),
            selectinload(Submission.runs),
        )
        .order_by(*_NEWEST_FIRST)
        .limit(limit + 1)
    )
    rows = (await session.execute(listed)).all()
    shown = rows[:limit]
    checks = await _checks(session, [row[0].run.id for row in shown])
    files = await _files(session, [row[0].id for row in shown]) if with_files else {}
    return [
        Listed(one, group, checks.get(one.run.id, ()), files.get(one.id, {}))
        for one, group in shown
    ], len(rows) > limit


async def _parts(
    session: AsyncSession, viewer: Viewer, wanted: Wanted
) -> list[ColumnElement[bool]]:
    """Return a condition for each part that an index serves: one's own, and each course of staff.

    An administrator sees the courses in which they have a role, and the one that they name.
    """
    seen = _staffed(viewer, wanted.course)
    own = Submission.user_id == viewer.user.id
    if wanted.course is not None:
        own = and_(own, Submission.course_id == wanted.course.id)
    courses: list[ColumnElement[bool]] = [Submission.course_id == course for course in seen]
    if wanted.exercise is not None:
        given = await _assignments(session, viewer, wanted)
        own = and_(own, Submission.assignment_id.in_(list(given)))
        courses = [
            Submission.assignment_id == assignment
            for assignment, course in given.items()
            if course in seen
        ]
    if wanted.student is not None:
        student = await _student(session, viewer, wanted.student, seen)
        courses = [and_(part, Submission.user_id == student) for part in courses]
        if student != viewer.user.id:
            return courses
        return [own]
    if wanted.course is not None and courses:
        return courses  # their own work is among it
    return [own, *courses]


def _staffed(viewer: Viewer, course: Course | None) -> list[UUID]:
    if course is None:
        return viewer.staff_course_ids
    return [course.id] if viewer.may(Permission.SEE_WORK, course.id) else []


async def _assignments(session: AsyncSession, viewer: Viewer, wanted: Wanted) -> dict[UUID, UUID]:
    """Return the assignments of the exercise, each with its course."""
    given = visible_assignments(viewer).where(Assignment.exercise == wanted.exercise)
    if wanted.course is not None:
        given = given.where(Assignment.course_id == wanted.course.id)
    elif viewer.is_administrator:
        given = given.where(Assignment.course_id.in_(list(viewer.roles)))
    found = {one.id: one.course_id for one in (await session.scalars(given)).all()}
    if not found:
        raise UnknownExercise(str(wanted.exercise))
    return found


async def _student(
    session: AsyncSession, viewer: Viewer, named: str, courses: Sequence[UUID]
) -> UUID:
    """Return the id of a person whose work the viewer may see: themselves, or of their courses."""
    by = User.email == named.strip().lower()
    with suppress(ValueError):
        by = User.id == UUID(named)
    user_id: UUID | None = await session.scalar(select(User.id).where(by))
    if user_id == viewer.user.id:
        return user_id
    is_theirs = user_id is not None and await session.scalar(
        select(
            exists().where(Enrollment.user_id == user_id, Enrollment.course_id.in_(list(courses)))
        )
    )
    if user_id is None or not is_theirs:
        raise UnknownStudent
    return user_id


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        conditions.append(Submission.submitted_at >= wanted.since)
    if wanted.before is not None:
        conditions.append(Submission.submitted_at < wanted.before)
    if wanted.after is not None:
        conditions.append(tuple_(Submission.submitted_at, Submission.id) < wanted.after)
    if wanted.state is not None:
        conditions.append(_is_in(wanted.state))
    return conditions


def _is_in(state: RunState) -> ColumnElement[bool]:
    """Return the condition that `Submission.run` is in this state.

    That run is the newest finished one, else the newest. It is looked up for each row of the part:
    rare states of a large course are better asked for with `since`.
    """
    run, later = aliased(GradingRun), aliased(GradingRun)
    has_result = exists().where(run.submission_id == Submission.id, run.points.is_not(None))
    if state is RunState.FINISHED:
        return has_result
    is_newest = ~exists().where(
        later.submission_id == run.submission_id,
        or_(
            later.queued_at > run.queued_at,
            and_(later.queued_at == run.queued_at, later.id > run.id),
        ),
    )
    # The cast keeps SQLite from reading every run of this state, of all courses, by its index.
    is_so = cast(run.state, String) == state.value
    newest = exists().where(run.submission_id == Submission.id, is_so, is_newest)
    return and_(~has_result, newest)


def _newest(
    part: ColumnElement[bool], conditions: Sequence[ColumnElement[bool]], limit: int
) -> Select[UUID]:
    newest = select(Submission.id).where(part, *conditions).order_by(*_NEWEST_FIRST).limit(limit)
    return select(newest.subquery().c.id)


async def _checks(session: AsyncSession, run_ids: Sequence[UUID]) -> dict[UUID, list[Check]]:
    """Return the checks of these runs; not their large columns."""
    found = await session.scalars(
        select(Check)
        .where(Check.run_id.in_(run_ids))
        .options(load_only(Check.name, Check.verdict, Check.points, Check.max_points))
        .order_by(Check.run_id, Check.position)
    )
    by_run: dict[UUID, list[Check]] = {}
    for check in found:
        by_run.setdefault(check.run_id, []).append(check)
    return by_run


async def _files(
    session: AsyncSession, submission_ids: Sequence[UUID]
) -> dict[UUID, dict[str, bytes]]:
    found = await session.scalars(
        select(SubmissionFile)
        .where(SubmissionFile.submission_id.in_(submission_ids))
        .order_by(SubmissionFile.submission_id, SubmissionFile.name)
    )
    by_submission: dict[UUID, dict[str, bytes]] = {}
    for file in found:
        by_submission.setdefault(file.submission_id, {})[file.name] = file.content
    return by_submission
