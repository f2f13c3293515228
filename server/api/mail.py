"""/api/admin/mail: e-mail that does not go out. What of it a person's answer says, too."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from server.access import require_administrator
from server.actions import undelivered
from server.actions.undelivered import Undelivered
from server.deps import CurrentViewer, Language, Now, ReadSession, Settings
from server.errors import AdministratorsOnly
from server.http.openapi import refusal_responses
from server.mail_text import describe_stuck, describe_undelivered
from server.models import MailFailure

router = APIRouter(prefix="/api/admin", tags=["server"])


class UndeliveredOut(BaseModel):
    """The last e-mail to somebody that has not arrived."""

    written_at: datetime
    failure: MailFailure | None = Field(description="Why; null if it waited too long.")
    answer: str = Field(description="The mail server's own words; empty if it gave none.")
    next_try_at: datetime | None = Field(description="Null if it is not tried again.")
    text: str = Field(description="Why, and what to do, in your language.")

    @classmethod
    def of(cls, found: Undelivered | None, language: str) -> Self | None:
        """Describe it; None if there is nothing."""
        if found is None:
            return None
        return cls(
            written_at=found.written_at,
            failure=found.failure,
            answer=found.answer,
            next_try_at=found.next_try_at,
            text=describe_undelivered(found, language),
        )


class MailOut(BaseModel):
    """Whether e-mail goes out."""

    sends_email: bool = Field(description="Whether this server has a mail server at all.")
    stuck: int = Field(description="Messages that should have been sent ten minutes ago.")
    since: datetime | None = Field(description="When the oldest of them was due.")
    failure: MailFailure | None = Field(
        description="Why, if one was tried; null if the mail server was not reached."
    )
    answer: str = Field(description="The mail server's own words; empty if it gave none.")
    text: str = Field(description="Why, and what to do, in your language; empty if none is stuck.")


@router.get("/mail", responses=refusal_responses(AdministratorsOnly))
async def show_mail(
    viewer: CurrentViewer, session: ReadSession, settings: Settings, language: Language, now: Now
) -> MailOut:
    """Show whether e-mail goes out, or waits for a mail server that takes none."""
    require_administrator(viewer)
    stuck = await undelivered.find_stuck(session, now)
    if stuck is None:
        return MailOut(
            sends_email=settings.sends_email, stuck=0, since=None, failure=None, answer="", text=""
        )
    return MailOut(
        sends_email=settings.sends_email,
        stuck=stuck.count,
        since=stuck.since,
        failure=stuck.failure,
        answer=stuck.answer,
        text=describe_stuck(stuck, language),
    )
