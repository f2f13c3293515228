"""Assignments, extensions and changed grades prepared for their pages."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from graders.catalogue.curriculum import in_curriculum_order
from graders.catalogue.exercises import Catalogue
from server.actions.changed_grades import LastChange
from server.models import Assignment, Course, Extension, User
from server.models.names import listed_name
from server.moments import format_moment
from server.pages.suites import suite_view
from server.terms_text import describe_for_all

MOST_SHOWN: Final = 500


def describe_assignment(
    assignment: Assignment, catalogue: Catalogue, language: str, now: datetime
) -> dict[str, Any]:
    """Show one assignment; its course must be loaded."""
    exercise = catalogue.get(assignment.exercise) or catalogue.withheld.get(assignment.exercise)
    course = assignment.course
    return {
        "slug": assignment.exercise,
        "title": exercise.title.to(language) if exercise else assignment.exercise,
        "href": f"/courses/{course.slug}/assignments/{assignment.exercise}",
        "look_href": f"/courses/{course.slug}/catalogue/{assignment.exercise}" if exercise else "",
        "level": exercise.level if exercise else 0,
        "minutes": exercise.minutes if exercise else 0,
        "suite": suite_view(catalogue, assignment.exercise, language),
        "sentence": describe_for_all(assignment, language, now),
        "weight": assignment.weight,
    }


def catalogue_levels(
    catalogue: Catalogue, given: Iterable[Assignment], chosen: Sequence[str], language: str
) -> list[dict[str, Any]]:
    """Show the exercises that the course could give, by level; the first level is unfolded.

    So are those with an exercise that was chosen before the form was refused.
    """
    lines = _catalogue_lines(catalogue, given, chosen, language)
    levels: list[dict[str, Any]] = []
    for number, members in groupby(lines, key=lambda one: one["level"]):
        exercises = list(members)
        is_open = not levels or any(one["is_chosen"] for one in exercises)
        levels.append({"number": number, "exercises": exercises, "is_open": is_open})
    return levels


def _catalogue_lines(
    catalogue: Catalogue, given: Iterable[Assignment], chosen: Sequence[str], language: str
) -> list[dict[str, Any]]:
    known = {one.exercise for one in given}
    return [
        {
            "slug": exercise.slug,
            "title": exercise.title.to(language),
            "level": exercise.level,
            "minutes": exercise.minutes,
            "suite": suite_view(catalogue, exercise.slug, language),
            "is_chosen": exercise.slug in chosen,
        }
        for exercise in in_curriculum_order(catalogue.values())
        if exercise.slug not in known
    ]


def extension_line(extension: Extension, course: Course, language: str) -> dict[str, Any]:
    """Show one extension; its people must be loaded."""
    user, grantor = extension.user, extension.grantor
    return {
        "id": extension.id,
        "name": listed_name(user.name, user.family_name),
        "until": extension.due_at and format_moment(extension.due_at, course.timezone, language),
        "extra_attempts": extension.extra_attempts,
        "reason": extension.reason,
        "granted_at": extension.granted_at,
        "granted_by": grantor.name if grantor else "",
    }


def people_to_choose(people: Iterable[User]) -> list[dict[str, str]]:
    """Return the students for a list to choose from."""
    return [
        {"value": f"user:{user.id}", "name": f"{listed_name(user.name, user.family_name)}"}
        for user in people
    ]


def describe_change(
    change: LastChange | None, catalogue: Catalogue, language: str
) -> dict[str, Any] | None:
    """Show for whom a change of terms changed a grade; None if there was no change."""
    if change is None:
        return None
    return {
        "count": change.total,
        "left_out": change.total - len(change.grades[:MOST_SHOWN]),
        "grades": [
            grade.change._asdict()
            | {
                "name": grade.name,
                "title": catalogue[grade.exercise].title.to(language)
                if grade.exercise in catalogue
                else grade.exercise,
            }
            for grade in change.grades[:MOST_SHOWN]
        ],
    }
