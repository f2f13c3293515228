"""Giving exercises in a course: several at once, in order, and taking one back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.curriculum import in_curriculum_order
from graders.catalogue.exercises import Catalogue
from server.access import Permission, Viewer, require, require_taught
from server.actions import assignments, audit
from server.actions.terms import GivenTerms, as_json
from server.errors import AlreadyAssigned, AssignmentInUse, InvalidTerms, Problem, UnknownExercise
from server.models import Assignment, CheckTitle, Course, Standing, Submission
from server.terms_rules import check_terms


async def give(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    exercises: Sequence[str],
    terms: GivenTerms,
    catalogue: Catalogue,
    now: datetime,
) -> list[Assignment]:
    """Give these exercises with the same terms, after those there are; skip what is given already.

    viewer  None for the `semaforo` command.

    Raises:
        InstructorsOnly, CourseArchived, UnknownExercise, ExerciseWithheld
        EnvironmentMissing
        InvalidTerms: the terms contradict each other, or no exercise is named.
    """
    if viewer is not None:
        require(viewer, Permission.MANAGE, course.id)
    require_taught(course)
    if not exercises:
        raise InvalidTerms([Problem("exercise", "Choose at least one exercise.")])
    check_terms(terms)
    given = []
    for slug in exercises:
        assignments.get_givable(catalogue, slug)
        try:
            assignment = await assignments.assign(session, course, slug, **terms.to_columns())
        except AlreadyAssigned:
            continue
        given.append(assignment)
        after: dict[str, Any] = {"exercise": slug}
        columns = terms.to_columns()
        usual = GivenTerms().to_columns()
        after |= as_json(columns, {name for name in columns if columns[name] != usual[name]})
        await audit.record(
            session, viewer, "assignment.give", course_id=course.id, after=after, now=now
        )
    return given


async def move(
    session: AsyncSession, viewer: Viewer, assignment: Assignment, *, by: int, now: datetime
) -> None:
    """Move an assignment up (below 0) or down the list by so many places.

    Raises:
        InstructorsOnly
    """
    require(viewer, Permission.MANAGE, assignment.course_id)
    listed = list(await session.scalars(_in_order(assignment.course_id)))
    before = [one.exercise for one in listed]
    here = before.index(assignment.exercise)
    moved = listed.pop(here)
    listed.insert(max(here + by, 0), moved)
    await _number(session, viewer, assignment.course_id, listed, before, now)


async def reorder(
    session: AsyncSession,
    viewer: Viewer,
    course: Course,
    exercises: Sequence[str],
    now: datetime,
    *,
    by_level: Catalogue | None = None,
) -> None:
    """Put the assignments in this order; those that are not named follow as they were.

    by_level  The exercises in the order of the curriculum, if those that are not named are to
              follow in that order.

    Raises:
        InstructorsOnly
        UnknownExercise: the course does not give one of them.
    """
    require(viewer, Permission.MANAGE, course.id)
    listed = list(await session.scalars(_in_order(course.id)))
    before = [one.exercise for one in listed]
    if unknown := [slug for slug in exercises if slug not in before]:
        raise UnknownExercise(unknown[0], known=before)
    following = before if by_level is None else in_order_of_levels(before, by_level)
    in_order = [*dict.fromkeys(exercises), *(one for one in following if one not in exercises)]
    by_slug = {one.exercise: one for one in listed}
    await _number(session, viewer, course.id, [by_slug[slug] for slug in in_order], before, now)


def in_order_of_levels(exercises: Sequence[str], catalogue: Catalogue) -> list[str]:
    """Put exercises in the order of the curriculum; those the server does not have come last."""
    known = [catalogue.get(slug) or catalogue.withheld.get(slug) for slug in exercises]
    ordered = [one.slug for one in in_curriculum_order(filter(None, known))]
    return [*ordered, *(slug for slug in exercises if slug not in ordered)]


async def take_back(
    session: AsyncSession, viewer: Viewer, assignment: Assignment, now: datetime
) -> None:
    """Give an exercise no longer, if nobody has handed in to it.

    Raises:
        InstructorsOnly, AssignmentInUse
    """
    require(viewer, Permission.MANAGE, assignment.course_id)
    has_work = select(exists().where(Submission.assignment_id == assignment.id))
    if await session.scalar(has_work):
        raise AssignmentInUse
    for table in (Standing, CheckTitle):
        await session.execute(delete(table).where(table.assignment_id == assignment.id))
    before = {"exercise": assignment.exercise, "position": assignment.position}
    await session.delete(assignment)
    await session.flush()
    await audit.record(
        session,
        viewer,
        "assignment.take_back",
        course_id=assignment.course_id,
        before=before,
        now=now,
    )


def _in_order(course_id: UUID) -> Any:
    listed = select(Assignment).where(Assignment.course_id == course_id)
    return listed.order_by(Assignment.position, Assignment.exercise)


async def _number(
    session: AsyncSession,
    viewer: Viewer,
    course_id: UUID,
    listed: Sequence[Assignment],
    before: Sequence[str],
    now: datetime,
) -> None:
    after = [one.exercise for one in listed]
    for position, one in enumerate(listed, 1):
        one.position = position
    await session.flush()
    if after != before:
        await audit.record(
            session,
            viewer,
            "assignment.order",
            course_id=course_id,
            before={"exercises": list(before)},
            after={"exercises": after},
            now=now,
        )
