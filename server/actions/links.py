"""Links that staff and administrators hand out: to sign in once, or to set a new password."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer, may_hand_out_links
from server.actions import audit, sign_in
from server.errors import MayNotHandOutLinks
from server.models import Course, LinkPurpose, User

LIFETIME: Final = timedelta(days=7)
INVITATION_LIFETIME: Final = timedelta(days=30)
PATHS: Final = {LinkPurpose.SIGN_IN: "/sign-in/", LinkPurpose.PASSWORD: "/password/"}


async def hand_out(
    session: AsyncSession,
    viewer: Viewer,
    person: User,
    purpose: LinkPurpose,
    now: datetime,
    *,
    course: Course | None = None,
) -> str:
    """Make a link for somebody else's account; returns its address below the server's.

    It works once within a week, and only while the viewer may still hand it out.

    course  The course it is recorded in.

    Raises:
        MayNotHandOutLinks: the account has rights that the viewer lacks.
    """
    if not may_hand_out_links(viewer, await sign_in.load_viewer(session, person)):
        raise MayNotHandOutLinks
    secret = await sign_in.create_link(
        session, person, lifetime=LIFETIME, purpose=purpose, made_by=viewer.user, now=now
    )
    await audit.record(
        session,
        viewer,
        "people.link",
        course_id=course.id if course else None,
        person_id=person.id,
        after={"purpose": purpose.value},
        now=now,
    )
    return PATHS[purpose] + secret
