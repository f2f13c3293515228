"""Assignments: giving exercises in a course, and finding them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from graders.catalogue.exercises import Catalogue, UnknownExerciseError
from graders.catalogue.manifest import Exercise
from server.access import Viewer, visible_assignments
from server.actions.courses import get_course
from server.errors import (
    AlreadyAssigned,
    AmbiguousCourse,
    EnvironmentMissing,
    ExerciseWithheld,
    UnknownExercise,
)
from server.models import Arrangement, Assignment, Course


async def assign(
    session: AsyncSession,
    course: Course,
    exercise: str,
    *,
    position: int | None = None,
    **terms: Any,
) -> Assignment:
    """Add an exercise to a course; without `position`, after the existing ones.

    terms  Columns of `Assignment`; what is left out has the column's default.

    Raises:
        AlreadyAssigned: the course already gives it.
    """
    if position is None:
        last = await session.scalar(
            select(func.max(Assignment.position)).where(Assignment.course_id == course.id)
        )
        position = (last or 0) + 1
    assignment = Assignment(
        course_id=course.id,
        exercise=exercise,
        position=position,
        **terms,
    )
    try:
        async with session.begin_nested():
            session.add(assignment)
    except IntegrityError:
        raise AlreadyAssigned from None
    return assignment


async def find_assignment(
    session: AsyncSession, viewer: Viewer, exercise: str, course: str | None = None
) -> Assignment:
    """Return the assignment of an exercise in the viewer's courses, with its course loaded.

    `course` is the slug of the course; it may be omitted if only one of their courses gives the
    exercise.

    Raises:
        UnknownExercise, UnknownCourse, AmbiguousCourse
    """
    found = visible_assignments(viewer).where(Assignment.exercise == exercise)
    if course is not None:
        found = found.where(Assignment.course_id == (await get_course(session, course, viewer)).id)
    assignments = (await session.scalars(found.options(joinedload(Assignment.course)))).all()
    if not assignments:
        given = await session.scalars(
            visible_assignments(viewer).with_only_columns(Assignment.exercise).distinct()
        )
        raise UnknownExercise(exercise, known=sorted(given))
    if course is None and len(assignments) > 1:  # last term's course does not stand in the way
        taught = [one for one in assignments if not one.course.is_archived]
        assignments = taught or assignments
    if len(assignments) > 1:
        raise AmbiguousCourse(exercise, sorted(a.course.slug for a in assignments))
    return assignments[0]


async def find_next(
    session: AsyncSession, viewer: Viewer, assignment: Assignment, catalogue: Catalogue
) -> Assignment | None:
    """Return what follows on a course's path, of what this server has; its course is loaded.

    None on the last, and if the course is a list.
    """
    if assignment.course.arrangement is not Arrangement.PATH:
        return None
    order = tuple_(Assignment.position, Assignment.exercise)
    following = (
        visible_assignments(viewer)
        .where(
            Assignment.course_id == assignment.course_id,
            order > (assignment.position, assignment.exercise),
        )
        .order_by(Assignment.position, Assignment.exercise)
        .options(joinedload(Assignment.course))
    )
    found = await session.scalars(following)
    return next((one for one in found if one.exercise in catalogue), None)


def get_published(catalogue: Catalogue, slug: str) -> Exercise:
    """Return an exercise that students may hand in.

    Raises:
        UnknownExercise: this server does not have it.
        ExerciseWithheld: its certification found unstable verdicts.
    """
    if slug in catalogue.withheld:
        raise ExerciseWithheld(slug)
    try:
        return catalogue[slug]
    except UnknownExerciseError:
        raise UnknownExercise(slug) from None


def get_givable(catalogue: Catalogue, slug: str) -> Exercise:
    """Return an exercise that a course may give from now on.

    One that is given already keeps taking submissions: they wait until its libraries are there.

    Raises:
        EnvironmentMissing: its libraries or its interpreter are not installed here.
        UnknownExercise, ExerciseWithheld: as for `get_published`.
    """
    exercise = get_published(catalogue, slug)
    if missing := catalogue.find_missing(slug):
        raise EnvironmentMissing(missing)
    return exercise


def get_listed(catalogue: Catalogue, slug: str) -> Exercise:
    """Return an exercise of this server for staff to look at, withheld or not.

    Raises:
        UnknownExercise: this server does not have it.
    """
    exercise = catalogue.get(slug) or catalogue.withheld.get(slug)
    if exercise is None:
        raise UnknownExercise(slug)
    return exercise


async def list_assignments(
    session: AsyncSession, viewer: Viewer, course: Course | None = None
) -> Sequence[Assignment]:
    """List the assignments of the viewer's courses, or of one, with their course loaded.

    An administrator's courses are here those in which they have a role: a server may have hundreds.
    """
    listed = visible_assignments(viewer).join(Assignment.course)
    if course is None:
        mine = Assignment.course_id.in_(list(viewer.roles))
        listed = listed.where(mine, Course.archived_at.is_(None))
    else:
        listed = listed.where(Assignment.course_id == course.id)
    return (
        await session.scalars(
            listed.options(joinedload(Assignment.course)).order_by(
                Course.title, Course.id, Assignment.position, Assignment.exercise
            )
        )
    ).all()
