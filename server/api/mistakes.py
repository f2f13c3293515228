"""/api/courses/{course}/mistakes: the students behind one mistake, and a note to all of them."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from server.actions import courses, mistake_notes
from server.actions.comments import LONGEST_TEXT
from server.actions.mistakes import Mistake
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Db, Now
from server.errors import (
    InvalidComment,
    StaffOnly,
    TooManyComments,
    UnknownCourse,
    UnknownExercise,
    UnknownMistake,
)
from server.http.openapi import refusal_responses

router = APIRouter(prefix="/api/courses/{course}/mistakes", tags=["comments"])

_EXERCISE = "Its slug."


class WhoOut(BaseModel):
    """One student who makes the mistake."""

    user_id: UUID
    name: str = Field(description="As lists show it.", examples=["Vega Mora, Inés"])
    submission_id: UUID = Field(description="Their last graded attempt.")


class MessageOut(BaseModel):
    """What the first of the students was told."""

    es: str
    en: str


class MistakeOut(BaseModel):
    """One check with one message, whatever names and numbers are in it."""

    key: str = Field(description="Its name in addresses.", examples=["0f1e2d3c4b5a6978"])
    check: str = Field(description="Name of the check.", examples=["runs_both_at_once"])
    mistake: str = Field(
        description="What the messages have in common, in English; `mistake` of a regrade."
    )
    message: MessageOut
    students: Sequence[WhoOut] = Field(description="In the order of names; 1000 at most.")

    @classmethod
    def of(cls, mistake: Mistake) -> Self:
        """Describe a mistake."""
        return cls(
            key=mistake.key,
            check=mistake.check,
            mistake=mistake.pattern,
            message=MessageOut(es=mistake.message.es, en=mistake.message.en),
            students=[
                WhoOut(user_id=one.user_id, name=one.student, submission_id=one.submission_id)
                for one in mistake.failures
            ],
        )


class MistakesOut(BaseModel):
    """A page of the mistakes, the most frequent first."""

    items: Sequence[MistakeOut]
    next: int | None = Field(description="For `page`, to get the next page; null on the last.")


class NoteIn(RequestBody):
    """A note to everybody who makes the mistake."""

    exercise: str = Field(description=_EXERCISE, max_length=100)
    text: str = Field(
        description="Markdown: `code`, emphasis, lists, links.",
        examples=["Read again what `gather` does with exceptions."],
        # Described only: the action's refusal is more specific than "out of range".
        json_schema_extra={"minLength": 1, "maxLength": LONGEST_TEXT, "format": "one-line"},
    )


class NoteOut(BaseModel):
    """How many students got the note."""

    students: int = Field(description="Those who got it; nobody gets the same note twice.")


@router.get("", responses=refusal_responses(UnknownCourse, StaffOnly, UnknownExercise))
async def list_mistakes(
    course: str,
    viewer: CurrentViewer,
    db: Db,
    exercise: Annotated[str, Query(max_length=100, description=_EXERCISE)],
    page: Annotated[int, Query(ge=1, le=10_000, description="From 1.")] = 1,
    limit: Annotated[int, Query(ge=1, le=50, description="Mistakes on a page.")] = 20,
) -> MistakesOut:
    """List the mistakes in the students' last graded attempts at an exercise."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        every = await mistake_notes.list_mistakes(session, viewer, found, exercise)
    shown = every[(page - 1) * limit : page * limit]
    is_more = page * limit < len(every)
    return MistakesOut(
        items=[MistakeOut.of(one) for one in shown], next=page + 1 if is_more else None
    )


@router.post(
    "/{mistake}/note",
    responses=refusal_responses(
        *(UnknownCourse, StaffOnly, UnknownExercise, UnknownMistake),
        *(InvalidComment, TooManyComments),
    ),
)
async def write_note(
    course: str,
    mistake: Annotated[str, Path(description="Its `key`.", max_length=100)],
    wanted: NoteIn,
    viewer: CurrentViewer,
    db: Db,
    now: Now,
) -> NoteOut:
    """Comment on the last attempt of every student who makes the mistake, and tell them."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        chosen = await mistake_notes.find_mistake(session, viewer, found, wanted.exercise, mistake)
    async with db.write() as session:
        students = await mistake_notes.write_note(
            session, viewer, found, wanted.exercise, chosen, wanted.text, now
        )
        await session.commit()
    return NoteOut(students=students)
