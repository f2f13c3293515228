"""Regrades: asking for one, and finding them.

    collecting ─► running ─► ready ─► applying ─► applied
                     └──────────┴──► discarded

`regrade_runs` grades, `regrade_preview` shows, `regrade_decision` and `regrade_applying` make the
results count. Nothing that a student sees changes before somebody applies it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Permission, Viewer, require, require_taught, visible_submissions
from server.actions import audit
from server.actions.validation import clean_line
from server.errors import (
    IncompleteScope,
    RegradeUnderWay,
    UnknownCheck,
    UnknownExercise,
    UnknownRegrade,
    UnknownSubmission,
)
from server.models import (
    Assignment,
    CheckTitle,
    Course,
    Regrade,
    RegradeScope,
    RegradeState,
    Submission,
)
from server.models.regrades import IS_AT_WORK

LONGEST_REASON: Final = 300
MOST_AT_WORK: Final = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions to grade again; all of a course if nothing is named.

    exercise    The exercise of one assignment.
    check       The name of one of its checks: submissions that this check was run on.
    mistake     Only those in which it did not pass, with this message (actions/mistakes.py).
    submission  One submission.
    """

    exercise: str | None = None
    check: str | None = None
    mistake: str | None = None
    submission_id: UUID | None = None

    @property
    def scope(self) -> RegradeScope:
        """The scope that these fields make."""
        if self.submission_id is not None:
            return RegradeScope.SUBMISSION
        if self.exercise is None:
            return RegradeScope.COURSE
        if self.check is None:
            return RegradeScope.ASSIGNMENT
        return RegradeScope.CHECK if self.mistake is None else RegradeScope.MISTAKE


async def start(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    wanted: Wanted,
    reason: str,
    now: datetime,
) -> Regrade:
    """Begin a regrade; workers go on with it when nothing else waits.

    Raises:
        InstructorsOnly, CourseArchived, InvalidText, UnknownExercise, UnknownSubmission
        UnknownCheck: the exercise has no results of such a check.
        IncompleteScope: a check without its exercise, or a mistake without its check.
        RegradeUnderWay: the course has MOST_AT_WORK of them at work.
    """
    require(viewer, Permission.MANAGE, course.id)
    require_taught(course)
    reason = clean_line(reason, longest=LONGEST_REASON)
    if (wanted.check and not wanted.exercise) or (wanted.mistake and not wanted.check):
        raise IncompleteScope
    at_work = select(func.count()).where(Regrade.course_id == course.id, IS_AT_WORK)
    if (await session.scalar(at_work) or 0) >= MOST_AT_WORK:
        raise RegradeUnderWay(MOST_AT_WORK)
    submission_id, student_id = await _submission(session, viewer, course, wanted)
    regrade = Regrade(
        course_id=course.id,
        requested_by=viewer.user.id,
        requested_at=now,
        reason=reason,
        scope=wanted.scope,
        assignment_id=await _assignment_id(session, course, wanted),
        submission_id=submission_id,
        check_name=wanted.check,
        mistake=wanted.mistake,
        state=RegradeState.COLLECTING,
        total=0,
        seen_at=None,
        seen_id=None,
        decided_by=None,
        decided_at=None,
        choice=None,
    )
    session.add(regrade)
    await session.flush()
    await _note_start(session, viewer, regrade, wanted.exercise, student_id)
    return regrade


async def _note_start(
    session: AsyncSession,
    viewer: Viewer,
    regrade: Regrade,
    exercise: str | None,
    student_id: UUID | None,
) -> None:
    after = {"regrade": str(regrade.id), "scope": regrade.scope, "reason": regrade.reason}
    after |= {"exercise": exercise} if exercise else {}
    await audit.record(
        session,
        viewer,
        "regrade.start",
        course_id=regrade.course_id,
        person_id=student_id,
        after=after,
        now=regrade.requested_at,
    )


async def _assignment_id(session: AsyncSession, course: Course, wanted: Wanted) -> UUID | None:
    if wanted.exercise is None:
        return None
    found: UUID | None = await session.scalar(
        select(Assignment.id).where(
            Assignment.course_id == course.id, Assignment.exercise == wanted.exercise
        )
    )
    if found is None:
        raise UnknownExercise(wanted.exercise)
    if wanted.check is not None:
        await _require_known(session, found, wanted.check)
    return found


async def _require_known(session: AsyncSession, assignment_id: UUID, check: str) -> None:
    """Require that the check has graded something in this assignment; nothing else can change."""
    names = await session.scalars(
        select(CheckTitle.name)
        .where(CheckTitle.assignment_id == assignment_id)
        .order_by(CheckTitle.position, CheckTitle.name)
    )
    known = names.all()
    if check not in known:
        raise UnknownCheck(check, known)


async def _submission(
    session: AsyncSession, viewer: Viewer, course: Course, wanted: Wanted
) -> tuple[UUID | None, UUID | None]:
    """Return the one submission that is wanted, and whose it is."""
    if wanted.submission_id is None:
        return None, None
    found = await session.execute(
        visible_submissions(viewer)
        .where(Submission.id == wanted.submission_id, Submission.course_id == course.id)
        .with_only_columns(Submission.id, Submission.user_id)
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownSubmission
    return row.id, row.user_id


async def list_regrades(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    *,
    limit: int = 50,
    before: UUID | None = None,
) -> Sequence[Regrade]:
    """List the regrades of a course, the newest first, with assignment and who asked.

    Raises:
        InstructorsOnly
    """
    require(viewer, Permission.MANAGE, course.id)
    found = select(Regrade).where(
        Regrade.course_id == course.id, true() if before is None else Regrade.id < before
    )
    found = found.order_by(Regrade.id.desc()).limit(limit)
    found = found.options(joinedload(Regrade.assignment), joinedload(Regrade.requester))
    return (await session.scalars(found)).all()


async def get_regrade(
    session: AsyncSession, viewer: Viewer, course: Course, regrade_id: UUID
) -> Regrade:
    """Return a regrade of the course, with assignment and who asked.

    Raises:
        InstructorsOnly, UnknownRegrade
    """
    require(viewer, Permission.MANAGE, course.id)
    regrade: Regrade | None = await session.scalar(
        select(Regrade)
        .where(Regrade.id == regrade_id, Regrade.course_id == course.id)
        .options(joinedload(Regrade.assignment), joinedload(Regrade.requester))
    )
    if regrade is None:
        raise UnknownRegrade
    return regrade
