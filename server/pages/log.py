"""The audit log: /courses/{course}/log for its instructors, /admin/log for administrators."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.actions import audit_log, courses
from server.actions.audit_log import Wanted
from server.deps import CurrentViewer, Db, Language
from server.http.pages import read_cursor, write_cursor
from server.models import AuditEntry, Course, User
from server.moments import zone_name
from server.pages.course_tabs import tabs_for
from server.pages.log_text import AREAS, COURSE_AREAS
from server.pages.log_view import LogView
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_TEMPLATE: Final = "log/log.html"


class _Filter:
    """What the address asks for.

    q  Part of a name or address, to find the person by.
    """

    def __init__(
        self,
        person: UUID | None = None,
        q: Annotated[str, Query(max_length=200)] = "",
        area: Annotated[str, Query(max_length=40)] = "",
        cursor: Annotated[str | None, Query(max_length=200)] = None,
    ) -> None:
        self.person, self.words, self.area = person, q.strip(), area
        self.after = read_cursor(cursor) if cursor is not None else None

    def area_query(self) -> dict[str, str]:
        return {"area": self.area} if self.area else {}


@router.get("/courses/{course}/log")
async def show_course_log(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    wanted: Annotated[_Filter, Depends()],
) -> Response:
    """Show who changed what in a course, the newest first."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        read = await _read(session, viewer, found, wanted)
    values = _values(f"/courses/{found.slug}/log", found.timezone, language, wanted, *read)
    return render_page(
        request,
        _TEMPLATE,
        language=language,
        viewer=viewer,
        course=found,
        tabs=await tabs_for(db, viewer, found, "log", language),
        areas=values.pop("view").areas(COURSE_AREAS),
        **values,
    )


@router.get("/admin/log")
async def show_server_log(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    wanted: Annotated[_Filter, Depends()],
) -> Response:
    """Show who changed what on this server, in courses and beside them, the newest first."""
    async with db.read() as session:
        read = await _read(session, viewer, None, wanted)
    values = _values("/admin/log", "UTC", language, wanted, *read)
    return render_page(
        request,
        _TEMPLATE,
        language=language,
        viewer=viewer,
        course=None,
        tabs=[],
        areas=values.pop("view").areas(tuple(AREAS)),
        **values,
    )


async def _read(
    session: AsyncSession, viewer: Viewer, course: Course | None, wanted: _Filter
) -> tuple[User | None, Sequence[User], Sequence[AuditEntry], bool]:
    """Return the person asked for, or those who may be meant; a page of entries; if more follow."""
    person, choices = None, list[User]()
    if wanted.words:
        choices = list(await audit_log.find_people(session, viewer, course, wanted.words))
        person = choices.pop() if len(choices) == 1 else None
        if person is None:
            return None, choices, [], False
    elif wanted.person is not None:
        person = await audit_log.find_person(session, viewer, course, wanted.person)
    entries, has_more = await audit_log.list_entries(
        session,
        viewer,
        Wanted(course, person.id if person else wanted.person, wanted.area, wanted.after),
    )
    return person or _named_in(entries, wanted.person), choices, entries, has_more


def _named_in(entries: Sequence[AuditEntry], user_id: UUID | None) -> User | None:
    """Return the person of this id if these entries name them, who may have left the course."""
    people = (person for entry in entries for person in (entry.actor, entry.person))
    return next((one for one in people if one is not None and one.id == user_id), None)


def _values(
    address: str,
    zone: str,
    language: str,
    wanted: _Filter,
    person: User | None,
    choices: Sequence[User],
    entries: Sequence[AuditEntry],
    has_more: bool,
) -> dict[str, Any]:
    area_query = wanted.area_query()
    view = LogView(address, zone, language, area_query)
    older = ""
    if has_more:
        cursor = {"cursor": write_cursor(entries[-1].at, entries[-1].id)}
        by_person = {"person": str(person.id)} if person else {}
        older = f"{address}?{urlencode({**area_query, **by_person, **cursor})}"
    return {
        "view": view,
        "address": address,
        "zone": zone_name(zone, language),
        "rows": [view.row(entry) for entry in entries],
        "chosen": person,
        "without_person": f"{address}?{urlencode(area_query)}" if area_query else address,
        "choices": [{"person": one, "href": view.with_person(one)} for one in choices],
        "words": wanted.words,
        "area": wanted.area,
        "older": older,
    }
