"""/courses/{course}/people: who is in a course, and adding one person."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Permission, Viewer
from server.actions import courses, enrolling, invitations, roster, undelivered
from server.actions.roster import Filter
from server.deps import CurrentViewer, Db, Language, Now, Settings
from server.errors import Conflict, DomainError, Invalid, InvalidEmail
from server.errors.roster import AlreadyInCourse, UnprovenEmail
from server.i18n import gettext_for
from server.mail_text import describe_stuck
from server.models import Course, Role
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors, status_of
from server.pages.people_view import (
    count_of_role,
    invitation_rows,
    page_address,
    person_row,
    role_choices,
)
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False)

LIST: Final = "people/list.html"
INVITED: Final = "people/invited.html"


class PersonIn(BaseModel):
    """The form for one person, as it was filled in."""

    email: str = Field("", max_length=1000)
    name: str = Field("", max_length=1000)
    family_name: str = Field("", max_length=1000)
    number: str = Field("", max_length=1000)
    group: str = Field("", max_length=1000)
    role: Role = Role.STUDENT
    send: bool = False

    def values(self) -> dict[str, Any]:
        """Return what `enrolling.add_person` takes."""
        return {
            "email": self.email,
            "name": self.name,
            "family_name": self.family_name.strip() or None,
            "student_number": self.number,
            "group": self.group,
            "role": self.role,
        }


@router.get("/courses/{course}/people")
async def show_people(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
    search: Annotated[str, Query(max_length=200)] = "",
    role: Annotated[Role | None, Query()] = None,
    group: Annotated[str, Query(max_length=200)] = "",
    after: UUID | None = None,
    mail: Annotated[Literal["", "undelivered"], Query()] = "",
) -> Response:
    """Show the people of a course, page by page in the order of their names."""
    wanted = Filter(search.strip(), role, group, undelivered=bool(mail))
    form = {**PersonIn(send=settings.sends_email).model_dump(mode="json"), "errors": Errors()}
    form["sends_email"] = settings.sends_email
    return await _show_list(request, viewer, db, course, language, wanted, after, form, now)


@router.post("/courses/{course}/people")
async def add_person(
    request: Request,
    course: str,
    typed: Annotated[PersonIn, Form()],
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
) -> Response:
    """Add one person. A new account's link is sent, or shown at once: it is not stored."""
    try:
        mailing = invitations.prepare_mailing(settings, is_wanted=typed.send)
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            person, invitation = await enrolling.add_person(
                session, viewer, found, **typed.values(), mailing=mailing, now=now
            )
            await session.commit()
    except (Invalid, Conflict) as refused:
        of_address = InvalidEmail | AlreadyInCourse | UnprovenEmail
        field = "email" if isinstance(refused, of_address) else "name"
        form = {**typed.model_dump(mode="json"), **beside(refused, field, language)}
        form["sends_email"] = settings.sends_email
        return await _show_list(request, viewer, db, course, language, Filter(), None, form, now)
    if invitation is None:
        return RedirectResponse(f"/courses/{course}/people/{person.user_id}?saved=added", 303)
    made = invitation_rows([invitation], settings.public_url)
    return await show_invitations(request, viewer, db, found, language, made)


async def show_invitations(
    request: Request,
    viewer: Viewer,
    db: Database,
    course: Course,
    language: str,
    made: list[dict[str, str]],
) -> Response:
    """Show links that were just made, once.

    Not answered with 303: the secrets are not stored, so the next page could not show them.
    """
    tabs = await tabs_for(db, viewer, course, "people", language)
    # In a thread: there may be some hundred links.
    return await asyncio.to_thread(
        render_page,
        request,
        INVITED,
        language=language,
        viewer=viewer,
        course=course,
        tabs=tabs,
        invitations=made,
        status_code=201,
    )


async def _show_list(
    request: Request,
    viewer: Viewer,
    db: Db,
    slug: str,
    language: str,
    wanted: Filter,
    after: UUID | None,
    form: dict[str, Any],
    now: datetime,
) -> Response:
    async with db.read() as session:
        course = await courses.get_course(session, slug, viewer)
        page = await roster.list_people(session, viewer, course, wanted, after=after)
        groups = await roster.list_groups(session, course)
        counts = await roster.count_by_role(session, course)
        failed = await undelivered.find_of(session, [one.user_id for one in page.people])
        mail = await _describe_mail(session, course, language, now)
    shown: dict[str, Any] = {
        "course": course,
        "tabs": await tabs_for(db, viewer, course, "people", language),
        "people": [
            person_row(person, slug, language, failed.get(person.user_id)) for person in page.people
        ],
        "total": page.total,
        "next": page_address(slug, wanted, page.after) if page.after else "",
        "first": page_address(slug, wanted) if after else "",
        "counts": [count_of_role(role, counts[role], language) for role in Role if role in counts],
        "wanted": wanted,
        "is_filtered": wanted != Filter(),
        "groups": groups,
        "roles": role_choices(language),
        "may_manage": viewer.may(Permission.MANAGE, course.id),
        **mail,
    }
    # In a thread: a hundred rows take some milliseconds.
    shown |= {"form": form, **_status(form)}
    return await asyncio.to_thread(
        lambda: render_page(request, LIST, language=language, viewer=viewer, **shown)
    )


async def _describe_mail(
    session: AsyncSession, course: Course, language: str, now: datetime
) -> dict[str, Any]:
    """Return what the page says of e-mail that has not arrived, or does not go out."""
    stuck = await undelivered.find_stuck(session, now)
    return {
        "undelivered_count": await roster.count_undelivered(session, course),
        "undelivered_href": page_address(course.slug, Filter(undelivered=True)),
        "stuck": stuck,
        "why_stuck": describe_stuck(stuck, language) if stuck else "",
    }


def _status(form: dict[str, Any]) -> dict[str, Any]:
    return {key: form.pop(key) for key in ("status_code", "headers") if key in form}


def beside(refused: DomainError, field: str, language: str) -> dict[str, Any]:
    """Return a refusal as the message of a field, and the status of the page that shows it."""
    message = refused.format_whole(gettext_for(language), language)
    return {"errors": Errors({field: message}), **status_of(refused)}
