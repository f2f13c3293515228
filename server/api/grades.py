"""/api/courses/{course}/grades: the gradebook."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StrictFloat
from starlette.status import HTTP_204_NO_CONTENT

from server.actions import class_list, courses, gradebook
from server.actions.gradebook import ExerciseGrade, StudentGrades
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Now, ReadSession, WriteSession
from server.errors import InstructorsOnly, InvalidPolicy, UnknownCourse, UnknownStudent
from server.http.numbers import Integer
from server.http.openapi import refusal_responses
from server.models import Counting

router = APIRouter(prefix="/api/courses/{course}/grades", tags=["grades"])


class PolicyIn(RequestBody):
    """How a course sums grades up."""

    counting: Counting = Field(default=Counting.BEST, description="Which attempt counts.")
    drop_lowest: Integer = Field(
        default=0,
        ge=0,
        le=gradebook.MOST_DROPPED,
        description="How many exercises are left out: those without which the sum is highest.",
    )
    scale: StrictFloat = Field(
        default=10.0,
        gt=0,
        le=gradebook.LARGEST_SCALE,
        description="The grade of a student with every point.",
    )


class ExerciseGradeOut(BaseModel):
    """A student's grade in one exercise."""

    exercise: str = Field(description="Its slug.")
    points: float | None = Field(description="The points that count; null: no grade.")
    max_points: float | None = Field(description="What they are out of; null: not known yet.")
    raw_points: float | None = Field(description="Of the attempt that counts.")
    computed_points: float | None = Field(description="These after the late policy.")
    late_days: int = Field(description="The student's late days spent on it.")
    submission_id: UUID | None = Field(description="The attempt that counts.")
    by_hand: float | None = Field(description="Set by hand in place of the computed points.")
    style_points: float = Field(description="Added for style.")
    reason: str | None = Field(description="Why it was set by hand.")
    weight: float | None = Field(description="In the sum; null: the exercise opens later.")
    is_dropped: bool = Field(description="Whether it is left out of the sum.")
    part: float = Field(description="What it adds to the grade of the course.")


class GradesOut(BaseModel):
    """A student's grades in a course, and their sum."""

    user_id: UUID
    name: str
    email: str
    grade: float | None = Field(description="Of the course, from 0 to `scale`; null: none yet.")
    exercises: list[ExerciseGradeOut]


class GradebookOut(BaseModel):
    """A page of a course's gradebook."""

    policy: PolicyIn
    page: int = Field(description="The number of this page, from 1.")
    total: int = Field(description="Students in all pages together.")
    students: list[GradesOut]


@router.get("", responses=refusal_responses(UnknownCourse, UnknownStudent))
async def list_grades(
    course: str,
    viewer: CurrentViewer,
    session: ReadSession,
    now: Now,
    page: Annotated[int, Query(ge=1, le=10_000, description="From 1; the last at most.")] = 1,
    size: Annotated[int, Query(ge=1, le=100, description="Students on a page.")] = 50,
    search: Annotated[
        str, Query(max_length=200, description="Part of a name or an e-mail address.")
    ] = "",
    group: Annotated[str, Query(max_length=200, description="Only this group.")] = "",
) -> GradebookOut:
    """List the students' grades for staff of the course; your own if you take it."""
    found = await courses.get_course(session, course, viewer)
    policy = await gradebook.find_policy(session, found.id)
    if viewer.is_staff_of(found.id):
        listed = await class_list.list_page(
            session, found.id, search=search, group=group, page=page, size=size
        )
        grades = await gradebook.grades_of(session, found, listed.students, now)
        number, total = listed.page, listed.total
    else:
        grades = [await gradebook.one_student(session, viewer, found, viewer.user.id, now)]
        number, total = 1, 1
    return GradebookOut(
        policy=PolicyIn(
            counting=policy.counting, drop_lowest=policy.drop_lowest, scale=policy.scale
        ),
        page=number,
        total=total,
        students=[_grades_out(one) for one in grades],
    )


@router.put(
    "/policy",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(InstructorsOnly, UnknownCourse, InvalidPolicy),
)
async def set_policy(
    course: str, wanted: PolicyIn, viewer: CurrentViewer, session: WriteSession, now: Now
) -> None:
    """Set how the course sums grades up; every grade is computed anew at once."""
    found = await courses.get_course(session, course, viewer)
    await gradebook.set_policy(
        session,
        viewer,
        found,
        counting=wanted.counting,
        drop_lowest=wanted.drop_lowest,
        scale=wanted.scale,
        now=now,
    )
    await session.commit()


def _grades_out(found: StudentGrades) -> GradesOut:
    return GradesOut(
        user_id=found.student.id,
        name=found.student.name,
        email=found.student.email,
        grade=found.total.grade,
        exercises=[_exercise_out(one, found) for one in found.exercises],
    )


def _exercise_out(one: ExerciseGrade, found: StudentGrades) -> ExerciseGradeOut:
    mark, standing, override = one.mark, one.standing, one.override
    return ExerciseGradeOut(
        exercise=one.assignment.exercise,
        points=one.points,
        max_points=one.max_points,
        raw_points=standing.points if standing is not None else None,
        computed_points=standing.grade if standing is not None else None,
        late_days=standing.late_days if standing is not None else 0,
        submission_id=standing.submission_id if standing is not None else None,
        by_hand=override.points if override is not None else None,
        style_points=override.style_points if override is not None else 0.0,
        reason=override.reason if override is not None else None,
        weight=mark.weight if mark is not None else None,
        is_dropped=mark is not None and mark in found.total.dropped,
        part=found.total.part_of(mark) if mark is not None else 0.0,
    )
