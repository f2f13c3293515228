"""Retention: what settings say is to be kept no longer, counted and removed a part at a time.

    files  of submissions in courses archived long ago, with what the programs printed; the results
           stay. Those that a regrade still needs wait until it is decided.
    log    entries of the audit log.
    news   of everybody, read or not.

Each part is one short transaction, however much there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Self
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer, require_administrator
from server.actions import audit, stored_files
from server.ids import first_of
from server.models import AuditEntry, Course, News, Submission
from server.models.submissions import HAS_FILES
from server.retention_settings import RetentionSettings

SUBMISSIONS_AT_ONCE: Final = 200
ROWS_AT_ONCE: Final = 5000
# What a preview counts at most, of entries and of news.
MOST_COUNTED: Final = 100_000
_FIRST_ID: Final = UUID(int=0)
# Longer than removing takes, and shorter than from one day's to the next.
_ONE_ROUND: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Policy:
    """For how many days what is kept; 0: for ever."""

    files_days: int
    log_days: int
    news_days: int

    @classmethod
    def of(cls, settings: RetentionSettings) -> Self:
        """Return what the settings say."""
        return cls(settings.keep_files_days, settings.keep_log_days, settings.keep_news_days)

    @property
    def is_on(self) -> bool:
        """Whether anything is removed at all."""
        return bool(self.files_days or self.log_days or self.news_days)


@dataclass(frozen=True, slots=True)
class CourseDue:
    """A course archived so long ago that the files of its submissions go."""

    id: UUID
    slug: str
    title: str
    archived_at: datetime
    submissions: int


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be removed now. `log_entries` and `news` are counted up to `MOST_COUNTED`."""

    courses: Sequence[CourseDue]
    log_entries: int
    news: int

    @property
    def submissions(self) -> int:
        """How many submissions lose their files."""
        return sum(course.submissions for course in self.courses)


async def measure(
    session: AsyncSession, viewer: Viewer | None, policy: Policy, now: datetime
) -> Due:
    """Count what is to be removed now; `viewer` is None for the command and the server itself.

    Raises:
        AdministratorsOnly
    """
    if viewer is not None:
        require_administrator(viewer)
    return Due(
        courses=await _courses_due(session, policy, now),
        log_entries=await _count_old(session, AuditEntry, policy.log_days, now),
        news=await _count_old(session, News, policy.news_days, now),
    )


async def _courses_due(session: AsyncSession, policy: Policy, now: datetime) -> list[CourseDue]:
    if not policy.files_days:
        return []
    until = now - timedelta(days=policy.files_days)
    archived = select(Course).where(Course.archived_at <= until).order_by(Course.archived_at)
    courses = (await session.scalars(archived)).all()
    counted = select(Submission.course_id, func.count().label("there")).where(
        Submission.course_id.in_([course.id for course in courses]), HAS_FILES
    )
    rows = await session.execute(counted.group_by(Submission.course_id))
    submissions = {row.course_id: row.there for row in rows}
    return [
        CourseDue(course.id, course.slug, course.title, course.archived_at, submissions[course.id])
        for course in courses
        if course.id in submissions and course.archived_at is not None
    ]


async def _count_old(
    session: AsyncSession, model: type[AuditEntry | News], days: int, now: datetime
) -> int:
    if not days:
        return 0
    # Ordered, because PostgreSQL would else read a smaller index from its one end to the other.
    old = select(model.id).where(*_is_old(model, days, now)).order_by(model.id)
    some = old.limit(MOST_COUNTED).subquery()
    return await session.scalar(select(func.count()).select_from(some)) or 0


def _is_old(
    model: type[AuditEntry | News], days: int, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    # Keys have the moment in them, and rise; no index has moments alone.
    return model.id < first_of(now - timedelta(days=days)), model.id > _FIRST_ID


async def remove_files(
    session: AsyncSession,
    course: CourseDue,
    policy: Policy,
    now: datetime,
    *,
    after: UUID | None = None,
) -> tuple[int, UUID | None]:
    """Remove the files of some submissions; return of how many, and where to go on.

    The place is None after the last ones, and if the course was opened again or somebody else is
    at it. The log has one entry a day, with what there was at the beginning.
    """
    until = now - timedelta(days=policy.files_days)
    is_ours = select(Course.id).where(Course.id == course.id, Course.archived_at <= until)
    if await session.scalar(is_ours.with_for_update(skip_locked=True, key_share=True)) is None:
        return 0, None
    some = select(Submission.id).where(
        Submission.course_id == course.id, HAS_FILES, Submission.id > (after or _FIRST_ID)
    )
    ids = (await session.scalars(some.order_by(Submission.id).limit(SUBMISSIONS_AT_ONCE))).all()
    removed = await stored_files.remove(session, ids, now)
    if after is None and removed and not await _is_noted(session, course, now):
        there = {"submissions": course.submissions}
        await audit.record(
            session, None, "retention.files", course_id=course.id, after=there, now=now
        )
    return len(removed), ids[-1] if len(ids) == SUBMISSIONS_AT_ONCE else None


async def _is_noted(session: AsyncSession, course: CourseDue, now: datetime) -> bool:
    """Whether another process, or one that died, has just begun with this course."""
    noted = select(AuditEntry.id).where(
        AuditEntry.course_id == course.id,
        AuditEntry.area == "retention",
        AuditEntry.at > now - _ONE_ROUND,
    )
    # Ordered, because PostgreSQL would else read a smaller index.
    return await session.scalar(noted.order_by(AuditEntry.at).limit(1)) is not None


async def remove_log(session: AsyncSession, policy: Policy, now: datetime) -> int:
    """Remove some old entries of the audit log; return how many, 0 after the last ones."""
    count = await _remove_old(session, AuditEntry, policy.log_days, now)
    if count:
        await audit.record(session, None, "retention.log", after={"entries": count}, now=now)
    return count


async def remove_news(session: AsyncSession, policy: Policy, now: datetime) -> int:
    """Remove some old news; return how many, 0 after the last ones."""
    return await _remove_old(session, News, policy.news_days, now)


async def _remove_old(
    session: AsyncSession, model: type[AuditEntry | News], days: int, now: datetime
) -> int:
    if not days:
        return 0
    old = select(model.id).where(*_is_old(model, days, now)).order_by(model.id)
    ids = (await session.scalars(old.limit(ROWS_AT_ONCE).with_for_update(skip_locked=True))).all()
    if ids:
        await session.execute(
            delete(model).where(model.id.in_(ids)),
            execution_options={"synchronize_session": False},
        )
    return len(ids)
