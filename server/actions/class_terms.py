"""What holds for every student of a class: who is behind by their own terms, and what is late.

Few students have an extension. So the class's terms hold for everybody, and those of the few are
kept beside them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.models import Assignment, Extension, Submission
from server.terms import Terms, class_terms, extended_to

Pair = tuple[UUID, UUID]  # assignment and user


class OwnDue(NamedTuple):
    """A student's terms in an assignment that is due later for them than for the class."""

    terms: Terms
    has_handed_in: bool


@dataclass(frozen=True, slots=True)
class ClassTerms:
    """The terms of a course's assignments.

    usual  By assignment: for everybody without an extension.
    own    For those with one.
    """

    usual: Mapping[UUID, Terms]
    own: Mapping[Pair, OwnDue]

    def overdue(self, now: datetime) -> list[UUID]:
        """Return the assignments that are overdue for everybody without an extension."""
        return [id_ for id_, terms in self.usual.items() if terms.is_late(now)]

    def still_have_time(self, now: datetime) -> Counter[UUID]:
        """Count, by student, what is overdue for the class, but not for them, and not handed in."""
        overdue = set(self.overdue(now))
        return Counter(
            user_id
            for (assignment_id, user_id), own in self.own.items()
            if assignment_id in overdue and not own.has_handed_in and not own.terms.is_late(now)
        )

    def is_late(self, assignment_id: UUID, user_id: UUID, submitted_at: datetime) -> bool:
        """Whether a submission of this student was handed in too late."""
        own = self.own.get((assignment_id, user_id))
        return (own.terms if own else self.usual[assignment_id]).is_late(submitted_at)


async def load(session: AsyncSession, assignments: Iterable[Assignment]) -> ClassTerms:
    """Load the terms of these assignments, for everybody."""
    usual = {one.id: class_terms(one) for one in assignments}
    has_handed_in = exists().where(
        Submission.assignment_id == Extension.assignment_id,
        Submission.user_id == Extension.user_id,
    )
    extended = await session.execute(
        select(
            Extension.assignment_id,
            Extension.user_id,
            func.max(Extension.due_at).label("due_at"),
            has_handed_in.label("has_handed_in"),
        )
        .where(Extension.assignment_id.in_(usual))
        .group_by(Extension.assignment_id, Extension.user_id)
        # Not in WHERE: PostgreSQL would read the due moments of every course's extensions.
        .having(func.max(Extension.due_at).is_not(None))
    )
    own = {
        (row.assignment_id, row.user_id): OwnDue(
            extended_to(usual[row.assignment_id], row.due_at), row.has_handed_in
        )
        for row in extended
    }
    return ClassTerms(usual, own)
