"""/api/courses/{course}/submissions.zip: every submission of a course, with its results."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from server.deps import CurrentViewer, Db, Now
from server.downloads import answer_archive
from server.errors import StaffOnly, UnknownCourse
from server.http.openapi import refusal_responses

router = APIRouter(prefix="/api/courses/{course}", tags=["grades"])


@router.get(
    "/submissions.zip",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "The zip: `grades.csv`, and a folder for each student, exercise and "
            "attempt with the files and `result.json`.",
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        },
        **refusal_responses(StaffOnly, UnknownCourse),
    },
)
async def download_archive(
    course: str, viewer: CurrentViewer, db: Db, now: Now
) -> StreamingResponse:
    """Download every submission of the course, by student and exercise."""
    return await answer_archive(course, viewer, db, now)
