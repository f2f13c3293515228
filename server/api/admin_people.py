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
from server.actions import administrators, links, people
from server.api.bodies import RequestBody
from server.api.people import Name
from server.deps import CurrentViewer, Now, ReadSession, Settings, WriteSession
from server.errors import (
    AdministratorsOnly,
    EmailTaken,
    InvalidEmail,
    InvalidText,
    LastAdministrator,
    UnknownAccount,
)
from server.errors.roster import UnprovenEmail
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

    @classmethod
    def of(cls, person: User) -> Self:
        """Describe an account whose enrollments and their courses are loaded."""
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


class LinkOut(BaseModel):
    """A link that lets its bearer in; shown only here."""

    link: str = Field(description="It works once, within a week.")


class NewAccountOut(AccountOut, LinkOut):
    """A new account, and the link with which its owner sets a password."""


class AccountChange(RequestBody):
    """What is to change."""

    is_administrator: StrictBool = Field(
        description="Who becomes one has to sign in again; the last one stays one."
    )


class LinkIn(RequestBody):
    """A link to make."""

    purpose: LinkPurpose = Field(
        LinkPurpose.PASSWORD, description="To set a password, or to sign in once without one."
    )


_WHICH = (AdministratorsOnly, UnknownAccount)


@router.get("", responses=refusal_responses(AdministratorsOnly))
async def list_accounts(
    viewer: CurrentViewer,
    session: ReadSession,
    search: Annotated[
        str, Query(max_length=200, description="Part of a name or an address; empty: all.")
    ] = "",
    after: Annotated[str, Query(max_length=300, description="See `after` of the answer.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = people.PAGE,
) -> AccountsOut:
    """List the accounts of this server."""
    found, has_more = await people.find(session, viewer, search, after=after, limit=limit)
    after_these = found[-1].email if has_more else None
    return AccountsOut(people=[AccountOut.of(person) for person in found], after=after_these)


@router.post(
    "",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(AdministratorsOnly, EmailTaken, InvalidEmail, InvalidText),
)
async def make_account(
    wanted: AccountIn, viewer: CurrentViewer, session: WriteSession, settings: Settings, now: Now
) -> NewAccountOut:
    """Make an account; give its owner the link."""
    made = await people.make(session, viewer, **wanted.model_dump(), now=now)
    path = await links.hand_out(session, viewer, made, LinkPurpose.PASSWORD, now)
    person = await people.get(session, viewer, made.id)
    await session.commit()
    values = AccountOut.of(person).model_dump()
    return NewAccountOut(**values, link=settings.public_url + path)


@router.get("/{user_id}", responses=refusal_responses(*_WHICH))
async def show_account(user_id: UUID, viewer: CurrentViewer, session: ReadSession) -> AccountOut:
    """Show one account."""
    return AccountOut.of(await people.get(session, viewer, user_id))


@router.patch("/{user_id}", responses=refusal_responses(*_WHICH, LastAdministrator, UnprovenEmail))
async def change_account(
    user_id: UUID, wanted: AccountChange, viewer: CurrentViewer, session: WriteSession, now: Now
) -> AccountOut:
    """Make somebody an administrator, or take that away."""
    person = await people.get(session, viewer, user_id)
    change = administrators.appoint if wanted.is_administrator else administrators.dismiss
    await change(session, viewer, person, now)
    await session.commit()
    return AccountOut.of(person)


@router.post("/{user_id}/link", status_code=HTTP_201_CREATED, responses=refusal_responses(*_WHICH))
async def make_link(
    user_id: UUID,
    wanted: LinkIn,
    viewer: CurrentViewer,
    session: WriteSession,
    settings: Settings,
    now: Now,
) -> LinkOut:
    """Make a link for somebody who cannot get in."""
    person = await people.get(session, viewer, user_id)
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
