"""The audit log, of a course and of the server, page by page."""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field
from starlette.status import HTTP_200_OK

from server.actions import audit_log, courses
from server.actions.audit_log import Wanted
from server.deps import CurrentViewer, Language, ReadSession, Settings
from server.errors import AdministratorsOnly, InstructorsOnly, UnknownCourse
from server.http.http_errors import InvalidParameter
from server.http.openapi import Responses, refusal_responses
from server.http.pages import next_link, read_cursor, write_cursor
from server.i18n import gettext_for
from server.models import AuditEntry, User
from server.pages.log_text import ACTIONS

router = APIRouter(prefix="/api", tags=["log"])


class PersonOut(BaseModel):
    """Somebody whom an entry names."""

    id: UUID
    name: str
    email: str


class EntryOut(BaseModel):
    """One change that staff, an administrator or the command made."""

    id: UUID
    at: datetime
    actor: PersonOut | None = Field(description="Who made it; null: the command.")
    course: str | None = Field(description="The course's slug; null: the server itself.")
    person: PersonOut | None = Field(description="Whom it concerns, if it concerns one person.")
    action: str = Field(description="`area.verb`, as in `roster.enroll`.")
    text: str = Field(description="What was done, in words of your language.")
    before: dict[str, Any] | None = Field(description="What there was; null: nothing.")
    after: dict[str, Any] | None = Field(description="What there is; null: nothing.")


_PAGE: Final[Responses] = {
    HTTP_200_OK: {
        "description": "A page, the newest first; `Link` has the address of the next one.",
        "headers": {"Link": {"schema": {"type": "string"}, "description": "None on the last."}},
    }
}
Person = Annotated[UUID | None, Query(description="Who made the change, or whom it concerns.")]
Area = Annotated[
    str, Query(max_length=40, description="First part of `action`, as `roster`; empty: all.")
]
Limit = Annotated[int, Query(ge=1, le=200, description="Entries of a page.")]
Cursor = Annotated[
    str | None, Query(max_length=200, description="Of the page to continue with: see `Link`.")
]


@router.get(
    "/courses/{course}/log",
    responses={**_PAGE, **refusal_responses(UnknownCourse, InstructorsOnly, InvalidParameter)},
)
async def list_course_log(
    request: Request,
    response: Response,
    course: str,
    viewer: CurrentViewer,
    session: ReadSession,
    settings: Settings,
    language: Language,
    person: Person = None,
    area: Area = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> list[EntryOut]:
    """List who changed what in a course."""
    found = await courses.get_course(session, course, viewer)
    wanted = Wanted(found, person, area, read_cursor(cursor) if cursor is not None else None)
    entries, has_more = await audit_log.list_entries(session, viewer, wanted, limit=limit)
    if has_more:
        response.headers.update(_next(request, settings.public_url, entries[-1]))
    return [_entry(entry, language) for entry in entries]


@router.get(
    "/admin/log",
    responses={**_PAGE, **refusal_responses(AdministratorsOnly, InvalidParameter)},
)
async def list_server_log(
    request: Request,
    response: Response,
    viewer: CurrentViewer,
    session: ReadSession,
    settings: Settings,
    language: Language,
    person: Person = None,
    area: Area = "",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> list[EntryOut]:
    """List who changed what on this server, in its courses and beside them."""
    wanted = Wanted(None, person, area, read_cursor(cursor) if cursor is not None else None)
    entries, has_more = await audit_log.list_entries(session, viewer, wanted, limit=limit)
    if has_more:
        response.headers.update(_next(request, settings.public_url, entries[-1]))
    return [_entry(entry, language) for entry in entries]


def _next(request: Request, public_url: str, last: AuditEntry) -> dict[str, str]:
    return next_link(request, public_url, write_cursor(last.at, last.id))


def _entry(entry: AuditEntry, language: str) -> EntryOut:
    return EntryOut(
        id=entry.id,
        at=entry.at,
        actor=_person(entry.actor),
        course=entry.course.slug if entry.course else None,
        person=_person(entry.person),
        action=entry.action,
        text=gettext_for(language)(ACTIONS.get(entry.action, entry.action)),
        before=entry.before,
        after=entry.after,
    )


def _person(user: User | None) -> PersonOut | None:
    return None if user is None else PersonOut(id=user.id, name=user.name, email=user.email)
