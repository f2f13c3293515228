"""/courses/{course}/gradebook, for staff, and /courses/{course}/grades, one's own."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from server.access import Permission, Viewer, require
from server.actions import class_list, courses, gradebook
from server.actions.gradebook import StudentGrades
from server.deps import Catalogue, CurrentViewer, Db, Language, Now
from server.errors import InvalidPolicy
from server.i18n import gettext_for
from server.models import Assignment, Counting, Course, GradebookPolicy
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.pages.grade_text import cell_of, explain, row_of, titles
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(prefix="/courses/{course}", include_in_schema=False)

STUDENTS_ON_A_PAGE: Final = 50
Search = Annotated[str, Query(max_length=200)]
PageNumber = Annotated[int, Query(ge=1, le=10_000)]


@router.get("/gradebook")
async def show_gradebook(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    search: Search = "",
    group: Search = "",
    page: PageNumber = 1,
) -> HTMLResponse:
    """Show a page of students with their grades and sums, and the policy."""
    seen = await _gather(db, viewer, language, course, now, search=search, group=group, page=page)
    # In a thread: 50 students and 30 exercises are 1500 cells.
    return await asyncio.to_thread(_gradebook_page, request, viewer, language, seen)


@router.post("/gradebook/policy")
async def set_policy(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    counting: Annotated[Counting, Form()] = Counting.BEST,
    drop_lowest: Annotated[str, Form(max_length=100)] = "0",
    scale: Annotated[str, Form(max_length=100)] = "10",
) -> Response:
    """Set the policy; a refusal is shown beside the form, with what was typed."""
    try:
        async with db.write() as session:
            found = await courses.get_course(session, course, viewer)
            await gradebook.set_policy(
                session,
                viewer,
                found,
                counting=counting,
                drop_lowest=int(_figure(drop_lowest)),
                scale=_figure(scale),
                now=now,
            )
            await session.commit()
    except InvalidPolicy as refused:
        seen = await _gather(db, viewer, language, course, now)
        seen["typed"] = {"counting": counting, "drop_lowest": drop_lowest, "scale": scale}
        whole = refused.format_whole(gettext_for(language), language)
        seen["errors"] = Errors(drop_lowest=whole)
        seen["status_code"] = refused.status
        return await asyncio.to_thread(_gradebook_page, request, viewer, language, seen)
    return RedirectResponse(f"/courses/{course}/gradebook?saved=yes", 303)


@router.get("/gradebook/{user_id}")
async def show_student(
    request: Request,
    course: str,
    user_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> HTMLResponse:
    """Show one student's grades, with their sum explained, to staff."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.SEE_WORK, found.id)
        grades = await gradebook.one_student(session, viewer, found, user_id, now)
        policy = await gradebook.find_policy(session, found.id)
    values = {
        "tabs": await tabs_for(db, viewer, found, "gradebook", language),
        "cells": f"/courses/{found.slug}/gradebook/{user_id}",
    }
    values |= _sum(grades, policy, catalogue, language)
    return _student_page(request, viewer, found, language, values)


@router.get("/grades")
async def show_own(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Show the viewer's own grades, with their sum explained; staff see the gradebook."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        if viewer.is_staff_of(found.id):
            return RedirectResponse(f"/courses/{found.slug}/gradebook", 303)
        grades = await gradebook.one_student(session, viewer, found, viewer.user.id, now)
        policy = await gradebook.find_policy(session, found.id)
    values = {"tabs": [], "cells": "", **_sum(grades, policy, catalogue, language)}
    return _student_page(request, viewer, found, language, values)


async def _gather(
    db: Database,
    viewer: Viewer,
    language: str,
    slug: str,
    now: datetime,
    *,
    search: str = "",
    group: str = "",
    page: int = 1,
) -> dict[str, Any]:
    async with db.read() as session:
        course = await courses.get_course(session, slug, viewer)
        require(viewer, Permission.SEE_WORK, course.id)
        listed = await class_list.list_page(
            session, course.id, search=search, group=group, page=page, size=STUDENTS_ON_A_PAGE
        )
        seen = {
            "course": course,
            "search": search,
            "group": group,
            "listed": listed,
            "grades": await gradebook.grades_of(session, course, listed.students, now),
            "assignments": await gradebook.list_given(session, course),
            "policy": await gradebook.find_policy(session, course.id),
        }
    return seen | {"tabs": await tabs_for(db, viewer, course, "gradebook", language)}


def _gradebook_page(
    request: Request, viewer: Viewer, language: str, seen: dict[str, Any]
) -> HTMLResponse:
    course, policy = seen["course"], seen["policy"]
    typed = {
        "counting": policy.counting,
        "drop_lowest": policy.drop_lowest,
        "scale": f"{policy.scale:g}",
    }
    values = {
        "errors": seen.get("errors", Errors()),
        "status_code": seen.get("status_code", 200),
        "typed": seen.get("typed", typed),
    }
    return render_page(
        request,
        "gradebook/gradebook.html",
        language=language,
        viewer=viewer,
        course=course,
        tabs=seen["tabs"],
        may_manage=viewer.may(Permission.MANAGE, course.id),
        is_saved=request.query_params.get("saved") == "yes",
        search=seen["search"],
        group=seen["group"],
        groups=seen["listed"].groups,
        exercises=[_head(assignment) for assignment in seen["assignments"]],
        students=[_row(found) for found in seen["grades"]],
        scale=policy.scale,
        pages=_pages(seen["listed"], course, {"search": seen["search"], "group": seen["group"]}),
        most_dropped=gradebook.MOST_DROPPED,
        **values,
    )


def _head(assignment: Assignment) -> str:
    return assignment.exercise


def _row(found: StudentGrades) -> dict[str, Any]:
    return {
        "id": found.student.id,
        "name": found.student.listed_name,
        "grade": found.total.grade,
        "cells": [cell_of(one, found) for one in found.exercises],
    }


def _pages(listed: class_list.ClassPage, course: Course, wanted: dict[str, str]) -> dict[str, Any]:
    size = STUDENTS_ON_A_PAGE
    last = max(1, -(-listed.total // size))

    def href(number: int) -> str:
        if not 1 <= number <= last:
            return ""
        query = {name: value for name, value in wanted.items() if value}
        return f"/courses/{course.slug}/gradebook?{urlencode({**query, 'page': number})}"

    return {
        "first": min((listed.page - 1) * size + 1, listed.total),
        "last": min(listed.page * size, listed.total),
        "total": listed.total,
        "before": href(listed.page - 1),
        "after": href(listed.page + 1),
    }


def _sum(
    found: StudentGrades, policy: GradebookPolicy, catalogue: Any, language: str
) -> dict[str, Any]:
    named = titles(found.exercises, catalogue, language)
    return {
        "student": found.student,
        "total": found.total,
        "words": explain(found, policy.counting, language),
        "rows": [
            row_of(one, found, title) for one, title in zip(found.exercises, named, strict=True)
        ],
    }


def _student_page(
    request: Request, viewer: Viewer, course: Course, language: str, values: dict[str, Any]
) -> HTMLResponse:
    return render_page(
        request,
        "gradebook/student.html",
        language=language,
        viewer=viewer,
        course=course,
        is_own=not values["cells"],
        **values,
    )


def _figure(typed: str) -> float:
    try:
        return float(typed.strip().replace(",", "."))
    except ValueError:
        raise InvalidPolicy from None
