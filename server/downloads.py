"""Answers that are files, for pages and the API."""

from datetime import datetime
from typing import Final

from fastapi import Response
from fastapi.responses import StreamingResponse

from server.access import Permission, Viewer, require
from server.actions import courses
from server.archive_stream import stream_archive
from server.grade_table import GradeFormat
from server.models import User
from server.person_stream import stream_person
from server.storage.database import Database

MEDIA_TYPES: Final = {
    GradeFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}


def answer_grades(content: bytes, stem: str, form: GradeFormat) -> Response:
    """Answer with a file of grades; nothing may keep it."""
    ending = "xlsx" if form is GradeFormat.XLSX else "csv"
    media_type = MEDIA_TYPES.get(form, "text/csv; charset=utf-8")
    return Response(content, headers=_headers(f"{stem}.{ending}"), media_type=media_type)


async def answer_archive(
    course: str, viewer: Viewer, database: Database, now: datetime
) -> StreamingResponse:
    """Answer with a zip of all submissions; refused before the first byte is sent.

    Raises:
        StaffOnly, UnknownCourse
    """
    async with database.read() as session:
        found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.SEE_WORK, found.id)
    pieces = stream_archive(database, viewer, found, now)
    headers = _headers(f"{found.slug}-{now:%Y-%m-%d}.zip")
    return StreamingResponse(pieces, headers=headers, media_type="application/zip")


def answer_person(person: User, database: Database, now: datetime) -> StreamingResponse:
    """Answer with a zip of everything about a person; without authorization."""
    pieces = stream_person(database, person, now)
    headers = _headers(f"semaforo-{now:%Y-%m-%d}.zip")
    return StreamingResponse(pieces, headers=headers, media_type="application/zip")


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
