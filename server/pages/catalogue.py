"""/courses/{course}/catalogue/{exercise}: a look at an exercise before it is given, for staff."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from graders.catalogue.exercises import Catalogue as Exercises
from graders.catalogue.manifest import Exercise
from graders.catalogue.outline import OutlinedCheck, outline_checks
from graders.limits import Limits
from graders.text import decimal
from server.access import Permission, require
from server.actions import assignments, courses
from server.deps import Catalogue, CurrentViewer, Db, Language
from server.i18n import gettext_for
from server.pages.course_tabs import tabs_for
from server.pages.statements import python_html, statement_html
from server.pages.suites import suite_view
from server.templating import render_page

router = APIRouter(include_in_schema=False)


@router.get("/courses/{course}/catalogue/{exercise}")
async def look_at_exercise(
    request: Request,
    course: str,
    exercise: Annotated[str, Path(max_length=200)],
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
) -> HTMLResponse:
    """Show statement, what students start from, checks with points, and limits."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.SEE_WORK, found.id)
        given = await assignments.list_assignments(session, viewer, found)
    shown = assignments.get_listed(catalogue, exercise)
    is_given = any(one.exercise == exercise for one in given)
    below = f"/courses/{found.slug}/assignments"
    may_give = viewer.may(Permission.MANAGE, found.id) and exercise in catalogue
    may_give = may_give and not catalogue.find_missing(exercise)
    values = {
        **await asyncio.to_thread(_describe, shown, catalogue, language),
        "terms_href": f"{below}/{exercise}" if is_given else "",
        "give_href": f"{below}?exercise={exercise}#add" if may_give and not is_given else "",
    }
    return render_page(
        request,
        "assignments/exercise.html",
        language=language,
        viewer=viewer,
        course=found,
        tabs=await tabs_for(db, viewer, found, "assignments", language),
        **values,
    )


def _describe(exercise: Exercise, catalogue: Exercises, language: str) -> dict[str, Any]:
    """Read the exercise's folder and colour its code: call it in a thread."""
    checks = outline_checks(exercise.suite)
    titles = {check.name: check.title.to(language) for check in checks}
    worth = [check.points for check in checks]
    statement = exercise.statement
    return {
        "exercise": {
            "slug": exercise.slug,
            "title": exercise.title.to(language),
            "section": exercise.section,
            "level": exercise.level,
            "minutes": exercise.minutes,
            "python": exercise.runs_on,
            "after": [_title(catalogue, slug, language) for slug in exercise.prerequisites],
            "suite": suite_view(catalogue, exercise.slug, language),
            "version": exercise.suite_hash[:12],
        },
        "statements": [
            {"language": code, "html": statement_html(text), "is_open": code == language}
            for code, text in (("es", statement.es), ("en", statement.en))
        ],
        "starters": [
            {"name": name, "html": python_html(source, line_id=f"starter-{number}")}
            for number, (name, source) in enumerate(exercise.starter.items(), 1)
        ],
        "checks": [_check(check, titles, language) for check in checks],
        "points": None if None in worth else sum(filter(None, worth)),
        "limits": describe_limits(exercise.limits, language),
    }


def _title(catalogue: Exercises, slug: str, language: str) -> str:
    return catalogue[slug].title.to(language) if slug in catalogue else slug


def _check(check: OutlinedCheck, titles: dict[str, str], language: str) -> dict[str, Any]:
    return {
        "name": check.name,
        "title": titles[check.name],
        "points": check.points,
        "extra": check.extra,
        "is_hidden": check.is_hidden,
        "needs": [titles.get(name, name) for name in check.needs],
    }


def describe_limits(limits: Limits, language: str) -> list[tuple[str, str]]:
    """Return what each limit is about, and how much it is."""
    _ = gettext_for(language)
    yes, no = _("yes"), _("no")
    return [
        (_("Time on the clock"), f"{decimal(limits.wall_seconds, language)} s"),
        (_("Time on a processor"), f"{limits.cpu_seconds} s"),
        (_("Memory"), f"{limits.memory_mib} MiB"),
        (_("Processes and threads at once"), str(limits.processes)),
        (_("Open files"), str(limits.open_files)),
        (_("The largest file it writes"), f"{limits.file_kib} KiB"),
        (_("All its files together"), f"{limits.space_kib} KiB"),
        (_("What it prints"), f"{limits.output_kib} KiB"),
        (_("A network of its own, which leads nowhere"), yes if limits.network else no),
        (_("FastAPI is loaded before it starts"), yes if limits.fastapi else no),
    ]
