"""GET /api/submissions: what the viewer may see, filtered, page by page."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field, TypeAdapter
from starlette.status import HTTP_200_OK, HTTP_304_NOT_MODIFIED

from graders.formats.score import percent_of
from graders.report import RunState, Verdict
from server.actions import courses, submission_list
from server.actions.submission_list import Listed, Wanted
from server.deps import CurrentViewer, Moment, ReadSession, Settings
from server.errors import UnknownCourse, UnknownExercise, UnknownStudent
from server.http.http_errors import InvalidParameter
from server.http.openapi import Responses, refusal_responses
from server.http.pages import answer_unless_known, next_link, read_cursor, write_cursor

router = APIRouter(prefix="/api/submissions", tags=["submissions"])

# A page with files holds at most 50 times the largest submission.
_MOST_WITH_FILES: Final = 50
_LONGEST_NAME: Final = 320


class Included(StrEnum):
    """What a list leaves out unless it is asked for."""

    FILES = "files"


class StudentOut(BaseModel):
    """Who handed it in."""

    id: UUID
    name: str
    email: str
    group: str | None = Field(description="Their group in the course; null: none.")


class VerdictOut(BaseModel):
    """How a check ended; what it says is in the submission itself."""

    name: str
    verdict: Verdict
    points: float
    max_points: float


class FileOut(BaseModel):
    """A file as it was handed in."""

    name: str
    content: str


class SubmissionLine(BaseModel):
    """A submission in a list."""

    id: UUID
    number: int = Field(description="Which attempt at this exercise, from 1.")
    submitted_at: datetime
    course: str
    exercise: str
    student: StudentOut
    state: RunState
    points: float | None
    max_points: float | None
    percent: float | None = Field(description="Points in percent; null until finished.")
    checks: list[VerdictOut]
    files: list[FileOut] | None = Field(None, description="Null unless `include=files`.")


_LINES: Final = TypeAdapter(list[SubmissionLine])
_RESPONSES: Final[Responses] = {
    HTTP_200_OK: {
        "model": list[SubmissionLine],
        "description": "A page, the newest first; `Link` has the address of the next one.",
        "headers": {
            "Link": {"schema": {"type": "string"}, "description": "None on the last page."},
            "ETag": {"schema": {"type": "string"}, "description": "For `If-None-Match`."},
        },
    },
    HTTP_304_NOT_MODIFIED: {"description": "It is what `If-None-Match` names."},
    **refusal_responses(UnknownCourse, UnknownExercise, UnknownStudent, InvalidParameter),
}


_Course = Annotated[
    str | None,
    Query(max_length=_LONGEST_NAME, description="Slug. Administrators name the course."),
]
_Exercise = Annotated[str | None, Query(max_length=_LONGEST_NAME, description="Slug.")]
_Student = Annotated[
    str | None, Query(max_length=_LONGEST_NAME, description="E-mail address or id.")
]
_State = Annotated[RunState | None, Query(description="Where its grading is.")]
_Since = Annotated[Moment | None, Query(description="Handed in then or later.")]
_Before = Annotated[Moment | None, Query(description="Handed in earlier than that.")]
_BeforeId = Annotated[
    UUID | None,
    Query(description="With `before`, the last item's `id`: as `cursor`, written by hand."),
]


async def _wanted(
    viewer: CurrentViewer,
    session: ReadSession,
    course: _Course = None,
    exercise: _Exercise = None,
    student: _Student = None,
    state: _State = None,
    since: _Since = None,
    cursor: Annotated[
        str | None, Query(max_length=200, description="Of the page to continue with: see `Link`.")
    ] = None,
    before: _Before = None,
    before_id: _BeforeId = None,
) -> Wanted:
    after = read_cursor(cursor) if cursor is not None else None
    if after is None and before is not None and before_id is not None:
        after, before = (before, before_id), None
    return Wanted(
        course=await courses.get_course(session, course, viewer) if course is not None else None,
        exercise=exercise,
        student=student,
        state=state,
        since=since,
        before=before,
        after=after,
    )


@router.get("", responses=_RESPONSES, response_model=None)
async def list_submissions(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    settings: Settings,
    wanted: Annotated[Wanted, Depends(_wanted)],
    limit: Annotated[
        int, Query(ge=1, le=500, description="Items of a page; 50 at most with files.")
    ] = 100,
    include: Annotated[list[Included], Query(description="`files`: with the code.")] = [],  # noqa: B006
) -> Response:
    """List the submissions you may see, the newest first."""
    with_files = Included.FILES in include
    most = min(limit, _MOST_WITH_FILES) if with_files else limit
    page, has_more = await submission_list.list_page(
        session, viewer, wanted, limit=most, with_files=with_files
    )
    headers = {}
    if has_more:
        last = page[-1].submission
        place = write_cursor(last.submitted_at, last.id)
        headers = next_link(request, settings.public_url, place)
    lines = _LINES.dump_json([_line(one, with_files=with_files) for one in page])
    return answer_unless_known(request, lines, headers)


def _line(listed: Listed, *, with_files: bool) -> SubmissionLine:
    submission, run, student = listed.submission, listed.submission.run, listed.submission.user
    is_known = run.state is RunState.FINISHED
    checks: list[Any] = [
        {name: getattr(check, name) for name in VerdictOut.model_fields} for check in listed.checks
    ]
    files = [
        # They were checked to be UTF-8 when they were handed in.
        FileOut(name=name, content=content.decode("utf-8", "replace"))
        for name, content in listed.files.items()
    ]
    return SubmissionLine(
        id=submission.id,
        number=submission.number,
        submitted_at=submission.submitted_at,
        course=submission.assignment.course.slug,
        exercise=submission.assignment.exercise,
        student=StudentOut(
            id=student.id, name=student.name, email=student.email, group=listed.group
        ),
        state=run.state,
        points=run.points,
        max_points=run.max_points,
        percent=percent_of(run.points, run.max_points) if is_known else None,
        checks=[VerdictOut(**check) for check in checks],
        files=files if with_files else None,
    )
