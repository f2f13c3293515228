"""/api/me/calendar: the secret address of what is due, for calendar programs."""

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from server.actions import calendar_addresses
from server.deps import CurrentViewer, ReadSession, Settings, WriteSession

router = APIRouter(prefix="/api/me/calendar", tags=["account"])


class CalendarOut(BaseModel):
    """Whether there is an address; the server keeps only its hash."""

    has_address: bool


class NewCalendarOut(BaseModel):
    """A new address; it is shown only here."""

    address: str = Field(
        description="Of an iCalendar file: what is due in your courses, with your extensions. "
        "Whoever has it can read that."
    )


@router.get("")
async def show_calendar(viewer: CurrentViewer, session: ReadSession) -> CalendarOut:
    """Tell whether you have an address for calendar programs."""
    return CalendarOut(has_address=await calendar_addresses.has_one(session, viewer.user))


@router.post("", status_code=HTTP_201_CREATED)
async def make_address(
    viewer: CurrentViewer, session: WriteSession, settings: Settings
) -> NewCalendarOut:
    """Make an address for calendar programs; the one before shows nothing any more."""
    secret = await calendar_addresses.make(session, viewer.user)
    await session.commit()
    return NewCalendarOut(address=calendar_addresses.address_of(settings.public_url, secret))


@router.delete("", status_code=HTTP_204_NO_CONTENT)
async def revoke_address(viewer: CurrentViewer, session: WriteSession) -> None:
    """Revoke your address for calendar programs."""
    await calendar_addresses.revoke(session, viewer.user)
    await session.commit()
