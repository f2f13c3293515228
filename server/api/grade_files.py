"""/api/courses/{course}/grades/export and /import: grades as files, and grades set by one."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, StrictBool

from server.access import Permission, require
from server.actions import courses, grade_export, grade_import, gradebook
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Db, Language, Now
from server.downloads import MEDIA_TYPES, answer_grades
from server.errors import (
    InstructorsOnly,
    NothingToChange,
    ReasonMissing,
    StaffOnly,
    TooManyChanges,
    UnknownCourse,
    UnreadableGrades,
)
from server.grade_reading import read_grades
from server.grade_table import GradeFormat, write_file
from server.http.openapi import refusal_responses
from server.i18n import gettext_for

router = APIRouter(prefix="/api/courses/{course}/grades", tags=["grades"])


class ImportIn(RequestBody):
    """A file of grades."""

    csv: str = Field(
        max_length=1_000_000,
        description="The file's text: a column `email` or `student_number`, and one named like "
        "each exercise. A blank cell changes nothing.",
        examples=["email,gather\nada@example.org,9\n"],
    )
    reason: str = Field(
        default="",
        description="Why; the students read it. A row may have its own in a column `reason`.",
    )
    is_applied: StrictBool = Field(
        default=False, description="Set the grades; otherwise only say what would change."
    )


class ChangeOut(BaseModel):
    """A grade that would be set, or was."""

    user_id: UUID
    name: str
    exercise: str
    before: float | None
    after: float
    max_points: float


class ImportProblemOut(BaseModel):
    """A row or cell that cannot be used."""

    line: int = Field(description="Of the file, from 1.")
    detail: str


class ImportOut(BaseModel):
    """What a file changes."""

    is_applied: bool
    changes: list[ChangeOut]
    unchanged: int = Field(description="Grades that are as in the file already.")
    problems: list[ImportProblemOut] = Field(description="These are left as they are.")
    ignored_columns: list[str]


@router.get(
    "/export",
    response_class=Response,
    responses={
        200: {
            "description": "The file.",
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                MEDIA_TYPES[GradeFormat.XLSX]: {"schema": {"type": "string", "format": "binary"}},
            },
        },
        **refusal_responses(StaffOnly, UnknownCourse),
    },
)
async def export_grades(
    course: str,
    viewer: CurrentViewer,
    db: Db,
    now: Now,
    form: Annotated[GradeFormat, Query(alias="format", description="Kind of file.")] = (
        GradeFormat.PLAIN
    ),
) -> Response:
    """Download the grades of the course."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        table = await grade_export.collect(session, viewer, found, now)
    content = await asyncio.to_thread(write_file, table, form)
    return answer_grades(content, f"{found.slug}-{form}", form)


@router.post(
    "/import",
    responses=refusal_responses(
        *(InstructorsOnly, UnknownCourse),
        *(UnreadableGrades, TooManyChanges, NothingToChange, ReasonMissing),
    ),
)
async def import_grades(
    course: str, wanted: ImportIn, viewer: CurrentViewer, db: Db, language: Language, now: Now
) -> ImportOut:
    """Say what a file of grades would change, or set the grades by hand."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.MANAGE, found.id)
        slugs = [one.exercise for one in await gradebook.list_given(session, found)]
    content = wanted.csv.encode("utf-8", "replace")
    read = await asyncio.to_thread(read_grades, content, slugs)
    async with db.read() as session:
        seen = await grade_import.preview(session, viewer, found, read, now)
    if wanted.is_applied:
        async with db.write() as session:
            await grade_import.apply(session, viewer, found, seen.changes, wanted.reason, now)
            await session.commit()
    gettext = gettext_for(language)
    return ImportOut(
        is_applied=wanted.is_applied,
        changes=[_change_out(one) for one in seen.changes],
        unchanged=seen.unchanged,
        problems=[
            ImportProblemOut(line=one.line, detail=one.format(gettext, language))
            for one in seen.errors
        ],
        ignored_columns=list(seen.unknown_columns),
    )


def _change_out(one: grade_import.GradeChange) -> ChangeOut:
    return ChangeOut(
        user_id=one.user_id,
        name=one.student,
        exercise=one.exercise,
        before=one.before,
        after=one.after,
        max_points=one.max_points,
    )
