"""Second looks: a student asks staff to look at a verdict, with a sentence; staff answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from graders.report import RunState
from server.access import Permission, Viewer, require
from server.actions import audit, news, submissions
from server.actions.validation import clean_text
from server.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    NotGradedYet,
    OwnSubmissionsOnly,
    UnknownSecondLook,
)
from server.models import Course, NewsKind, SecondLook, Submission
from server.models.communication import IS_UNANSWERED

LONGEST_TEXT = 1000
ON_A_PAGE = 50


async def ask(
    session: AsyncSession, viewer: Viewer, submission_id: UUID, text: str, now: datetime
) -> SecondLook:
    """Ask for a second look at one's own graded submission.

    Raises:
        UnknownSubmission, OwnSubmissionsOnly, NotGradedYet, InvalidText
        AlreadyAsked: an earlier request for it is not answered yet.
    """
    submission = await submissions.get_submission(session, viewer, submission_id, with_files=False)
    if submission.user_id != viewer.user.id:
        raise OwnSubmissionsOnly
    if submission.run.state not in (RunState.FINISHED, RunState.ABANDONED):
        raise NotGradedYet
    asked = SecondLook(
        submission_id=submission.id,
        course_id=submission.course_id,
        text=clean_text(text, longest=LONGEST_TEXT),
        asked_at=now,
        answer=None,
        answered_at=None,
        answered_by=None,
    )
    try:
        async with session.begin_nested():
            session.add(asked)
    except IntegrityError:
        raise AlreadyAsked from None
    slug = await session.scalar(select(Course.slug).where(Course.id == submission.course_id))
    kind, values = NewsKind.SECOND_LOOK_ASKED, {"course": slug}
    await news.tell_staff(session, submission.course_id, kind, values, now)
    return asked


async def answer(
    session: AsyncSession, viewer: Viewer, second_look_id: UUID, text: str, now: datetime
) -> SecondLook:
    """Answer a request, once.

    Raises:
        UnknownSecondLook, StaffOnly, AlreadyAnswered, InvalidText
    """
    found = await get_second_look(session, viewer, second_look_id)
    require(viewer, Permission.COMMENT, found.course_id)
    if found.answered_at is not None:
        raise AlreadyAnswered
    found.answer = clean_text(text, longest=LONGEST_TEXT)
    found.answered_at, found.answered_by = now, viewer.user.id
    await session.flush()
    await audit.record(
        session,
        viewer,
        "second_look.answer",
        course_id=found.course_id,
        person_id=found.submission.user_id,
        before={"text": found.text},
        after={"answer": found.answer},
        now=now,
    )
    submission = found.submission
    values = {"submission": str(submission.id), "exercise": submission.assignment.exercise}
    await news.tell(
        session,
        submission.user_id,
        NewsKind.SECOND_LOOK_ANSWERED,
        values,
        now,
        course_id=found.course_id,
    )
    return found


async def get_second_look(
    session: AsyncSession, viewer: Viewer, second_look_id: UUID
) -> SecondLook:
    """Return a request with its submission and assignment, locked until the transaction ends.

    Raises:
        UnknownSecondLook: it does not exist, or the viewer may not see it.
    """
    found: SecondLook | None = await session.scalar(
        select(SecondLook)
        .where(SecondLook.id == second_look_id)
        .options(joinedload(SecondLook.submission).joinedload(Submission.assignment))
        .with_for_update(of=SecondLook)
    )
    is_own = found is not None and found.submission.user_id == viewer.user.id
    if found is None or not (is_own or viewer.is_staff_of(found.course_id)):
        raise UnknownSecondLook
    return found


async def of_submission(session: AsyncSession, submission_id: UUID) -> Sequence[SecondLook]:
    """List the requests about a submission that the viewer may see, the oldest first."""
    listed = select(SecondLook).where(SecondLook.submission_id == submission_id)
    listed = listed.order_by(SecondLook.asked_at).options(joinedload(SecondLook.answerer))
    return (await session.scalars(listed)).all()


async def list_of_course(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    *,
    unanswered: bool = True,
    after: tuple[datetime, UUID] | None = None,
) -> Sequence[SecondLook]:
    """List a page of a course's requests, with submission, student and assignment.

    Those that wait come the oldest first; all of them, the newest first. `after` is (`asked_at`,
    `id`) of the last one of the page before.

    Raises:
        StaffOnly
    """
    require(viewer, Permission.SEE_WORK, course.id)
    listed = select(SecondLook).where(SecondLook.course_id == course.id)
    key = tuple_(SecondLook.asked_at, SecondLook.id)
    if unanswered:
        listed = listed.where(IS_UNANSWERED)
        listed = listed.order_by(SecondLook.asked_at, SecondLook.id)
        listed = listed.where(key > after) if after else listed
    else:
        listed = listed.order_by(SecondLook.asked_at.desc(), SecondLook.id.desc())
        listed = listed.where(key < after) if after else listed
    of_submission = joinedload(SecondLook.submission)
    listed = listed.limit(ON_A_PAGE).options(
        of_submission.joinedload(Submission.user),
        of_submission.joinedload(Submission.assignment),
        joinedload(SecondLook.answerer),
    )
    return (await session.scalars(listed)).all()


async def count_unanswered(session: AsyncSession, course: Course) -> int:
    """Count the requests of a course that wait for an answer."""
    waiting = select(func.count()).select_from(SecondLook)
    waiting = waiting.where(SecondLook.course_id == course.id, IS_UNANSWERED)
    return await session.scalar(waiting) or 0
