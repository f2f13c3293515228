"""Viewing a course as one of its students: starting and ending it."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

from server.actions import courses, sign_in, student_views
from server.auth.cookie import cookie_name
from server.deps import CurrentViewer, Now, Settings, WriteSession
from server.http.http_errors import BrowsersOnly

router = APIRouter(include_in_schema=False)


@router.post("/courses/{course}/students/{user_id}/view-as")
async def start(
    request: Request,
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    settings: Settings,
    now: Now,
) -> RedirectResponse:
    """See the course as this student."""
    secret = request.cookies.get(cookie_name(settings))
    if not secret or "authorization" in request.headers:
        raise BrowsersOnly
    found = await courses.get_course(session, course, viewer)
    await student_views.start(session, viewer, secret, found, user_id, now)
    await session.commit()
    return RedirectResponse("/", 303)


@router.post("/view-as/end")
async def end(
    request: Request, session: WriteSession, settings: Settings, now: Now
) -> RedirectResponse:
    """See everything as oneself again."""
    secret = request.cookies.get(cookie_name(settings), "")
    staff = await sign_in.find_login(session, secret, now)
    if staff is not None:
        await student_views.end(session, secret, staff, now)
        await session.commit()
    return RedirectResponse("/", 303)
