"""/api/courses/{course}/overrides: grades set by hand."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StrictFloat
from starlette.status import HTTP_204_NO_CONTENT

from server.actions import courses, overrides
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Now, ReadSession, WriteSession
from server.errors import (
    InstructorsOnly,
    InvalidGrade,
    ReasonMissing,
    UnknownCourse,
    UnknownExercise,
    UnknownOverride,
    UnknownStudent,
)
from server.http.openapi import refusal_responses

router = APIRouter(prefix="/api/courses/{course}/overrides", tags=["grades"])

_MOST = 1_000_000


class OverrideIn(RequestBody):
    """A grade to set by hand. A grade, style points above 0, or both."""

    points: StrictFloat | None = Field(
        default=None,
        ge=0,
        le=_MOST,
        description="The grade, up to the points of the exercise; null leaves the computed one.",
        examples=[9],
    )
    style_points: StrictFloat = Field(
        default=0, ge=0, le=_MOST, description="Added to the grade, up to the exercise's points."
    )
    reason: str = Field(
        description="Why; the student reads it.",
        examples=["Explained it in class."],
        # Described only: the action's refusal is more specific than "out of range".
        json_schema_extra={"minLength": 1, "maxLength": overrides.LONGEST_REASON},
    )


class OverrideOut(BaseModel):
    """A grade that was set by hand; no regrade changes it."""

    user_id: UUID
    student: str = Field(description="Their name.")
    exercise: str = Field(description="Slug of the exercise.")
    points: float | None = Field(description="The grade; null: the computed one counts.")
    style_points: float = Field(description="Added to the grade.")
    max_points: float = Field(description="What both are out of.")
    reason: str
    set_at: datetime


class OverridesOut(BaseModel):
    """A page of grades set by hand."""

    items: list[OverrideOut]
    next: str | None = Field(description="For `after`, to get the next page; null on the last.")


@router.get("", responses=refusal_responses(UnknownCourse))
async def list_overrides(
    course: str,
    viewer: CurrentViewer,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[
        str | None,
        Query(pattern=r"^[0-9a-f]{32}-[0-9a-f]{32}$", description="`next` of the page before."),
    ] = None,
) -> OverridesOut:
    """List the grades set by hand: your own, or all if you are staff of the course."""
    found = await courses.get_course(session, course, viewer)
    continued = None
    if after is not None:
        assignment_id, _, user_id = after.partition("-")
        continued = UUID(assignment_id), UUID(user_id)
    listed = await overrides.list_overrides(
        session, viewer, found, limit=limit + 1, after=continued
    )
    shown = listed[:limit]
    last = shown[-1].override if len(listed) > limit else None
    return OverridesOut(
        items=[_override_out(one) for one in shown],
        next=f"{last.assignment_id.hex}-{last.user_id.hex}" if last else None,
    )


@router.put(
    "/{exercise}/{user_id}",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(
        InstructorsOnly, UnknownCourse, UnknownExercise, UnknownStudent, ReasonMissing, InvalidGrade
    ),
)
async def set_override(
    course: str,
    exercise: str,
    user_id: UUID,
    wanted: OverrideIn,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> None:
    """Set a student's grade in an exercise by hand, add points for style, or both."""
    found = await courses.get_course(session, course, viewer)
    await overrides.set_override(
        session,
        viewer,
        found,
        exercise,
        user_id,
        points=wanted.points,
        style_points=wanted.style_points,
        reason=wanted.reason,
        now=now,
    )
    await session.commit()


@router.delete(
    "/{exercise}/{user_id}",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(InstructorsOnly, UnknownCourse, UnknownExercise, UnknownOverride),
)
async def remove_override(
    course: str,
    exercise: str,
    user_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> None:
    """Go back to the computed grade."""
    found = await courses.get_course(session, course, viewer)
    await overrides.remove_override(session, viewer, found, exercise, user_id, now=now)
    await session.commit()


def _override_out(one: overrides.Listed) -> OverrideOut:
    row = one.override
    return OverrideOut(
        user_id=row.user_id,
        student=one.student.name,
        exercise=one.exercise,
        points=row.points,
        style_points=row.style_points,
        max_points=row.max_points,
        reason=row.reason,
        set_at=row.set_at,
    )
