"""/courses/{course}/people/{user_id}: changing, inviting and removing one person of a course."""

from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from server.access import Permission, Viewer, require
from server.actions import courses, enrolling, invitations, roster, undelivered
from server.deps import CurrentViewer, Db, Language, Now, Settings
from server.errors import Conflict, EmailTaken, Invalid, InvalidEmail
from server.errors.roster import AddressInUse
from server.mail_text import describe_undelivered
from server.models import Course, Enrollment, Role
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.pages.people import beside, show_invitations
from server.pages.people_view import invitation_rows, role_choices
from server.templating import render_page

router = APIRouter(include_in_schema=False)

PERSON: Final = "people/person.html"
REMOVE: Final = "people/remove.html"
Text = Annotated[str, Form(max_length=1000)]


@router.get("/courses/{course}/people/{user_id}")
async def show_person(
    request: Request, course: str, user_id: UUID, viewer: CurrentViewer, db: Db, language: Language
) -> Response:
    """Show a person's role, group and names in this course, with what may be done."""
    return await _show(request, viewer, db, course, user_id, language, {})


@router.post("/courses/{course}/people/{user_id}")
async def change_person(
    request: Request,
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    role: Annotated[Role, Form()],
    group: Text = "",
    number: Text = "",
    name: Text = "",
    family_name: Text = "",
    email: Text = "",
) -> Response:
    """Change role, group, student number and, where that is allowed, names and address."""
    values: dict[str, Any] = {"role": role, "group": group, "student_number": number}
    if name.strip():
        values |= {"name": name, "family_name": family_name.strip() or None}
    if email.strip():
        values["email"] = email
    try:
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            person = await roster.get_person(session, viewer, found, user_id)
            await enrolling.change_person(session, viewer, found, person, values, now)
            await session.commit()
    except (Invalid, Conflict) as refused:
        typed = {"group": group, "number": number, "name": name, "family_name": family_name}
        of_address = isinstance(refused, AddressInUse | EmailTaken | InvalidEmail)
        shown = {**typed, "role": role.value, "email": email}
        shown |= beside(refused, "email" if of_address else "role", language)
        return await _show(request, viewer, db, course, user_id, language, shown)
    return RedirectResponse(f"/courses/{course}/people/{user_id}?saved=changed", 303)


@router.post("/courses/{course}/people/{user_id}/invite")
async def invite_again(
    request: Request,
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
    send: Annotated[bool, Form()] = False,
) -> Response:
    """Make another link for somebody who has not come in yet; send it, or show it once."""
    mailing = invitations.prepare_mailing(settings, is_wanted=send)
    async with db.write() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.MANAGE, found.id)
        person = await roster.get_person(session, viewer, found, user_id)
        made = await invitations.invite_again(
            session, viewer, found, person.user, now, mailing=mailing
        )
        await session.commit()
    if send:
        return RedirectResponse(f"/courses/{course}/people/{user_id}?saved=sent", 303)
    rows = invitation_rows(made, settings.public_url)
    return await show_invitations(request, viewer, db, found, language, rows)


@router.get("/courses/{course}/people/{user_id}/remove")
async def ask_before_removing(
    request: Request, course: str, user_id: UUID, viewer: CurrentViewer, db: Db, language: Language
) -> Response:
    """Say what removing somebody does, and what stays."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.MANAGE, found.id)
        person = await roster.get_person(session, viewer, found, user_id)
        submissions = await roster.count_submissions(session, found, user_id)
    values = {**await _shell(db, viewer, found, person, language), "submissions": submissions}
    return render_page(request, REMOVE, language=language, viewer=viewer, **values)


@router.post("/courses/{course}/people/{user_id}/remove")
async def remove_person(
    request: Request,
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
) -> Response:
    """Take somebody out of the course; account, submissions and grades stay."""
    try:
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            person = await roster.get_person(session, viewer, found, user_id)
            await enrolling.remove_person(session, viewer, found, person, now)
            await session.commit()
    except Conflict as refused:
        shown = beside(refused, "role", language)
        return await _show(request, viewer, db, course, user_id, language, shown)
    return RedirectResponse(f"/courses/{course}/people", 303)


async def _show(
    request: Request,
    viewer: Viewer,
    db: Db,
    slug: str,
    user_id: UUID,
    language: str,
    shown: dict[str, Any],
) -> Response:
    async with db.read() as session:
        course = await courses.get_course(session, slug, viewer)
        person = await roster.get_person(session, viewer, course, user_id)
        groups = await roster.list_groups(session, course)
        may_rename = await enrolling.may_rename(session, course, person.user)
        may_invite = await invitations.can_be_invited(session, course, person.user)
        failed = await undelivered.find_of(session, [user_id])
    user = person.user
    given = user.name.removesuffix(user.family_name or "").strip() or user.name
    values = {
        "name": given,
        "family_name": user.family_name or "",
        "email": user.email,
        "undelivered": failed.get(user_id),
        "why_undelivered": describe_undelivered(failed[user_id], language) if failed else "",
        "role": person.role.value,
        "group": person.group or "",
        "number": person.student_number or "",
        "groups": groups,
        "roles": role_choices(language),
        "may_manage": viewer.may(Permission.MANAGE, course.id),
        "may_rename": may_rename,
        "may_invite": may_invite,
        "sends_email": request.app.state.settings.sends_email,
        "saved": request.query_params.get("saved", ""),
        "errors": Errors(),
        **await _shell(db, viewer, course, person, language),
        **shown,
    }
    return render_page(request, PERSON, language=language, viewer=viewer, **values)


async def _shell(
    db: Db, viewer: Viewer, course: Course, person: Enrollment, language: str
) -> dict[str, Any]:
    return {
        "course": course,
        "tabs": await tabs_for(db, viewer, course, "people", language),
        "person": person,
        "href": f"/courses/{course.slug}/people/{person.user_id}",
    }
