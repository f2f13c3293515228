"""Links with which people of a course set a password, made by its instructors."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field, StrictBool
from starlette.status import HTTP_201_CREATED

from server.access import Permission, require
from server.actions import courses, invitations, links, roster
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Now, Settings, WriteSession
from server.errors import InstructorsOnly, MayNotHandOutLinks, StaffOnly, UnknownCourse
from server.errors.roster import HasAWayIn, NoMailServer, UnknownPerson
from server.http.openapi import refusal_responses
from server.models import LinkPurpose

router = APIRouter(prefix="/api/courses/{course}/people/{user_id}", tags=["people"])

_WHO = (UnknownCourse, UnknownPerson, StaffOnly, InstructorsOnly)


class PasswordLinkOut(BaseModel):
    """A link that lets its bearer into somebody's account: give it to nobody else."""

    link: str = Field(description="Sets a password, and works once; shown only here.")


class InvitationIn(RequestBody):
    """How somebody is invited again."""

    send: StrictBool = Field(False, description="Send the link by e-mail; you then do not see it.")


class InvitationOut(BaseModel):
    """Another link with which somebody comes in: give it to nobody else."""

    link: str | None = Field(
        description="Sets a password, and works once; shown only here. Null if it is sent."
    )


@router.post(
    "/invitation",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(*_WHO, HasAWayIn, NoMailServer),
)
async def invite_again(
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    settings: Settings,
    now: Now,
    wanted: InvitationIn | None = None,
) -> InvitationOut:
    """Make another invitation for somebody who has not come in yet; it works for 30 days."""
    found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.MANAGE, found.id)
    is_wanted = wanted is not None and wanted.send
    mailing = invitations.prepare_mailing(settings, is_wanted=is_wanted)
    person = await roster.get_person(session, viewer, found, user_id)
    made = await invitations.invite_again(session, viewer, found, person.user, now, mailing=mailing)
    await session.commit()
    return InvitationOut(link=made[0].url(settings.public_url) if made else None)


@router.post(
    "/password-link",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(*_WHO, MayNotHandOutLinks),
)
async def hand_out_link(
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    settings: Settings,
    now: Now,
) -> PasswordLinkOut:
    """Make a link for a student who has forgotten the password; it works for a week.

    Only for students who take no course that is not yours.
    """
    found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.MANAGE, found.id)
    person = await roster.get_person(session, viewer, found, user_id)
    path = await links.hand_out(
        session, viewer, person.user, LinkPurpose.PASSWORD, now, course=found
    )
    await session.commit()
    return PasswordLinkOut(link=settings.public_url + path)
