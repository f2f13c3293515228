"""/api/admin/people: every account of the server, for its administrators.

Exports and deletion are in `privacy`.
"""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StrictBool
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from graders.text import Language
from server.actions import administrators, links, people, undelivered
from server.actions.invitations import prepare_mailing
from server.api.bodies import RequestBody
from server.api.mail import UndeliveredOut
from server.api.people import Name
from server.deps import CurrentViewer, Now, ReadSession, Settings, WriteSession
from server.deps import Language as ReaderLanguage
from server.errors import (
    AdministratorsOnly,
    EmailTaken,
    InvalidEmail,
    InvalidText,
    LastAdministrator,
    UnknownAccount,
)
from server.errors.roster import NoMailServer, UnprovenEmail
from server.http.openapi import refusal_responses
from server.models import LinkPurpose, Role, User

router = APIRouter(prefix="/api/admin/people", tags=["server"])


class AccountOut(BaseModel):
    """An account of this server."""

    id: UUID
    email: str
    name: str
    family_name: str | None = Field(description="The end of the name, by which lists are sorted.")
    language: Language
    is_administrator: bool
    has_password: bool = Field(description="Otherwise they sign in with links, or a provider.")
    created_at: datetime
    courses: dict[str, Role] = Field(description="Their role in each course, by its slug.")
    undelivered: UndeliveredOut | None = Field(
        None, description="The last e-mail to them, if it has not arrived."
    )

    @classmethod
    def of(cls, person: User, failed: UndeliveredOut | None = None) -> Self:
        """Describe an account whose enrollments and their courses are loaded.

        failed  The e-mail to them that has not arrived.
        """
        return cls(
            id=person.id,
            email=person.email,
            name=person.name,
            family_name=person.family_name,
            language=person.language,
            is_administrator=person.is_administrator,
            has_password=person.password_hash is not None,
            created_at=person.created_at,
            courses={one.course.slug: one.role for one in person.enrollments},
            undelivered=failed,
        )


class AccountsOut(BaseModel):
    """Some of the accounts, in the order of their addresses."""

    people: list[AccountOut]
    after: str | None = Field(description="Ask with after= this for those who follow, or null.")


class AccountIn(RequestBody):
    """An account to make."""

    email: str = Field(json_schema_extra={"format": "email"})
    name: Name
    language: Language = "es"
    send: StrictBool = Field(
        False, description="Send the link to its address, instead of returning it."
    )


class LinkOut(BaseModel):
    """A link that lets its bearer in; shown only here."""

    link: str | None = Field(description="It works once, within a week. Null if it is sent.")


class NewAccountOut(AccountOut, LinkOut):
    """A new account, and the link with which its owner sets a password."""


class AccountChange(RequestBody):
    """What is to change."""

    is_administrator: StrictBool | None = Field(
        None, description="Who becomes one has to sign in again; the last one stays one."
    )
    email: str | None = Field(
        None,
        description="Corrects the address; links that were sent to the old one end.",
        json_schema_extra={"format": "email"},
    )


class LinkIn(RequestBody):
    """A link to make."""

    purpose: LinkPurpose = Field(
        LinkPurpose.PASSWORD, description="To set a password, or to sign in once without one."
    )
    send: StrictBool = Field(
        False, description="Send a link to set a password, instead of returning one."
    )


_WHICH = (AdministratorsOnly, UnknownAccount)


@router.get("", responses=refusal_responses(AdministratorsOnly))
async def list_accounts(
    viewer: CurrentViewer,
    session: ReadSession,
    language: ReaderLanguage,
    search: Annotated[
        str, Query(max_length=200, description="Part of a name or an address; empty: all.")
    ] = "",
    after: Annotated[str, Query(max_length=300, description="See `after` of the answer.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = people.PAGE,
) -> AccountsOut:
    """List the accounts of this server."""
    found, has_more = await people.find(session, viewer, search, after=after, limit=limit)
    after_these = found[-1].email if has_more else None
    failed = await undelivered.find_of(session, [person.id for person in found])
    listed = [
        AccountOut.of(person, UndeliveredOut.of(failed.get(person.id), language))
        for person in found
    ]
    return AccountsOut(people=listed, after=after_these)


@router.post(
    "",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(
        *(AdministratorsOnly, EmailTaken, InvalidEmail, InvalidText, NoMailServer)
    ),
)
async def make_account(
    wanted: AccountIn, viewer: CurrentViewer, session: WriteSession, settings: Settings, now: Now
) -> NewAccountOut:
    """Make an account; give its owner the link, unless it is sent."""
    mailing = prepare_mailing(settings, is_wanted=wanted.send)
    values = wanted.model_dump(exclude={"send"})
    made = await people.make(session, viewer, **values, mailing=mailing, now=now)
    link = None
    if mailing is None:
        path = await links.hand_out(session, viewer, made, LinkPurpose.PASSWORD, now)
        link = settings.public_url + path
    person = await people.get(session, viewer, made.id)
    await session.commit()
    return NewAccountOut(**AccountOut.of(person).model_dump(), link=link)


@router.get("/{user_id}", responses=refusal_responses(*_WHICH))
async def show_account(
    user_id: UUID, viewer: CurrentViewer, session: ReadSession, language: ReaderLanguage
) -> AccountOut:
    """Show one account."""
    person = await people.get(session, viewer, user_id)
    failed = await undelivered.find_of(session, [person.id])
    return AccountOut.of(person, UndeliveredOut.of(failed.get(person.id), language))


@router.patch(
    "/{user_id}",
    responses=refusal_responses(
        *(*_WHICH, LastAdministrator, UnprovenEmail, EmailTaken, InvalidEmail)
    ),
)
async def change_account(
    user_id: UUID, wanted: AccountChange, viewer: CurrentViewer, session: WriteSession, now: Now
) -> AccountOut:
    """Make somebody an administrator or take that away, or correct their address."""
    person = await people.get(session, viewer, user_id)
    if wanted.email is not None:
        await people.correct_email(session, viewer, person, wanted.email, now)
    if wanted.is_administrator is not None:
        change = administrators.appoint if wanted.is_administrator else administrators.dismiss
        await change(session, viewer, person, now)
    await session.commit()
    return AccountOut.of(person)


@router.post(
    "/{user_id}/link",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(*_WHICH, NoMailServer),
)
async def make_link(
    user_id: UUID,
    wanted: LinkIn,
    viewer: CurrentViewer,
    session: WriteSession,
    settings: Settings,
    now: Now,
) -> LinkOut:
    """Make a link for somebody who cannot get in."""
    mailing = prepare_mailing(settings, is_wanted=wanted.send)
    person = await people.get(session, viewer, user_id)
    if mailing:
        await people.send_link(session, viewer, person, mailing, now)
        await session.commit()
        return LinkOut(link=None)
    path = await links.hand_out(session, viewer, person, wanted.purpose, now)
    await session.commit()
    return LinkOut(link=settings.public_url + path)


@router.post(
    "/{user_id}/sign-out", status_code=HTTP_204_NO_CONTENT, responses=refusal_responses(*_WHICH)
)
async def sign_out(user_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now) -> None:
    """Sign somebody out of every browser; their links end too, their tokens stay."""
    person = await people.get(session, viewer, user_id)
    await people.sign_out(session, viewer, person, now)
    await session.commit()
