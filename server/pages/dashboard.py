"""/dashboard: a class at a glance, for its staff."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from graders.catalogue.exercises import Catalogue as Exercises
from server.actions import dashboard, open_runs
from server.actions.class_filter import Condition, Order, StudentFilter, meets
from server.actions.overview import ClassMap, StudentSums
from server.deps import Catalogue, CurrentViewer, Db, Language, Now
from server.errors import StaffOnly
from server.pages.course_tabs import tabs_for
from server.pages.courses import choose_course
from server.pages.dashboard_links import Links
from server.pages.heat_map import bands_of, column_names, numbers_of, row_of, whole_class
from server.pages.suites import describe_reported, suites_to_look_at
from server.templating import render_page

router = APIRouter(include_in_schema=False)

MOST_LISTED = 6
LONGEST_TEXT = 100


@router.get("/dashboard")
async def show_dashboard(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    course: str | None = None,
    group: Annotated[str, Query(max_length=LONGEST_TEXT)] = "",
    state: Condition = Condition.ALL,
    sort: Order = Order.NAME,
    q: Annotated[str, Query(max_length=LONGEST_TEXT)] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    view: Annotated[str, Query(pattern="^(map|numbers)$")] = "map",
) -> HTMLResponse:
    """Show where every student is, who is stuck, has not started, fell behind or was late.

    `page` is the page of students, from 1.
    """
    student_filter = StudentFilter(group or None, state, sort, q)
    async with db.read() as session:
        courses, chosen = await choose_course(session, viewer, course, as_staff=True)
        if chosen is None:
            raise StaffOnly
        seen = await dashboard.class_map(session, viewer, chosen, now, student_filter, page=page)
        waiting = await open_runs.count_open(session, chosen.id)
    links = Links(chosen.slug, student_filter, view, seen.page, seen.pages)
    shown = {"courses": courses, "course": chosen, "language": language, "viewer": viewer}
    shown["tabs"] = await tabs_for(db, viewer, chosen, "dashboard", language)
    given = [column.exercise for column in seen.columns]
    suites = await suites_to_look_at(db, viewer, chosen, given, catalogue, language)
    # In a thread, because rendering takes tens of milliseconds; the database is not used any more.
    return await asyncio.to_thread(
        _page,
        request,
        shown | {"waiting": sum(waiting.values()), "to_look_at": len(suites)},
        seen,
        links,
        catalogue,
    )


def _page(
    request: Request, shown: dict[str, Any], seen: ClassMap, links: Links, catalogue: Exercises
) -> HTMLResponse:
    language, columns = shown["language"], seen.columns
    is_map = links.view == "map"
    return render_page(
        request,
        "dashboard/dashboard.html",
        **shown,
        seen=seen,
        links=links,
        is_map=is_map,
        names=column_names(columns, catalogue, language),
        bands=bands_of(columns, catalogue),
        whole=whole_class(columns, len(seen.everybody)),
        rows=[(row_of if is_map else numbers_of)(one, columns, links) for one in seen.students],
        lists={name: _listed(seen, name, links) for name in Condition if name is not Condition.ALL},
        reported=describe_reported(language),
    )


def _listed(seen: ClassMap, condition: Condition, links: Links) -> dict[str, Any]:
    """Return who has a condition: how many, the first of them, and the link to all."""
    students = [student for student in seen.everybody if meets(student, condition)]
    if condition is Condition.STUCK:
        students.sort(key=lambda student: -student.stuck[0].attempts)
    elif condition is Condition.BEHIND:
        students.sort(key=lambda student: -student.behind)
    elif condition is Condition.LATE:
        students.sort(key=lambda student: -student.late)
    exercises = {column.assignment_id: column.exercise for column in seen.columns}
    return {
        "count": len(students),
        "href": links.to(state=condition, group="", q="", page=1),
        "first": [_entry(student, exercises, links) for student in students[:MOST_LISTED]],
    }


def _entry(student: StudentSums, exercises: dict[Any, str], links: Links) -> dict[str, Any]:
    worst = student.stuck[0] if student.stuck else None
    return {
        "name": student.name,
        "href": links.student(student.user_id),
        "exercise": exercises.get(worst.assignment_id, "") if worst else "",
        "attempts": worst.attempts if worst else 0,
        "since": worst.since if worst else 0,
        "behind": student.behind,
        "late": student.late,
    }
