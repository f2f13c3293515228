"""/courses/{course}/statistics: what a class did in one exercise, as plots, tables and CSV."""

import asyncio
from enum import StrEnum
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Permission, require
from server.actions import class_figures, courses, open_runs
from server.actions.class_progress import ClassProgress, class_progress
from server.csv_text import csv_line
from server.deps import Catalogue, CurrentViewer, Db, Language
from server.i18n import gettext_for
from server.pages.course_tabs import tabs_for
from server.pages.plots import check_table, mistake_table, plots_of
from server.templating import render_page

router = APIRouter(prefix="/courses/{course}/statistics", include_in_schema=False)

MOST_MISTAKES: Final = 12
MOST_NAMES: Final = 30


class Table(StrEnum):
    """What can be downloaded."""

    OVER_TIME = "over-time"
    ATTEMPTS = "attempts"
    BEFORE_DUE = "before-due"
    TIME = "time"
    CHECKS = "checks"
    MISTAKES = "mistakes"


@router.get("")
async def show_statistics(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    exercise: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    """Show the plots of one exercise; of the course's first one unless told otherwise."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.SEE_WORK, found.id)
        given = await open_runs.exercises_of(session, found.id)
        chosen = exercise or next(iter(given), "")
        progress = await class_progress(session, viewer, found, chosen) if chosen else None
    shown = {
        "course": found,
        "language": language,
        "viewer": viewer,
        "tabs": tabs_for(viewer, found, "statistics", language),
        "given": [(slug, _title(catalogue, slug, language)) for slug in given],
        "chosen": chosen,
        "title": _title(catalogue, chosen, language),
    }
    # In a thread: some thousand attempts are counted several times.
    return await asyncio.to_thread(_page, request, shown, progress)


def _page(request: Request, shown: dict[str, Any], progress: ClassProgress | None) -> HTMLResponse:
    language = shown["language"]
    values: dict[str, Any] = {"progress": progress}
    if progress is not None:
        zone = ZoneInfo(shown["course"].timezone)
        mistakes = class_figures.mistakes(progress, language)
        titles = {name: title.to(language) for name, title in progress.titles.items()}
        values |= {
            "plots": plots_of(progress, zone, language),
            "rates": class_figures.check_rates(progress),
            "titles": titles,
            "mistakes": mistakes[:MOST_MISTAKES],
            "further_mistakes": len(mistakes[MOST_MISTAKES:]),
            "most_names": MOST_NAMES,
            "tried": len(class_figures.students_who_tried(progress)),
        }
    return render_page(request, "statistics/statistics.html", **shown, **values)


@router.get("/{table}.csv")
async def download_table(
    course: str,
    table: Table,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    exercise: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Send the table behind one plot."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        progress = await class_progress(session, viewer, found, exercise)
    text = await asyncio.to_thread(_csv, progress, table, ZoneInfo(found.timezone), language)
    name = f"attachment; filename={found.slug}-{progress.exercise}-{table}.csv"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def _csv(progress: ClassProgress, table: Table, zone: ZoneInfo, language: str) -> str:
    plots = plots_of(progress, zone, language)
    plots += [check_table(progress, language), mistake_table(progress, language)]
    chosen = next(plot for plot in plots if plot.key == table)
    return "".join([csv_line(chosen.heads), *(csv_line(row) for row in chosen.rows)])


def _title(catalogue: Exercises, slug: str, language: str) -> str:
    if slug not in catalogue:
        return slug or gettext_for(language)("No exercise")
    return catalogue[slug].title.to(language)
