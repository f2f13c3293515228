"""/calendar: what is due, for calendar programs; its secret address is made on /account."""

import hashlib
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.status import (
    HTTP_200_OK,
    HTTP_201_CREATED,
    HTTP_303_SEE_OTHER,
    HTTP_304_NOT_MODIFIED,
)

from graders.catalogue.exercises import Catalogue as Exercises
from graders.text import Language as LanguageCode
from server.actions import accounts, calendar_addresses
from server.actions.calendar_addresses import DueMoment
from server.deps import (
    Address,
    Catalogue,
    CurrentViewer,
    Db,
    Language,
    Now,
    Rates,
    Settings,
    WriteSession,
)
from server.errors import NotFound
from server.http.rates import CALENDARS, WRONG_PROOFS
from server.i18n import gettext_for
from server.icalendar import CalendarEvent, to_icalendar
from server.pages.account import TEMPLATE, gather_values
from server.pages.curriculum import exercise_href
from server.pages.language import set_language_cookie
from server.pages.submission_view import exercise_title
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_LONGEST: Final = 200


@router.get("/calendar/{secret}.ics")
async def show_calendar(
    request: Request,
    secret: str,
    db: Db,
    rates: Rates,
    address: Address,
    catalogue: Catalogue,
    settings: Settings,
    now: Now,
) -> Response:
    """Give whoever has the address its owner's due moments; 304 if they have just these already.

    A wrong address counts for who asks, and a right one for its owner: many of one school may ask
    from one network address.
    """
    async with db.read() as session:
        viewer = await calendar_addresses.find_owner(session, secret)
    # No connection is held while the queue counts.
    if viewer is None:
        await rates.hit(WRONG_PROOFS, address)
        raise NotFound
    await rates.hit(CALENDARS, str(viewer.user.id))
    async with db.read() as session:
        due = await calendar_addresses.list_due(session, viewer, now)
    language = viewer.user.language
    events = [_event(one, catalogue, language, settings.public_url) for one in due]
    _ = gettext_for(language)
    # Without the moment of the answer, which is another each time.
    digest = hashlib.sha256(repr((language, events)).encode()).hexdigest()
    headers = {"ETag": f'W/"{digest[:32]}"', "Cache-Control": "private, no-cache"}
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return Response(status_code=HTTP_304_NOT_MODIFIED, headers=headers)
    body = to_icalendar(_("Semáforo: what is due"), events, now)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def _event(one: DueMoment, catalogue: Exercises, language: str, url: str) -> CalendarEvent:
    _ = gettext_for(language)
    title = exercise_title(catalogue, one.assignment.exercise, language)
    return CalendarEvent(
        uid=f"{one.assignment.id}@semaforo",
        at=one.due_at,
        summary=_("Due: %(title)s") % {"title": title},
        description=one.assignment.course.title,
        url=f"{url}{exercise_href(one.assignment)}",
    )


@router.post("/account/calendar")
async def make_address(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    shown: Annotated[str, Form(max_length=_LONGEST)] = "",
    chosen: Annotated[LanguageCode | None, Form(alias="language")] = None,
) -> Response:
    """Make an address in place of the one before, and show it, once.

    As with a token, the page's language switch sends the secret back to be shown again.

    shown  An address just made, in place of making one.
    """
    spoken = chosen or language if shown else language
    async with db.write() as session:
        if shown:
            owner = await calendar_addresses.find_owner(session, shown)
            if owner is None or owner.user.id != viewer.user.id:
                raise NotFound
            await accounts.set_language(session, viewer.user, spoken)
        secret = shown or await calendar_addresses.make(session, viewer.user)
        values = await gather_values(request, session, viewer)
        await session.commit()
    values |= {
        "fresh_calendar": calendar_addresses.address_of(settings.public_url, secret),
        "again": {"action": "/account/calendar", "fields": {"shown": secret}},
    }
    answer = render_page(
        *(request, TEMPLATE),
        status_code=HTTP_200_OK if shown else HTTP_201_CREATED,
        language=spoken,
        viewer=viewer,
        **values,
    )
    if shown:
        set_language_cookie(answer, spoken, settings)
    return answer


@router.post("/account/calendar/revoke")
async def revoke_address(viewer: CurrentViewer, session: WriteSession) -> RedirectResponse:
    """Let the address show nothing any more."""
    await calendar_addresses.revoke(session, viewer.user)
    await session.commit()
    return RedirectResponse("/account#calendar", HTTP_303_SEE_OTHER)
