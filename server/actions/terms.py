"""Changing the terms of assignments; grades follow in the same transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer, require
from server.actions import audit, late_grades
from server.actions.late_grades import GradeChange
from server.models import Assignment, Course, LatePolicy, Part
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
    return await store(session, viewer, course, [(assignment, new)], now)


async def store(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    new_terms: Iterable[tuple[Assignment, GivenTerms]],
    now: datetime,
) -> list[GradeChange]:
    """Store terms that fit together, and return the grades that change by it.

    course  Locked by `late_grades.lock_terms`, and the assignments loaded since.
    """
    changed = [
        _Changed(assignment, before, after, differing)
        for assignment, terms in new_terms
        if (
            differing := _differing(
                before := GivenTerms.of(assignment).to_columns(), after := terms.to_columns()
            )
        )
    ]
    if not changed:
        return []
    for one in changed:
        for name in one.differing:
            setattr(one.assignment, name, one.after[name])
    await session.flush()
    changes = await _renew(session, course, changed)
    _record(session, viewer, course.id, changed, changes, now)
    await session.flush()
    return changes


@dataclass(frozen=True, slots=True)
class _Changed:
    """An assignment and its columns, of which some differ."""

    assignment: Assignment
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    differing: set[str]


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    return {name for name in after if before[name] != after[name]}


async def _renew(
    session: AsyncSession, course: Course, changed: Iterable[_Changed]
) -> list[GradeChange]:
    """Recompute the grades of those who handed in after one of the due moments."""
    late: dict[UUID, list[UUID]] = {}
    for one in changed:
        moments = (one.before["due_at"], one.after["due_at"])
        if since := [moment for moment in moments if moment is not None]:
            late[one.assignment.id] = await late_grades.late_users(
                session, course.id, assignment_id=one.assignment.id, since=min(since)
            )
    if course.late_days:
        # They may move to any assignment.
        everybody = sorted({user_id for users in late.values() for user_id in users})
        return await late_grades.renew(session, course, everybody)
    return [
        change
        for assignment_id, users in late.items()
        for change in await late_grades.renew(session, course, users, assignment_id=assignment_id)
    ]


def _record(
    session: AsyncSession,
    viewer: Viewer | None,
    course_id: UUID,
    changed: Sequence[_Changed],
    changes: Sequence[GradeChange],
    now: datetime,
) -> None:
    """Note each assignment with the grades that changed in it.

    The first has those too that changed elsewhere, because late days moved.
    """
    ids = {one.assignment.id for one in changed}
    elsewhere = [change for change in changes if change.assignment_id not in ids]
    for one in changed:
        own = [change for change in changes if change.assignment_id == one.assignment.id]
        exercise = {"exercise": one.assignment.exercise}
        after = exercise | as_json(one.after, one.differing) | describe_changes(own + elsewhere)
        elsewhere = []
        session.add(
            audit.entry(
                viewer,
                "assignment.terms",
                course_id=course_id,
                before=exercise | as_json(one.before, one.differing),
                after=after,
                now=now,
            )
        )


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
