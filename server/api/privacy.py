"""What is kept about a person: exports, and deleting people."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from server.actions import deletion, people, personal_data
from server.actions.deletion import Extent
from server.deps import CurrentViewer, Db, Now, ReadSession, WriteSession
from server.downloads import answer_person
from server.errors import AdministratorsOnly, LastAdministrator, UnknownAccount
from server.errors.retention import StillGraded
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


class DeletionOut(BaseModel):
    """What deleting somebody changes, or would change. Their results stay in the statistics."""

    deleted: bool = Field(description="Whether it is done; otherwise nothing has changed.")
    submissions: int = Field(description="They stay, with their points.")
    files_removed: bool = Field(description="Whether the files of these are removed.")
    comments: int = Field(description="Published ones; they stay, without a name.")
    drafts: int = Field(description="Comments that nobody else has seen; they go.")
    logins: int
    tokens: int
    news: int
    staff_of: Sequence[str] = Field(description="Courses that they leave, by their slugs.")
    without_instructor: Sequence[str] = Field(
        description="Those of them that then have no instructor."
    )


@router.get(
    "/admin/people/{user_id}/deletion",
    responses=refusal_responses(AdministratorsOnly, UnknownAccount),
)
async def preview_deletion(
    user_id: UUID, viewer: CurrentViewer, session: ReadSession
) -> DeletionOut:
    """Show what deleting somebody would change."""
    person = await people.get(session, viewer, user_id)
    extent = await deletion.measure(session, viewer, person)
    return _deletion(extent, deleted=False, files_removed=False)


@router.delete(
    "/admin/people/{user_id}",
    responses=refusal_responses(AdministratorsOnly, UnknownAccount, LastAdministrator, StillGraded),
)
async def delete_person(
    user_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
    remove_files: Annotated[
        bool, Query(description="Remove the files of their submissions, too.")
    ] = False,
) -> DeletionOut:
    """Delete somebody for good: nobody can undo it. Their results stay, without a name."""
    person = await people.get(session, viewer, user_id)
    extent = await deletion.delete_person(
        session, viewer, person, removes_files=remove_files, now=now
    )
    await session.commit()
    return _deletion(extent, deleted=True, files_removed=remove_files)


def _deletion(extent: Extent, *, deleted: bool, files_removed: bool) -> DeletionOut:
    return DeletionOut(deleted=deleted, files_removed=files_removed, **asdict(extent))
