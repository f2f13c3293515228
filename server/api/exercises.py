"""/api/exercises: the exercises of the viewer's courses."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from graders.catalogue.manifest import Exercise
from server.actions import assignments
from server.actions.own_terms import OwnTerms, own_terms
from server.api.submissions import CourseSlug
from server.deps import Catalogue, CurrentViewer, Language, Now, ReadSession, Settings
from server.errors import AmbiguousCourse, ExerciseWithheld, UnknownCourse, UnknownExercise
from server.http.openapi import refusal_responses
from server.models import Assignment

router = APIRouter(prefix="/api/exercises", tags=["exercises"])


class ExerciseLine(BaseModel):
    """An exercise as a course gives it."""

    slug: str
    course: str
    title: str
    summary: str
    position: int = Field(description="Its place in the course's order, from 1.")
    section: str = Field(description="Section of the class, as 4.1.")
    level: int = Field(description="Level of the curriculum, 1 to 5; 0 if it is not part of it.")
    minutes: int = Field(description="Estimated time; 0 if unknown.")
    prerequisites: list[str] = Field(
        description="Slugs of recommended exercises; nothing is locked."
    )
    files: list[str] = Field(description="Names of the files to hand in.")
    python: str = Field(description="Version of Python that programs run on, as 3.13.")
    opens_at: datetime | None
    due_at: datetime | None = Field(description="With your extension, if you have one.")
    closes_at: datetime | None = Field(description="Nothing is accepted from then on.")
    max_attempts: int | None
    attempts_used: int
    terms: str = Field(description="All of that in plain sentences, in the course's zone.")
    url: str = Field(description="Its page, for a browser.")


class ExerciseOut(ExerciseLine):
    """An exercise with what to do."""

    statement: str = Field(description="Markdown.")
    starter: str = Field(description="What to start from: Python source of the first file.")
    starters: dict[str, str] = Field(description="What to start from, by file name.")
    suite_hash: str
    next: str | None = Field(
        description="Slug of the next exercise; null on the last, and in a course that is a list."
    )


@router.get("")
async def list_exercises(
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: Catalogue,
    settings: Settings,
    language: Language,
    now: Now,
) -> list[ExerciseLine]:
    """List the exercises of your courses."""
    given = await assignments.list_assignments(session, viewer)
    own = await own_terms(session, given, viewer.user.id, language, now)
    return [
        ExerciseLine(
            **_line(assignment, catalogue[assignment.exercise], language, settings),
            **_terms(own[assignment.id]),
        )
        for assignment in given
        if assignment.exercise in catalogue
    ]


@router.get(
    "/{slug}",
    responses=refusal_responses(UnknownExercise, UnknownCourse, AmbiguousCourse, ExerciseWithheld),
)
async def show_exercise(
    slug: str,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: Catalogue,
    settings: Settings,
    language: Language,
    now: Now,
    course: CourseSlug = None,
) -> ExerciseOut:
    """Give one exercise with its statement."""
    assignment = await assignments.find_assignment(session, viewer, slug, course)
    exercise = assignments.get_published(catalogue, slug)
    starters = exercise.starter
    own = await own_terms(session, [assignment], viewer.user.id, language, now)
    following = await assignments.find_next(session, viewer, assignment, catalogue)
    return ExerciseOut(
        **_line(assignment, exercise, language, settings),
        **_terms(own[assignment.id]),
        statement=exercise.statement.to(language),
        starter=starters[exercise.files[0]],
        starters=starters,
        suite_hash=exercise.suite_hash,
        next=following.exercise if following else None,
    )


def _terms(own: OwnTerms) -> dict[str, Any]:
    return {
        "opens_at": own.terms.opens_at,
        "due_at": own.terms.due_at,
        "closes_at": own.terms.closes_at,
        "max_attempts": own.terms.max_attempts,
        "attempts_used": own.used.used,
        "terms": own.sentence,
    }


def _line(
    assignment: Assignment, exercise: Exercise, language: str, settings: Settings
) -> dict[str, Any]:
    return {
        "slug": exercise.slug,
        "course": assignment.course.slug,
        "title": exercise.title.to(language),
        "summary": exercise.summary.to(language),
        "position": assignment.position,
        "section": exercise.section,
        "level": exercise.level,
        "minutes": exercise.minutes,
        "prerequisites": list(exercise.prerequisites),
        "files": list(exercise.files),
        "python": exercise.runs_on,
        "url": f"{settings.public_url}/exercises/{exercise.slug}",
    }
