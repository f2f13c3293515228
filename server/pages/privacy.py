"""Downloads of everything about a person, by the person and by administrators."""

from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from server.actions import people, personal_data
from server.deps import CurrentViewer, Db, Now
from server.downloads import answer_person

router = APIRouter(include_in_schema=False)


@router.get("/account/export.zip")
async def export_me(viewer: CurrentViewer, db: Db, now: Now) -> StreamingResponse:
    """Download everything that the server keeps about the viewer."""
    return answer_person(viewer.user, db, now)


@router.post("/admin/people/{user_id}/export.zip")
async def export_person(
    user_id: UUID, viewer: CurrentViewer, db: Db, now: Now
) -> StreamingResponse:
    """Download everything about somebody; the audit log notes it."""
    async with db.write() as session:
        person = await people.get(session, viewer, user_id)
        await personal_data.record_export(session, viewer, person, now)
        await session.commit()
    return answer_person(person, db, now)
