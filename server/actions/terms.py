"""Changing the terms of assignments; grades follow in the same transaction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import audit, late_grades
from server.actions.late_grades import GradeChange
from server.models import Assignment, LatePolicy, Part
from server.models.assignments import SHOWN_BY_DEFAULT
from server.terms_rules import check_late_days, check_terms


@dataclass(frozen=True, slots=True)
class GivenTerms:
    """All terms of an assignment that its teachers choose; the columns of `Assignment`."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    late_policy: LatePolicy = LatePolicy.NONE
    percent_per_day: float = 0.0
    late_steps: tuple[tuple[float, float], ...] = ()
    grace_minutes: int = 0
    closes_at: datetime | None = None
    max_attempts: int | None = None
    cooldown_seconds: int = 0
    attempts_per_day: int | None = None
    weight: float = 1.0
    shown_before: tuple[Part, ...] = tuple(SHOWN_BY_DEFAULT)
    shown_after: tuple[Part, ...] = tuple(SHOWN_BY_DEFAULT)

    @classmethod
    def of(cls, assignment: Assignment) -> Self:
        """Return the terms that an assignment has now."""
        values = {field.name: getattr(assignment, field.name) for field in fields(cls)}
        return cls(
            **{
                **values,
                "late_steps": tuple((hours, lost) for hours, lost in assignment.late_steps),
                "shown_before": tuple(map(Part, assignment.shown_before)),
                "shown_after": tuple(map(Part, assignment.shown_after)),
            }
        )

    def to_columns(self) -> dict[str, Any]:
        """Return the values of the columns."""
        lists = {name: list(getattr(self, name)) for name in _LISTS}
        steps = [list(step) for step in self.late_steps]
        return {**asdict(self), **lists, "late_steps": steps}


MOST_CHANGES_KEPT: Final = 1000
_LISTS: Final = ("shown_before", "shown_after")


async def change_terms(
    session: AsyncSession,
    viewer: Viewer | None,
    assignment: Assignment,
    new: GivenTerms,
    now: datetime,
) -> list[GradeChange]:
    """Give an assignment these terms, and return the grades that change by it.

    viewer  None for the `semaforo` command.

    Raises:
        InstructorsOnly
        InvalidTerms: they contradict each other.
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, assignment.course_id)
    check_terms(new)
    course = await late_grades.lock_terms(session, assignment.course_id)
    await session.refresh(assignment)
    before, after = GivenTerms.of(assignment).to_columns(), new.to_columns()
    differing = {name for name in after if before[name] != after[name]}
    if not differing:
        return []
    since = [moment for moment in (assignment.due_at, new.due_at) if moment is not None]
    for name in differing:
        setattr(assignment, name, after[name])
    await session.flush()
    changes: list[GradeChange] = []
    if since:
        late = await late_grades.late_users(
            session, course.id, assignment_id=assignment.id, since=min(since)
        )
        only = None if course.late_days else assignment.id
        changes = await late_grades.renew(session, course, late, assignment_id=only)
    exercise = {"exercise": assignment.exercise}
    await audit.record(
        session,
        viewer,
        "assignment.terms",
        course_id=course.id,
        before=exercise | as_json(before, differing),
        after=exercise | as_json(after, differing) | describe_changes(changes),
        now=now,
    )
    return changes


async def change_late_days(
    session: AsyncSession, viewer: Viewer | None, course_id: UUID, days: int, now: datetime
) -> list[GradeChange]:
    """Set how many days each student may be late in the course, and return the changed grades.

    Raises:
        InstructorsOnly
        InvalidTerms: the number is below 0 or too large.
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, course_id)
    check_late_days(days)
    course = await late_grades.lock_terms(session, course_id)
    before = course.late_days
    if days == before:
        return []
    course.late_days = days
    await session.flush()
    late = await late_grades.late_users(session, course.id)
    changes = await late_grades.renew(session, course, late)
    await audit.record(
        session,
        viewer,
        "course.late_days",
        course_id=course.id,
        before={"late_days": before},
        after={"late_days": days, **describe_changes(changes)},
        now=now,
    )
    return changes


def as_json(values: Mapping[str, Any], names: set[str]) -> dict[str, Any]:
    """Return some of the values as JSON can hold them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
        if name in names
    }


def describe_changes(changes: list[GradeChange]) -> dict[str, Any]:
    """Return the changed grades for the audit log, which says for whom; nothing if there are none.

    The page after a change shows them from there. At most 1000 are kept; `changed` counts all.
    """
    if not changes:
        return {}
    kept = [
        {
            "assignment": str(change.assignment_id),
            "person": str(change.user_id),
            "before": change.before,
            "after": change.after,
            "max_points": change.max_points,
        }
        for change in changes[:MOST_CHANGES_KEPT]
    ]
    return {"changed": len(changes), "grades": kept}
