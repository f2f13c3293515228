"""/api/courses/{course}/catalogue: the exercises that a course can give, for its staff."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from graders.catalogue.exercises import Catalogue as Exercises
from graders.catalogue.manifest import Exercise
from graders.catalogue.outline import OutlinedCheck, outline_checks
from graders.text import Language as LanguageCode
from server.access import Permission, Viewer, require
from server.actions import assignments, courses
from server.deps import Catalogue, CurrentViewer, Db, Language
from server.errors import StaffOnly, UnknownCourse, UnknownExercise
from server.http.openapi import refusal_responses
from server.pages.suites import SuiteState, SuiteView, suite_view
from server.storage.database import Database

router = APIRouter(prefix="/api/courses/{course}/catalogue", tags=["assignments"])

Slug = Annotated[str, Path(max_length=200)]


class SuiteOut(BaseModel):
    """How the suite of an exercise was tried; numbers are null if it was not certified."""

    state: SuiteState
    words: str = Field(description="The same in sentences, in the language of the request.")
    needs_action: bool = Field(
        description="Whether staff can do something about it; what certifying found is a fact."
    )
    certified_at: datetime | None
    decisions: int | None = Field(description="Verdicts that were compared with what is right.")
    flips: int | None = Field(description="Those of them that were wrong.")
    mutants: int | None = Field(
        description="Small mistakes that were put into right programs; 0 if none were."
    )
    caught: int | None = Field(description="Those of them that its checks noticed.")
    equivalent: int | None = Field(description="Those that are no mistakes, each with a reason.")

    @classmethod
    def of(cls, view: SuiteView) -> Self:
        """Describe a suite."""
        found = view.certificate
        return cls(
            state=view.state,
            words=view.words,
            needs_action=view.needs_action,
            certified_at=found and found.at,
            decisions=found and found.decisions,
            flips=found and found.flips,
            mutants=found and found.mutants,
            caught=found and found.caught,
            equivalent=found and found.equivalent,
        )


class CatalogueLine(BaseModel):
    """An exercise that courses can give."""

    exercise: str = Field(description="Its slug.")
    title: str
    summary: str
    section: str = Field(description="Section of the class, as 4.1.")
    level: int = Field(description="Level of the curriculum, 1 to 5; 0 if it is not part of it.")
    minutes: int = Field(description="Estimated time; 0 if unknown.")
    prerequisites: list[str] = Field(description="Slugs of what is recommended first.")
    files: list[str] = Field(description="Names of the files to hand in.")
    suite_hash: str = Field(description="Version of its suite, as results name it.")
    suite: SuiteOut
    is_given: bool = Field(description="Whether this course gives it already.")

    @classmethod
    def of(cls, exercise: Exercise, suite: SuiteView, language: str, *, is_given: bool) -> Self:
        """Describe an exercise."""
        return cls(**_line(exercise, suite, language), is_given=is_given)


class CatalogueOut(BaseModel):
    """Some exercises, in the order of the curriculum."""

    items: list[CatalogueLine]
    next: int | None = Field(description="For `after`, to get the next page; null on the last.")


class CheckOut(BaseModel):
    """A check of a suite, as its file states it."""

    name: str
    title: str
    points: float | None = Field(description="Null if the suite computes them.")
    extra: float = Field(description="What it adds beyond the points; if negative, takes off.")
    is_hidden: bool = Field(description="Whether students see only its title and verdict.")
    needs: list[str] = Field(description="Names of the checks without which it is not run.")

    @classmethod
    def of(cls, check: OutlinedCheck, language: str) -> Self:
        """Describe a check."""
        return cls(
            name=check.name,
            title=check.title.to(language),
            points=check.points,
            extra=check.extra,
            is_hidden=check.is_hidden,
            needs=list(check.needs),
        )


class LimitsOut(BaseModel):
    """What a student's program may use in one check."""

    model_config = ConfigDict(from_attributes=True)

    wall_seconds: float
    cpu_seconds: int
    memory_mib: int
    processes: int = Field(description="Processes and threads at once.")
    open_files: int
    file_kib: int = Field(description="The largest file that it may write.")
    space_kib: int = Field(description="All its files together.")
    output_kib: int
    network: bool = Field(description="Whether it has a network: its own, which leads nowhere.")
    fastapi: bool = Field(description="Whether FastAPI is loaded before it starts.")


class LookOut(CatalogueLine):
    """An exercise as teachers look at it before they give it."""

    statement: dict[LanguageCode, str] = Field(description="Markdown, by language.")
    starters: dict[str, str] = Field(description="What students start from, by file name.")
    checks: list[CheckOut]
    limits: LimitsOut

    @classmethod
    def read(cls, exercise: Exercise, suite: SuiteView, language: str, *, is_given: bool) -> Self:
        """Read everything from the exercise's folder."""
        statement = exercise.statement
        return cls(
            **_line(exercise, suite, language),
            is_given=is_given,
            statement={"es": statement.es, "en": statement.en},
            starters=exercise.starter,
            checks=[CheckOut.of(one, language) for one in outline_checks(exercise.suite)],
            limits=LimitsOut.model_validate(exercise.limits),
        )


def _line(exercise: Exercise, suite: SuiteView, language: str) -> dict[str, Any]:
    return {
        "exercise": exercise.slug,
        "title": exercise.title.to(language),
        "summary": exercise.summary.to(language),
        "section": exercise.section,
        "level": exercise.level,
        "minutes": exercise.minutes,
        "prerequisites": list(exercise.prerequisites),
        "files": list(exercise.files),
        "suite_hash": exercise.suite_hash,
        "suite": SuiteOut.of(suite),
    }


@router.get("", responses=refusal_responses(UnknownCourse, StaffOnly))
async def list_catalogue(
    course: Slug,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[int, Query(ge=0, le=1_000_000, description="`next` of the page before.")] = 0,
) -> CatalogueOut:
    """List the exercises that courses can give: what they are, and how far to trust each."""
    given = await _find_given(db, viewer, course)
    shown = list(catalogue.values())[after : after + limit]
    # In a thread: every file of a suite is read.
    items = await asyncio.to_thread(_lines, catalogue, shown, given, language)
    return CatalogueOut(items=items, next=after + limit if after + limit < len(catalogue) else None)


@router.get("/{exercise}", responses=refusal_responses(UnknownCourse, UnknownExercise, StaffOnly))
async def look_at_exercise(
    course: Slug,
    exercise: Slug,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
) -> LookOut:
    """Look at an exercise: statement, what students start from, checks with points, limits."""
    given = await _find_given(db, viewer, course)
    found = assignments.get_listed(catalogue, exercise)
    suite = await asyncio.to_thread(suite_view, catalogue, exercise, language)
    return await asyncio.to_thread(LookOut.read, found, suite, language, is_given=exercise in given)


async def _find_given(db: Database, viewer: Viewer, course: str) -> set[str]:
    """Return the slugs of the exercises that the course gives."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.SEE_WORK, found.id)
        given = await assignments.list_assignments(session, viewer, found)
    return {one.exercise for one in given}


def _lines(
    catalogue: Exercises, shown: Sequence[Exercise], given: set[str], language: str
) -> list[CatalogueLine]:
    return [
        CatalogueLine.of(
            exercise,
            suite_view(catalogue, exercise.slug, language),
            language,
            is_given=exercise.slug in given,
        )
        for exercise in shown
    ]
