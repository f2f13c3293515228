"""The exercise to go on with after one that is solved, and the progress of its level."""

from collections.abc import Sequence
from dataclasses import dataclass

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Viewer
from server.actions import assignments, own_results
from server.actions.extensions import terms_of
from server.deps import current_time
from server.models import Arrangement, Submission
from server.pages.curriculum import Level, Listed, exercise_href, group_by_level
from server.storage.database import Database


@dataclass(frozen=True, slots=True)
class Step:
    """An exercise of the level. `kind` is here, go (solved), next, or empty."""

    exercise: Listed
    kind: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where to go on. `exercise` is None if every exercise of the course is solved."""

    exercise: Listed | None
    level: Level
    steps: Sequence[Step]


async def find_next_step(
    db: Database, viewer: Viewer, submission: Submission, catalogue: Exercises, language: str
) -> NextStep | None:
    """Choose the next unsolved exercise of the course, beginning after the submission's.

    None in a course that is a list, and if it gives the exercise no more.
    """
    course = submission.assignment.course
    if course.arrangement is Arrangement.LIST:
        return None
    async with db.read() as session:
        given = await assignments.list_assignments(session, viewer, course)
        given = [one for one in given if one.exercise in catalogue]
        own = await own_results.list_results(session, viewer, given)
        terms = await terms_of(session, given, viewer.user.id)
    levels = group_by_level(given, catalogue, own, terms, language, now=await current_time())
    return choose_next(levels, exercise_href(submission.assignment))


def choose_next(levels: Sequence[Level], href: str) -> NextStep | None:
    """Choose the next exercise after the one at this address."""
    path = [exercise for level in levels for exercise in level.exercises]
    here = next((index for index, one in enumerate(path) if one.href == href), None)
    if here is None:
        return None
    unsolved = [one for one in (*path[here + 1 :], *path[:here]) if one.standing.lit != "go"]
    chosen = unsolved[0] if unsolved else None
    level = next(level for level in levels if path[here] in level.exercises)
    steps = [Step(one, _kind(one, path[here], chosen)) for one in level.exercises]
    return NextStep(chosen, level, steps)


def _kind(one: Listed, here: Listed, chosen: Listed | None) -> str:
    if one is here:
        return "here"
    if one is chosen:
        return "next"
    return "go" if one.standing.lit == "go" else ""
