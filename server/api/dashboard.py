"""/api/courses/{course}/dashboard: a class at a glance, as JSON."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field

from server.actions import courses, dashboard
from server.actions.class_filter import Condition, Order, StudentFilter, meets
from server.actions.overview import ClassMap, Column, StudentRow
from server.deps import Catalogue, CurrentViewer, Db, Language, Now
from server.errors import StaffOnly, UnknownCourse
from server.http.openapi import refusal_responses
from server.pages.suites import SuiteState, SuiteView, suites_to_look_at

router = APIRouter(prefix="/api/courses/{course}/dashboard", tags=["courses"])


class ExerciseOut(BaseModel):
    """How far the class is in one exercise."""

    exercise: str = Field(description="Its slug.", examples=["gather"])
    due_at: AwareDatetime | None = Field(description="Null: never.")
    handed_in: int = Field(description="Students with a submission.")
    solved: int = Field(description="Students with all points.")
    stuck: int = Field(description="Students whose latest attempts were no better.")
    late: int = Field(description="Students whose result that counts was handed in late.")


class ResultOut(BaseModel):
    """One student's result in one exercise."""

    exercise: str = Field(description="Its slug.", examples=["gather"])
    attempts: int = Field(description="Submissions, graded or not.")
    points: float | None = Field(description="Of the best one; null while none is graded.")
    max_points: float | None = Field(description="What they are out of.")
    submission_id: UUID | None = Field(description="The best submission.")


class StudentOut(BaseModel):
    """One student, with their sums over all exercises and their results."""

    user_id: UUID
    name: str = Field(description="As lists show it.", examples=["Vega Mora, Inés"])
    email: str
    group: str | None
    points: float = Field(description="Of the best submissions together.")
    solved: int = Field(description="Exercises with all points.")
    handed_in: int = Field(description="Exercises with a submission.")
    stuck: list[str] = Field(description="Slugs of exercises without progress, the worst first.")
    behind: int = Field(
        description="Exercises without a submission that are overdue for this student."
    )
    late: int = Field(
        description="Exercises in which what counts was handed in after this student's due moment."
    )
    results: list[ResultOut] = Field(description="Of the exercises that were handed in.")


class SuiteToLookAt(BaseModel):
    """A suite that calls for action."""

    exercise: str = Field(description="Its slug.", examples=["gather"])
    state: SuiteState = Field(
        description="withheld, unreadable, lacking, missing, or changed since it gave results, "
        "which instructors are told."
    )
    words: str = Field(description="The same in a sentence, in the language of the request.")


class DashboardOut(BaseModel):
    """A class, with one page of the students that were asked for."""

    students: int = Field(description="All students of the course.")
    stuck: int
    not_started: int
    behind: int
    late: int
    found: int = Field(description="Students that were asked for, on all pages.")
    exercises: list[ExerciseOut]
    suites: list[SuiteToLookAt]
    items: list[StudentOut]
    next: int | None = Field(description="For `page`, to get the next page; null on the last.")


@router.get("", responses=refusal_responses(UnknownCourse, StaffOnly))
async def read_dashboard(
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    group: Annotated[
        str | None, Query(max_length=100, description="Only this group; none: all.")
    ] = None,
    state: Annotated[Condition, Query(description="What the students have in common.")] = (
        Condition.ALL
    ),
    sort: Annotated[Order, Query(description="Who comes first.")] = Order.NAME,
    q: Annotated[str, Query(max_length=100, description="A part of the name or e-mail.")] = "",
    page: Annotated[int, Query(ge=1, le=10_000, description="From 1.")] = 1,
    limit: Annotated[int, Query(ge=1, le=200, description="Students on a page.")] = 50,
) -> DashboardOut:
    """Read where every student is, who is stuck, who has not started and who fell behind."""
    student_filter = StudentFilter(group, state, sort, q)
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        seen = await dashboard.class_map(
            session, viewer, found, now, student_filter, page=page, limit=limit
        )
    given = [column.exercise for column in seen.columns]
    suites = await suites_to_look_at(db, viewer, found, given, catalogue, language)
    return _answer(seen, page, suites)


def _answer(seen: ClassMap, page: int, suites: Mapping[str, SuiteView]) -> DashboardOut:
    def count(condition: Condition) -> int:
        return sum(meets(student, condition) for student in seen.everybody)

    # A page after the last is empty here, so that whoever follows `next` stops.
    shown = seen.students if page == seen.page else ()
    return DashboardOut(
        students=len(seen.everybody),
        stuck=count(Condition.STUCK),
        not_started=count(Condition.NOT_STARTED),
        behind=count(Condition.BEHIND),
        late=count(Condition.LATE),
        found=seen.found,
        exercises=[_exercise(column) for column in seen.columns],
        suites=[
            SuiteToLookAt(exercise=slug, state=suite.state, words=suite.words)
            for slug, suite in suites.items()
        ],
        items=[_student(row, seen) for row in shown],
        next=page + 1 if page < seen.pages else None,
    )


def _exercise(column: Column) -> ExerciseOut:
    return ExerciseOut(
        exercise=column.exercise,
        due_at=column.due_at,
        handed_in=column.submitted,
        solved=column.solved,
        stuck=column.stuck,
        late=column.late,
    )


def _student(row: StudentRow, seen: ClassMap) -> StudentOut:
    sums, slugs = row.sums, {column.assignment_id: column.exercise for column in seen.columns}
    return StudentOut(
        user_id=sums.user_id,
        name=sums.name,
        email=sums.email,
        group=sums.group,
        points=sums.points,
        solved=sums.solved,
        handed_in=sums.handed_in,
        stuck=[slugs[one.assignment_id] for one in sums.stuck],
        behind=sums.behind,
        late=sums.late,
        results=[
            ResultOut(
                exercise=column.exercise,
                attempts=cell.attempts,
                points=cell.points,
                max_points=cell.max_points,
                submission_id=cell.submission_id,
            )
            for column in seen.columns
            if (cell := row.cells.get(column.assignment_id)) is not None
        ],
    )
