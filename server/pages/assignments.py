"""/courses/{course}/assignments: what a course gives, and the terms of each."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from server.access import Permission, Viewer, require
from server.actions import assignments, courses, extensions, giving, roster, terms
from server.actions.changed_grades import find_last_change
from server.actions.class_list import list_all
from server.deps import Catalogue, CurrentViewer, Db, Language, Moment, Now
from server.errors import InvalidTerms
from server.models import Arrangement, Assignment, Course, Extension
from server.pages.assignment_views import (
    catalogue_levels,
    describe_assignment,
    describe_change,
    extension_line,
    people_to_choose,
)
from server.pages.course_tabs import tabs_for
from server.pages.curriculum import keeps_levels_together
from server.pages.forms import Errors
from server.pages.terms_form import (
    FieldReader,
    describe_refused,
    first,
    parse_terms,
    read_typed,
    to_typed,
)
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(prefix="/courses/{course}/assignments", include_in_schema=False)

_EXTENSIONS_ON_A_PAGE: Final = 100
_SHOWN: Final = ("shown_before", "shown_after")


@router.get("")
async def list_assignments(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    saved: str = "",
    exercise: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """List what the course gives, and what it could give.

    exercise  Is ticked among what it could give.
    """
    seen = await _gather_list(db, viewer, course, now, is_saved=bool(saved))
    seen["ticked"] = [exercise]
    return await _show(_list_page, request, viewer, db, catalogue, language, seen)


@router.post("")
async def give(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Give the chosen exercises, all with the same dates."""
    typed = await read_typed(request)
    try:
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            new_terms = parse_terms(typed, found.timezone)
            chosen = typed.get("exercise", [])
            await giving.give(session, viewer, found, chosen, new_terms, catalogue, now)
            await session.commit()
    except InvalidTerms as refused:
        seen = await _gather_list(db, viewer, course, now)
        seen |= _refused(refused, typed, language)
        return await _show(_list_page, request, viewer, db, catalogue, language, seen)
    return RedirectResponse(f"/courses/{course}/assignments?saved=yes", 303)


@router.post("/late-days")
async def set_late_days(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Set the late days of each student; grades follow at once."""
    typed = await read_typed(request)
    try:
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            reader = FieldReader(typed, found.timezone)
            days = reader.whole("late_days") or 0
            reader.check()
            await terms.change_late_days(session, viewer, found.id, days, now)
            await session.commit()
    except InvalidTerms as refused:
        seen = await _gather_list(db, viewer, course, now)
        seen |= _refused(refused, typed, language)
        return await _show(_list_page, request, viewer, db, catalogue, language, seen)
    return RedirectResponse(f"/courses/{course}/assignments?saved=yes", 303)


@router.get("/{exercise}")
async def show_assignment(
    request: Request,
    course: str,
    exercise: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    saved: str = "",
    before: Moment | None = None,
    before_id: UUID | None = None,
    student: UUID | None = None,
) -> HTMLResponse:
    """Show all terms of one assignment, and a page of its extensions.

    student  Who is chosen in the form for another extension.
    """
    after = (before, before_id) if before and before_id else (None, None)
    seen = await _gather_one(db, viewer, course, exercise, now, after=after, is_saved=bool(saved))
    seen["typed"] = {"whom": [f"user:{student}"]} if student else None
    return await _show(_one_page, request, viewer, db, catalogue, language, seen)


@router.post("/{exercise}")
async def change_terms(
    request: Request,
    course: str,
    exercise: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Change the terms; grades follow at once."""
    typed = await read_typed(request)
    try:
        async with db.write() as session:
            found = await assignments.find_assignment(session, viewer, exercise, course)
            new_terms = parse_terms(typed, found.course.timezone)
            await terms.change_terms(session, viewer, found, new_terms, now)
            await session.commit()
    except InvalidTerms as refused:
        seen = await _gather_one(db, viewer, course, exercise, now)
        seen |= _refused(refused, typed, language)
        return await _show(_one_page, request, viewer, db, catalogue, language, seen)
    return RedirectResponse(f"/courses/{course}/assignments/{exercise}?saved=yes", 303)


@router.post("/{exercise}/move")
async def move(
    course: str,
    exercise: str,
    viewer: CurrentViewer,
    db: Db,
    now: Now,
    by: Annotated[int, Form(ge=-1000, le=1000)] = 1,
) -> Response:
    """Move an assignment up or down the list."""
    async with db.write() as session:
        found = await assignments.find_assignment(session, viewer, exercise, course)
        await giving.move(session, viewer, found, by=by, now=now)
        await session.commit()
    return RedirectResponse(f"/courses/{course}/assignments#{exercise}", 303)


@router.post("/{exercise}/take-back")
async def take_back(
    course: str, exercise: str, viewer: CurrentViewer, db: Db, now: Now
) -> Response:
    """Give the exercise no longer, if nobody has handed in."""
    async with db.write() as session:
        found = await assignments.find_assignment(session, viewer, exercise, course)
        await giving.take_back(session, viewer, found, now)
        await session.commit()
    return RedirectResponse(f"/courses/{course}/assignments?saved=yes", 303)


@router.post("/{exercise}/extensions")
async def extend(
    request: Request,
    course: str,
    exercise: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Give a student, or each student of a group, more time or attempts."""
    typed = await read_typed(request)
    try:
        async with db.write() as session:
            found = await assignments.find_assignment(session, viewer, exercise, course)
            reader = FieldReader(typed, found.course.timezone)
            due_at, extra = reader.moment("extended_to"), reader.whole("extra_attempts") or 0
            reader.check()
            await extensions.grant(
                session,
                viewer,
                found,
                await extensions.chosen_people(session, found.course_id, first(typed, "whom")),
                due_at=due_at,
                extra_attempts=extra,
                reason=first(typed, "reason"),
                now=now,
            )
            await session.commit()
    except InvalidTerms as refused:
        seen = await _gather_one(db, viewer, course, exercise, now)
        seen |= _refused(refused, typed, language)
        return await _show(_one_page, request, viewer, db, catalogue, language, seen)
    return RedirectResponse(f"/courses/{course}/assignments/{exercise}?saved=yes#extensions", 303)


@router.post("/{exercise}/extensions/{extension_id}/remove")
async def remove_extension(
    course: str, exercise: str, extension_id: UUID, viewer: CurrentViewer, db: Db, now: Now
) -> Response:
    """Take an extension away; grades follow at once."""
    async with db.write() as session:
        found = await assignments.find_assignment(session, viewer, exercise, course)
        await extensions.remove(session, viewer, found, extension_id, now)
        await session.commit()
    return RedirectResponse(f"/courses/{course}/assignments/{exercise}?saved=yes#extensions", 303)


def _refused(refused: InvalidTerms, typed: dict[str, list[str]], language: str) -> dict[str, Any]:
    """Return the sentence for each field, and what was typed."""
    return {**describe_refused(refused, language), "typed": typed}


async def _gather_list(
    db: Database, viewer: Viewer, slug: str, now: datetime, *, is_saved: bool = False
) -> dict[str, Any]:
    async with db.read() as session:
        course = await courses.get_course(session, slug, viewer)
        require(viewer, Permission.SEE_WORK, course.id)
        given = await assignments.list_assignments(session, viewer, course)
        change = await find_last_change(session, viewer, course) if is_saved else None
    return _page_values(course, now, is_saved) | {"given": given, "change": change}


async def _gather_one(
    db: Database,
    viewer: Viewer,
    slug: str,
    exercise: str,
    now: datetime,
    *,
    after: tuple[datetime | None, UUID | None] = (None, None),
    is_saved: bool = False,
) -> dict[str, Any]:
    async with db.read() as session:
        assignment = await assignments.find_assignment(session, viewer, exercise, slug)
        course = assignment.course
        require(viewer, Permission.SEE_WORK, course.id)
        granted = await extensions.list_extensions(
            session,
            assignment,
            limit=_EXTENSIONS_ON_A_PAGE,
            before=after[0],
            before_id=after[1],
        )
        people = await list_all(session, course.id)
        groups = await roster.list_groups(session, course)
        change = await find_last_change(session, viewer, course) if is_saved else None
    seen = {"assignment": assignment, "granted": granted, "people": people, "groups": groups}
    return _page_values(course, now, is_saved) | seen | {"change": change}


def _page_values(course: Course, now: datetime, is_saved: bool) -> dict[str, Any]:
    return {"course": course, "now": now, "is_saved": is_saved, "errors": Errors(), "typed": None}


async def _show(
    page: Callable[..., HTMLResponse],
    request: Request,
    viewer: Viewer,
    db: Database,
    catalogue: Catalogue,
    language: str,
    seen: dict[str, Any],
) -> HTMLResponse:
    """Render one of the two pages below, in a thread."""
    seen["tabs"] = await tabs_for(db, viewer, seen["course"], "assignments", language)
    return await asyncio.to_thread(page, request, viewer, catalogue, language, seen)


def _list_page(
    request: Request, viewer: Viewer, catalogue: Catalogue, language: str, seen: dict[str, Any]
) -> HTMLResponse:
    course, given = seen["course"], seen["given"]
    ticked = (seen["typed"] or {}).get("exercise") or seen.get("ticked", ())
    typed = _typed_over(terms.GivenTerms(), seen)
    values = {
        "may_manage": viewer.may(Permission.MANAGE, course.id),
        "given": [describe_assignment(one, catalogue, language, seen["now"]) for one in given],
        "levels": catalogue_levels(catalogue, given, ticked, language),
        "typed": {name: words[0] if words else "" for name, words in typed.items()},
        "shown": {name: typed[name] for name in _SHOWN},
        "mixes_levels": course.arrangement is Arrangement.PATH
        and not keeps_levels_together(
            catalogue[one.exercise] for one in given if one.exercise in catalogue
        ),
        "late_days": first(typed, "late_days") or course.late_days,
        "change": describe_change(seen["change"], catalogue, language),
    }
    return render_page(
        request, "assignments/list.html", language=language, viewer=viewer, **{**seen, **values}
    )


def _one_page(
    request: Request, viewer: Viewer, catalogue: Catalogue, language: str, seen: dict[str, Any]
) -> HTMLResponse:
    assignment: Assignment = seen["assignment"]
    course = seen["course"]
    typed = _typed_over(terms.GivenTerms.of(assignment), seen)
    whole = dict.fromkeys(("extended_to", "extra_attempts", "reason", "whom"), "")
    href = f"/courses/{course.slug}/assignments/{assignment.exercise}"
    values = {
        "may_manage": viewer.may(Permission.MANAGE, course.id),
        "line": describe_assignment(assignment, catalogue, language, seen["now"]),
        "typed": whole | {name: words[0] if words else "" for name, words in typed.items()},
        "shown": {name: typed[name] for name in _SHOWN},
        "extensions": [extension_line(one, course, language) for one in seen["granted"]],
        "people": people_to_choose(seen["people"]),
        "change": describe_change(seen["change"], catalogue, language),
        "href": href,
        "older": _older(href, seen["granted"]),
    }
    return render_page(
        request, "assignments/terms.html", language=language, viewer=viewer, **{**seen, **values}
    )


def _typed_over(given: terms.GivenTerms, seen: dict[str, Any]) -> dict[str, list[str]]:
    """Return the fields with these terms, and over them what was typed and refused."""
    typed = to_typed(given, seen["course"].timezone) | (seen["typed"] or {})
    if seen["typed"] is not None and "late_policy" in seen["typed"]:
        # A box that is not ticked is not sent.
        typed |= {name: seen["typed"].get(name, []) for name in _SHOWN}
    return typed


def _older(href: str, granted: Sequence[Extension]) -> str:
    """Return the address of the next page of extensions; empty after the last."""
    if len(granted) < _EXTENSIONS_ON_A_PAGE:
        return ""
    query = {"before": granted[-1].granted_at.isoformat(), "before_id": granted[-1].id}
    return f"{href}?{urlencode(query)}#extensions"
