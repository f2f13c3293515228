"""/api/courses/{course}/people: who is in a course, singly and by lists. For its staff."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StrictBool
from pydantic.config import JsonDict
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from server.access import Permission, require
from server.actions import (
    courses,
    enrolling,
    invitations,
    names,
    roster,
    roster_file,
    roster_import,
    roster_plan,
)
from server.actions import undelivered as undelivered_mail
from server.actions.roster_plan import Outcome, PlannedRow
from server.actions.student_notes import extensions_of
from server.api.bodies import RequestBody
from server.api.mail import UndeliveredOut
from server.api.terms_values import ExtensionOut
from server.deps import CurrentViewer, Db, Language, Now, ReadSession, Settings, WriteSession
from server.errors import (
    CourseArchived,
    EmailTaken,
    InstructorsOnly,
    InvalidEmail,
    InvalidText,
    StaffOnly,
    UnknownCourse,
)
from server.errors.roster import (
    AddressInUse,
    AlreadyInCourse,
    LastInstructor,
    NoMailServer,
    RosterChanged,
    UnknownPerson,
    UnprovenEmail,
    UnreadableRoster,
)
from server.http.openapi import refusal_responses
from server.i18n import gettext_for
from server.models import Enrollment, Role, User

router = APIRouter(prefix="/api/courses/{course}", tags=["people"])


def _one_line(longest: int) -> Any:
    # Described only: the action's refusal is more specific than "out of range".
    extra: JsonDict = {"maxLength": longest, "format": "one-line"}
    return Field(min_length=1, json_schema_extra=extra)


Name = Annotated[str, _one_line(names.LONGEST_NAME)]
Group = Annotated[str, _one_line(roster.LONGEST_GROUP)]
Number = Annotated[str, _one_line(roster.LONGEST_NUMBER)]


class PersonOut(BaseModel):
    """Somebody in a course."""

    id: UUID
    email: str
    name: str
    family_name: str | None = Field(description="The end of the name, by which lists are sorted.")
    listed_name: str = Field(description="As lists show it: family name first, if it is known.")
    role: Role
    group: str | None
    student_number: str | None
    joined_at: datetime | None
    undelivered: UndeliveredOut | None = Field(
        None, description="The last e-mail to them, if it has not arrived."
    )

    @classmethod
    def of(cls, person: Enrollment, user: User, failed: UndeliveredOut | None = None) -> Self:
        """Describe somebody in a course; `failed` is the e-mail that has not arrived."""
        return cls(
            id=user.id,
            email=user.email,
            name=user.name,
            family_name=user.family_name,
            listed_name=user.listed_name,
            role=person.role,
            group=person.group,
            student_number=person.student_number,
            joined_at=person.joined_at,
            undelivered=failed,
        )


class PeopleOut(BaseModel):
    """Some of the people of a course, in the order of their names."""

    people: list[PersonOut]
    total: int = Field(description="How many there are with this filter.")
    after: UUID | None = Field(description="Ask with after= this for those who follow, or null.")


class PersonIn(RequestBody):
    """Somebody to add. Who has an account with this address joins with it, and keeps its name."""

    email: str = Field(json_schema_extra={"format": "email"})
    name: Name = Field(description="Of a new account; another keeps its own.")
    family_name: Name | None = None
    role: Role = Role.STUDENT
    group: Group | None = None
    student_number: Number | None = None
    send: StrictBool = Field(
        False, description="Send a new account's link to its address, instead of returning it."
    )


class NewPersonOut(PersonOut):
    """Somebody who was added."""

    link: str | None = Field(description="Signs a new account in; shown only here. Otherwise null.")


class PersonChange(RequestBody):
    """What is to change; what is missing stays, and null empties."""

    role: Role = Role.STUDENT
    group: Group | None = None
    student_number: Number | None = None
    name: Name | None = Field(
        None, description="Changes only for accounts that no other course has; null: not at all."
    )
    family_name: Name | None = Field(None, description="Changes together with the name.")
    email: str | None = Field(
        None,
        description="Changes only until they come in; links to the old address end then.",
        json_schema_extra={"format": "email"},
    )


class ListIn(RequestBody):
    """A list of people."""

    text: str = Field(
        description="CSV: name, e-mail, and if wanted id and group; headings in Spanish or "
        "English.",
        json_schema_extra={"format": "roster"},
    )
    apply: StrictBool = Field(False, description="False only shows what would change.")
    digest: str | None = Field(
        None, description="That of the plan which was looked at: another plan is refused."
    )
    send: StrictBool = Field(
        False, description="Send each new account's link to its address, instead of returning it."
    )


class RowOut(BaseModel):
    """A line of the list, and what it does."""

    line: int
    outcome: Outcome
    email: str
    name: str
    problem: str = Field(description="Why it cannot be used; otherwise empty.")
    column: str = Field(description="Which value that is about; otherwise empty.")
    changes: dict[str, tuple[str, str]] = Field(description="What was and what is, by value.")


class ListOut(BaseModel):
    """What a list does, or would do."""

    applied: bool
    digest: str
    rows: list[RowOut]
    absent: list[str] = Field(description="Students whom the list does not have. They stay.")
    links: dict[str, str] = Field(description="For new accounts, by e-mail; shown only here.")


@router.get("/people", responses=refusal_responses(UnknownCourse, StaffOnly, UnknownPerson))
async def list_people(
    course: str,
    viewer: CurrentViewer,
    session: ReadSession,
    language: Language,
    search: Annotated[str, Query(max_length=200)] = "",
    role: Role | None = None,
    group: Annotated[str, Query(description="Name of a group; - for none.")] = "",
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    undelivered: Annotated[
        bool, Query(description="Only those to whom an e-mail has not arrived.")
    ] = False,
) -> PeopleOut:
    """List the people of a course."""
    found = await courses.get_course(session, course, viewer)
    wanted = roster.Filter(search, role, group, undelivered)
    page = await roster.list_people(session, viewer, found, wanted, after=after, limit=limit)
    failed = await undelivered_mail.find_of(session, [one.user_id for one in page.people])
    people = [
        PersonOut.of(one, one.user, UndeliveredOut.of(failed.get(one.user_id), language))
        for one in page.people
    ]
    return PeopleOut(people=people, total=page.total, after=page.after)


@router.post(
    "/people",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(
        *(UnknownCourse, InstructorsOnly, AlreadyInCourse, UnprovenEmail, NoMailServer),
        *(CourseArchived, InvalidEmail, InvalidText),
    ),
)
async def add_person(
    course: str,
    wanted: PersonIn,
    viewer: CurrentViewer,
    session: WriteSession,
    settings: Settings,
    now: Now,
) -> NewPersonOut:
    """Add one person."""
    found = await courses.get_course(session, course, viewer)
    mailing = invitations.prepare_mailing(settings, is_wanted=wanted.send)
    values = wanted.model_dump(exclude={"send"})
    person, invitation = await enrolling.add_person(
        session, viewer, found, **values, mailing=mailing, now=now
    )
    user = await session.get_one(User, person.user_id)
    await session.commit()
    link = invitation.url(settings.public_url) if invitation else None
    return NewPersonOut(**PersonOut.of(person, user).model_dump(), link=link)


@router.patch(
    "/people/{user_id}",
    responses=refusal_responses(
        *(UnknownCourse, UnknownPerson, StaffOnly, InstructorsOnly),
        *(LastInstructor, UnprovenEmail, InvalidText),
        *(AddressInUse, EmailTaken, InvalidEmail),
    ),
)
async def change_person(
    course: str,
    user_id: UUID,
    wanted: PersonChange,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> PersonOut:
    """Change role, group, student number, name or address."""
    found = await courses.get_course(session, course, viewer)
    person = await roster.get_person(session, viewer, found, user_id)
    values: dict[str, Any] = wanted.model_dump(exclude_unset=True)
    await enrolling.change_person(session, viewer, found, person, values, now)
    await session.commit()
    return PersonOut.of(person, person.user)


class OwnExtensionOut(ExtensionOut):
    """An extension of one student, in one exercise."""

    exercise: str = Field(description="Slug of the exercise.")


@router.get(
    "/people/{user_id}/extensions",
    responses=refusal_responses(UnknownCourse, UnknownPerson, StaffOnly),
)
async def list_extensions(
    course: str, user_id: UUID, viewer: CurrentViewer, session: ReadSession
) -> list[OwnExtensionOut]:
    """List the extensions of one person, the newest first; 50 at most."""
    found = await courses.get_course(session, course, viewer)
    person = await roster.get_person(session, viewer, found, user_id)
    return [
        OwnExtensionOut(**ExtensionOut.of(one).model_dump(), exercise=one.assignment.exercise)
        for one in await extensions_of(session, viewer, found, person.user_id)
    ]


@router.delete(
    "/people/{user_id}",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(
        UnknownCourse, UnknownPerson, StaffOnly, InstructorsOnly, LastInstructor
    ),
)
async def remove_person(
    course: str, user_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> None:
    """Take somebody out of the course; account, submissions and grades stay."""
    found = await courses.get_course(session, course, viewer)
    person = await roster.get_person(session, viewer, found, user_id)
    await enrolling.remove_person(session, viewer, found, person, now)
    await session.commit()


@router.post(
    "/roster",
    responses=refusal_responses(
        *(UnknownCourse, InstructorsOnly, CourseArchived),
        *(UnreadableRoster, RosterChanged, NoMailServer),
    ),
)
async def add_list(
    course: str,
    wanted: ListIn,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
) -> ListOut:
    """Show what a list of people would change, or change it. It removes nobody."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.MANAGE, found.id)
    mailing = invitations.prepare_mailing(settings, is_wanted=wanted.send)
    read = await asyncio.to_thread(roster_file.read_roster, wanted.text)
    links: dict[str, str] = {}
    if wanted.apply:
        async with db.write() as session:
            plan, invited = await roster_import.apply(
                session,
                viewer,
                found,
                read.rows,
                digest=wanted.digest,
                mailing=mailing,
                now=now,
            )
            await session.commit()
        links = {one.user.email: one.url(settings.public_url) for one in invited}
    else:
        async with db.read() as session:
            plan = await roster_plan.plan(session, viewer, found, read.rows)
    return ListOut(
        applied=wanted.apply,
        digest=plan.digest,
        rows=[_row(row, language) for row in plan.lines],
        absent=[user.listed_name for user in plan.absent],
        links=links,
    )


def _row(row: PlannedRow, language: str) -> RowOut:
    problem = row.problem
    return RowOut(
        line=row.row.line,
        outcome=row.outcome,
        email=row.row.email,
        name=row.listed_name,
        problem=problem.format_whole(gettext_for(language), language) if problem else "",
        column=row.column,
        changes=dict(row.changes),
    )
