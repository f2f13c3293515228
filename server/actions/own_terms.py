"""What holds for one student: the terms of assignments with their extensions and attempts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState
from server.actions import extensions
from server.models import Assignment, GradingRun, Submission
from server.terms import AttemptsUsed, Terms
from server.terms_text import describe_terms


class OwnTerms(NamedTuple):
    """A student's terms in an assignment, and the attempts they have used."""

    terms: Terms
    used: AttemptsUsed
    sentence: str


async def own_terms(
    session: AsyncSession,
    assignments: Sequence[Assignment],
    user_id: UUID,
    language: str,
    now: datetime,
) -> dict[UUID, OwnTerms]:
    """Return a student's terms in each assignment, by its id, told in the language.

    The assignments' course must be loaded.
    """
    terms = await extensions.terms_of(session, assignments, user_id)
    made = await attempts_in(session, [one.id for one in assignments], user_id)
    found = {}
    for one in assignments:
        own, course = terms[one.id], one.course
        used = AttemptsUsed.of(
            *(own, made[one.id], course.timezone, now), late_days=course.late_days
        )
        sentence = describe_terms(
            *(own, used, course.timezone, language, now),
            late_days=course.late_days,
            unready_costs_attempt=course.unready_costs_attempt,
        )
        found[one.id] = OwnTerms(own, used, sentence)
    return found


async def attempts_in(
    session: AsyncSession, assignment_ids: Sequence[UUID], user_id: UUID
) -> dict[UUID, list[datetime]]:
    """Return when a student's attempts were made, the newest first, by assignment.

    Abandoned submissions use none.
    """
    was_not_abandoned = exists().where(
        GradingRun.submission_id == Submission.id, GradingRun.state != RunState.ABANDONED
    )
    made = (
        select(Submission.assignment_id, Submission.submitted_at)
        .where(
            Submission.assignment_id.in_(assignment_ids),
            Submission.user_id == user_id,
            was_not_abandoned,
        )
        .order_by(Submission.number.desc())
    )
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for assignment_id, submitted_at in await session.execute(made):
        found[assignment_id].append(submitted_at)
    return found
