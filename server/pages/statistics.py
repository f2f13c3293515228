"""/courses/{course}/statistics: what a class did in one exercise, as plots, tables and CSV."""

import asyncio
from enum import StrEnum
from typing import Annotated, Any, Final, NamedTuple
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Permission, Viewer, require
from server.actions import class_figures, comments, courses, mistake_notes, mistakes, open_runs
from server.actions.class_progress import ClassProgress, class_progress
from server.actions.mistakes import Mistake
from server.csv_text import BYTE_ORDER_MARK, csv_line
from server.deps import Catalogue, CurrentViewer, Db, Language, Now
from server.errors import Conflict, Invalid, UnknownMistake
from server.i18n import gettext_for
from server.pages.course_tabs import tabs_for
from server.pages.plots import check_table, mistake_table, plots_of
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(prefix="/courses/{course}/statistics", include_in_schema=False)

MOST_MISTAKES: Final = 12
MOST_NAMES: Final = 30
# Longer than a note may be, so that the refusal keeps what was typed.
_LONGEST_FIELD: Final = 8 * comments.LONGEST_TEXT
# The form for a regrade takes no more in its address.
_LONGEST_PATTERN: Final = 1000


class Note(NamedTuple):
    """A note to everybody with one mistake: what was typed, and why it was refused or who got it.

    key   Of the mistake; empty if there is no note.
    sent  How many students got it; None until it is sent.
    """

    key: str = ""
    text: str = ""
    error: str = ""
    sent: int | None = None


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
    sent: Annotated[int | None, Query(ge=0, le=100_000)] = None,
) -> HTMLResponse:
    """Show the plots of one exercise; of the course's first one by default.

    `sent` is how many students have just got a note.
    """
    note = Note(sent=sent)
    return await _show(request, course, viewer, db, catalogue, language, exercise, note)


async def _show(
    request: Request,
    course: str,
    viewer: Viewer,
    db: Database,
    catalogue: Exercises,
    language: str,
    exercise: str,
    note: Note,
    status: int = 200,
) -> HTMLResponse:
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
        "tabs": await tabs_for(db, viewer, found, "statistics", language),
        "given": [(slug, _title(catalogue, slug, language)) for slug in given],
        "chosen": chosen,
        "title": _title(catalogue, chosen, language),
        "note": note,
        "longest_note": comments.LONGEST_TEXT,
        "may_comment": viewer.may(Permission.COMMENT, found.id),
        "may_regrade": viewer.may(Permission.MANAGE, found.id),
        "status_code": status,
    }
    # In a thread: some thousand attempts are counted several times.
    return await asyncio.to_thread(_page, request, shown, progress)


def _page(request: Request, shown: dict[str, Any], progress: ClassProgress | None) -> HTMLResponse:
    language = shown["language"]
    values: dict[str, Any] = {"progress": progress}
    if progress is not None:
        zone = ZoneInfo(shown["course"].timezone)
        found = mistakes.group(progress.failures)
        titles = {name: title.to(language) for name, title in progress.titles.items()}
        values |= {
            "plots": plots_of(progress, zone, language),
            "rates": class_figures.check_rates(progress),
            "titles": titles,
            "mistakes": [_row(one, shown) for one in found[:MOST_MISTAKES]],
            "further_mistakes": len(found[MOST_MISTAKES:]),
            "most_names": MOST_NAMES,
            "tried": len(class_figures.students_who_tried(progress)),
        }
    return render_page(request, "statistics/statistics.html", **shown, **values)


def _row(mistake: Mistake, shown: dict[str, Any]) -> dict[str, Any]:
    """Return what the page shows of a mistake, with a link to grade its submissions again."""
    pattern = mistake.pattern
    wanted = {"exercise": shown["chosen"], "check": mistake.check, "mistake": pattern}
    may_regrade = shown["may_regrade"] and 0 < len(pattern) <= _LONGEST_PATTERN
    address = f"/courses/{quote(shown['course'].slug)}/regrades"
    return {
        "key": mistake.key,
        "check": mistake.check,
        "message": mistake.message.to(shown["language"]),
        "failures": mistake.failures,
        "regrade": f"{address}?{urlencode(wanted)}#new" if may_regrade else "",
    }


@router.post("/note")
async def write_note(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    exercise: Annotated[str, Form(max_length=100)] = "",
    mistake: Annotated[str, Form(max_length=100)] = "",
    text: Annotated[str, Form(max_length=_LONGEST_FIELD)] = "",
) -> Response:
    """Comment on the last attempt of everybody who makes a mistake; what is refused stays."""
    try:
        async with db.read() as session:
            found = await courses.get_course(session, course, viewer)
            require(viewer, Permission.COMMENT, found.id)
            chosen = await mistake_notes.find_mistake(session, viewer, found, exercise, mistake)
        async with db.write() as session:
            sent = await mistake_notes.write_note(
                session, viewer, found, exercise, chosen, text, now
            )
            await session.commit()
    except (Invalid, Conflict, UnknownMistake) as refused:
        why = refused.format_whole(gettext_for(language), language)
        note = Note(mistake, text, why)
        shown = (request, course, viewer, db, catalogue, language, exercise, note)
        return await _show(*shown, refused.status)
    query = urlencode({"exercise": exercise, "sent": sent})
    return RedirectResponse(f"/courses/{quote(found.slug)}/statistics?{query}#mistakes", 303)


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
    return "".join(
        [BYTE_ORDER_MARK, csv_line(chosen.heads), *(csv_line(row) for row in chosen.rows)]
    )


def _title(catalogue: Exercises, slug: str, language: str) -> str:
    if slug not in catalogue:
        return slug or gettext_for(language)("No exercise")
    return catalogue[slug].title.to(language)
