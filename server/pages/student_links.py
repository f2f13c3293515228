"""A link with which a student of a course sets a new password, handed out by its instructors."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from server.access import Permission, require
from server.actions import courses, links, roster
from server.deps import CurrentViewer, Db, Language, Now, Settings
from server.models import LinkPurpose
from server.pages.course_tabs import tabs_for
from server.templating import render_page

router = APIRouter(include_in_schema=False)


@router.post("/courses/{course}/people/{user_id}/password-link")
async def hand_out(
    request: Request,
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
) -> Response:
    """Make the link and show it, once."""
    async with db.write() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.MANAGE, found.id)
        person = await roster.get_person(session, viewer, found, user_id)
        purpose = LinkPurpose.PASSWORD
        path = await links.hand_out(session, viewer, person.user, purpose, now, course=found)
        await session.commit()
    return render_page(
        request,
        "people/link.html",
        language=language,
        viewer=viewer,
        status_code=201,
        course=found,
        tabs=await tabs_for(db, viewer, found, "people", language),
        person=person,
        fresh_link=settings.public_url + path,
    )
