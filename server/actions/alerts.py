"""Alerts: what is not well with grading or the server, told to those who can mend it.

Each is one row, made in the transaction of the news that tell of it. While the row is there nobody
is told again; it goes once it has not been seen for RECOVERED_AFTER. So a suite that is broken for
three hundred submissions is one piece of news for each member of staff, whatever dies, however many
processes look, and however often it breaks and starts again within the hour.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions import news
from server.models import Alert, Enrollment, NewsKind, Role, User

RECOVERED_AFTER: Final = timedelta(hours=1)
MOST_AT_ONCE: Final = 500

OF_SUITES: Final = (NewsKind.SUITE_WITHHELD, NewsKind.SUITE_BROKEN)
OF_RUNS: Final = (NewsKind.RUN_ABANDONED, NewsKind.RUN_UNDECIDED)


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that is not well now.

    course_id  None if it is the server's: administrators are told then, else the course's staff.
    values     Of the news.
    version    Of what it is about, if each version is worth telling.
    """

    kind: NewsKind
    course_id: UUID | None = None
    exercise: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    version: str = ""

    @property
    def key(self) -> str:
        """What is the same while it is the same alert."""
        whole = f"{self.kind}:{self.course_id or ''}:{self.exercise}"
        return f"{whole}:{self.version}" if self.version else whole


async def is_any_known(session: AsyncSession) -> bool:
    """Whether anybody has been told of something that is perhaps over after a while."""
    known = select(Alert.key).where(Alert.kind != NewsKind.SUITE_CHANGED).limit(1)
    return await session.scalar(known) is not None


async def list_known_changes(session: AsyncSession) -> frozenset[str]:
    """List the exercises of whose changed suite anybody has been told."""
    known = select(Alert.exercise).where(Alert.kind == NewsKind.SUITE_CHANGED)
    return frozenset(await session.scalars(known.distinct()))


async def forget_changes(session: AsyncSession, exercise: str, still: Collection[Incident]) -> None:
    """Forget changes of an exercise's suite, but those that still matter."""
    keys = [one.key for one in still]
    await session.execute(
        delete(Alert).where(
            Alert.kind == NewsKind.SUITE_CHANGED,
            Alert.exercise == exercise,
            Alert.key.not_in(keys),
        )
    )


async def note(
    session: AsyncSession, seen: Sequence[Incident], asked: Collection[NewsKind], now: datetime
) -> list[Incident]:
    """Note what is not well, and tell of what is new; returns that.

    asked  The kinds of which `seen` has all; of the others nothing is known at the moment.
    """
    worth_telling = await _without_broken_suites(session, seen)
    in_order = sorted(worth_telling, key=lambda one: one.key)
    by_key = {one.key: one for one in in_order[:MOST_AT_ONCE]}
    if by_key:
        known = update(Alert).where(Alert.key.in_(by_key)).values(seen_at=now)
        await session.execute(known)
    over = delete(Alert).where(Alert.kind.in_(asked), Alert.seen_at <= now - RECOVERED_AFTER)
    await session.execute(over)
    if not by_key:
        return []
    rows = [
        {
            "key": key,
            "kind": one.kind,
            "course_id": one.course_id,
            "exercise": one.exercise,
            "began_at": now,
            "seen_at": now,
        }
        for key, one in by_key.items()
    ]
    made = _insert(session)(Alert).on_conflict_do_nothing().returning(Alert.key)
    fresh = [by_key[key] for key in await session.scalars(made, rows)]
    for one in fresh:
        recipients = [(person, one.values) for person in await _whom(session, one)]
        await news.tell_each(session, one.kind, recipients, now, course_id=one.course_id)
    return fresh


async def _without_broken_suites(session: AsyncSession, seen: Sequence[Incident]) -> list[Incident]:
    """Leave out runs that wait because of a suite of which staff are told."""
    suites = {(one.course_id, one.exercise) for one in seen if one.kind in OF_SUITES}
    if any(one.kind is NewsKind.RUN_UNDECIDED for one in seen):
        known = select(Alert.course_id, Alert.exercise).where(Alert.kind.in_(OF_SUITES))
        suites |= {(row.course_id, row.exercise) for row in await session.execute(known)}
    return [
        one
        for one in seen
        if one.kind is not NewsKind.RUN_UNDECIDED or (one.course_id, one.exercise) not in suites
    ]


async def _whom(session: AsyncSession, seen: Incident) -> Sequence[UUID]:
    people = select(User.id).where(User.is_administrator)
    if seen.course_id is not None:
        people = select(Enrollment.user_id).where(Enrollment.course_id == seen.course_id)
        # Graders cannot regrade.
        is_recipient = (
            Enrollment.role == Role.INSTRUCTOR
            if seen.kind is NewsKind.SUITE_CHANGED
            else Enrollment.role != Role.STUDENT
        )
        people = people.where(is_recipient)
    return (await session.scalars(people)).all()


def _insert(session: AsyncSession) -> Any:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return sqlite.insert if is_sqlite else postgresql.insert
