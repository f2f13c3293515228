"""What is kept about a person: exports, and deleting people."""

from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from server.actions import people, personal_data
from server.deps import CurrentViewer, Db, Now
from server.downloads import answer_person
from server.errors import AdministratorsOnly, UnknownAccount
from server.http.openapi import refusal_responses

router = APIRouter(prefix="/api", tags=["account"])

_ZIP: Final[dict[str, Any]] = {
    "description": "The zip: a JSON file for each kind of data, and a folder for each submission "
    "with its files and `result.json`.",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}


@router.get("/me/export.zip", response_class=StreamingResponse, responses={200: _ZIP})
async def export_me(viewer: CurrentViewer, db: Db, now: Now) -> StreamingResponse:
    """Download everything that the server keeps about you."""
    return answer_person(viewer.user, db, now)


@router.post(
    "/admin/people/{user_id}/export.zip",
    response_class=StreamingResponse,
    responses={200: _ZIP, **refusal_responses(AdministratorsOnly, UnknownAccount)},
)
async def export_person(
    user_id: UUID, viewer: CurrentViewer, db: Db, now: Now
) -> StreamingResponse:
    """Download everything that the server keeps about somebody; the audit log notes it."""
    async with db.write() as session:
        person = await people.get(session, viewer, user_id)
        await personal_data.record_export(session, viewer, person, now)
        await session.commit()
    return answer_person(person, db, now)
