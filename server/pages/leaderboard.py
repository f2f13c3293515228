"""/leaderboard: the ranking of a course; /courses/{course}/leaderboard: what of it is shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.access import Permission, Viewer, require
from server.actions import courses, gradebook, leaderboard, leaderboard_settings
from server.actions.leaderboard import Board, Row
from server.deps import CurrentViewer, Db, Language, Now, WriteSession
from server.i18n import gettext_for
from server.models import Course, LeaderboardSettings, RankedBy
from server.moments import UnclearTime, to_utc
from server.pages.course_tabs import tabs_for
from server.pages.courses import choose_course
from server.pages.forms import Errors
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_FIRST_SHOWN: Final = 10
_NEIGHBOURS: Final = 5
_ON_A_PAGE: Final = 100
_MOMENT: Final = "%Y-%m-%dT%H:%M"


@router.get("/leaderboard")
async def show_leaderboard(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    course: str | None = None,
    exercise: Annotated[str, Query(max_length=100)] = "",
    start: Annotated[int | None, Query(alias="from", ge=1, le=100_000)] = None,
) -> HTMLResponse:
    """Show the first ten and the viewer's neighbours, or a page that begins at a place."""
    async with db.read() as session:
        all_courses, chosen = await choose_course(session, viewer, course)
        board = Board((), RankedBy.POINTS)
        values: dict[str, Any] = {"slugs": [], "allows_names": False, "has_own_name": False}
        if chosen is not None:
            board = await leaderboard.show(session, viewer, chosen, now, exercise=exercise or None)
            values = {
                "slugs": [one.exercise for one in await gradebook.list_given(session, chosen)],
                "allows_names": await leaderboard_settings.may_choose_name(session, viewer, chosen),
                "has_own_name": await leaderboard_settings.has_own_name(session, viewer, chosen),
            }
    values |= _arrange(board, chosen, exercise, start)
    return render_page(
        request,
        "leaderboard/leaderboard.html",
        language=language,
        viewer=viewer,
        courses=all_courses,
        course=chosen,
        exercise=exercise,
        board=board,
        is_first=board.ranked_by is RankedBy.FIRST,
        may_manage=chosen is not None and viewer.may(Permission.MANAGE, chosen.id),
        **values,
    )


@router.post("/courses/{course}/leaderboard/name")
async def choose_name(
    course: str,
    viewer: CurrentViewer,
    session: WriteSession,
    is_real: Annotated[bool, Form()] = False,
) -> RedirectResponse:
    """Appear under the real name, or under the chosen one again."""
    found = await courses.get_course(session, course, viewer)
    await leaderboard_settings.choose_name(session, viewer, found, is_real=is_real)
    await session.commit()
    return RedirectResponse(f"/leaderboard?{urlencode({'course': found.slug})}", 303)


@router.get("/courses/{course}/leaderboard")
async def show_settings(
    request: Request, course: str, viewer: CurrentViewer, db: Db, language: Language
) -> HTMLResponse:
    """Show what the course shows of its leaderboard, as a form."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        settings = await leaderboard_settings.get_settings(session, viewer, found)
    return await _settings_page(request, viewer, db, found, language, _typed(settings, found))


@router.post("/courses/{course}/leaderboard")
async def set_settings(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    shown: Annotated[str, Form(pattern="^(everybody|staff|off)$")] = "everybody",
    ranked_by: Annotated[RankedBy, Form()] = RankedBy.POINTS,
    allows_names: Annotated[bool, Form()] = False,
    frozen_at: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Set what the course shows; a moment that cannot be read is told beside its field."""
    typed: dict[str, Any] = {"shown": shown, "ranked_by": ranked_by, "allows_names": allows_names}
    typed |= {"frozen_at": frozen_at}
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.MANAGE, found.id)
    try:
        moment = _moment(frozen_at, found)
    except (ValueError, OverflowError) as wrong:
        errors = Errors(frozen_at=_describe(wrong, language))
        return await _settings_page(
            request, viewer, db, found, language, typed, errors=errors, status_code=422
        )
    wanted: dict[str, Any] = {
        "is_on": shown != "off",
        "is_hidden": shown == "staff",
        "ranked_by": ranked_by,
        "allows_names": allows_names,
        "frozen_at": moment,
    }
    async with db.write() as session:
        await leaderboard_settings.set_settings(session, viewer, found, **wanted, now=now)
        await session.commit()
    return RedirectResponse(f"/courses/{found.slug}/leaderboard?saved=yes", 303)


def _arrange(
    board: Board, course: Course | None, exercise: str, start: int | None
) -> dict[str, Any]:
    """Return the rows that are shown, in blocks, with links to those between them."""
    rows, own = board.rows, next((i for i, row in enumerate(board.rows) if row.is_viewer), None)
    blocks = _blocks(len(rows), own, start)
    most = max((_figure(row, board) for row in rows), default=0) or 1
    query = {"course": course.slug if course else ""} | ({"exercise": exercise} if exercise else {})
    shown: list[dict[str, Any]] = []
    end = 0
    for first, last in blocks:
        if first > end:
            shown.append({"href": _href(query, end), "first": end + 1, "last": first, "rows": []})
        block = [_row(row, board, most) for row in rows[first:last]]
        shown.append({"href": "", "rows": block})
        end = last
    if end < len(rows):
        shown.append({"href": _href(query, end), "first": end + 1, "last": len(rows), "rows": []})
    if own is not None and not any(first <= own < last for first, last in blocks):
        # The viewer's row stays in sight on every page, on the side where it belongs.
        alone = {"href": "", "rows": [_row(rows[own], board, most)]}
        shown.insert(0 if own < blocks[0][0] else len(shown), alone)
    mine = rows[own].rank if own is not None else None
    return {"blocks": shown, "own_rank": mine, "total": len(rows)}


def _blocks(total: int, own: int | None, start: int | None) -> list[tuple[int, int]]:
    """Return which rows are shown, as ranges from 0."""
    if start is not None:
        first = min(start - 1, max(0, total - 1))
        return [(first, min(total, first + _ON_A_PAGE))] if total else []
    if own is None:
        return [(0, min(total, _ON_A_PAGE))] if total else []
    first = max(0, own - _NEIGHBOURS)
    last = min(total, own + _NEIGHBOURS + 1)
    if first <= _FIRST_SHOWN:
        return [(0, max(last, min(total, _FIRST_SHOWN)))]
    return [(0, _FIRST_SHOWN), (first, last)]


def _href(query: dict[str, str], before: int) -> str:
    return f"/leaderboard?{urlencode({**query, 'from': before + 1})}"


def _figure(row: Row, board: Board) -> float:
    return row.firsts if board.ranked_by is RankedBy.FIRST else row.points


def _row(row: Row, board: Board, most: float) -> dict[str, Any]:
    figure = _figure(row, board)
    return {
        "rank": row.rank,
        "name": row.display_name,
        "figure": figure,
        "percent": round(figure / most * 100),
        "solved": row.solved,
        "is_viewer": row.is_viewer,
    }


def _moment(typed: str, course: Course) -> datetime | None:
    """Return the moment that was typed, in the course's zone; None for an empty field."""
    if not typed.strip():
        return None
    return to_utc(datetime.fromisoformat(typed.strip()), course.timezone)


def _describe(wrong: Exception, language: str) -> str:
    """Say why what was typed is no moment."""
    _ = gettext_for(language)
    if isinstance(wrong, UnclearTime):
        return _(wrong.sentence).format(**wrong.values)
    return _("Write day and time like this: 2026-11-29 23:59.")


def _typed(settings: LeaderboardSettings, course: Course) -> dict[str, Any]:
    at = settings.frozen_at
    shown = "staff" if settings.is_hidden else "everybody"
    return {
        "shown": shown if settings.is_on else "off",
        "ranked_by": settings.ranked_by,
        "allows_names": settings.allows_names,
        "frozen_at": at.astimezone(ZoneInfo(course.timezone)).strftime(_MOMENT) if at else "",
    }


async def _settings_page(
    request: Request,
    viewer: Viewer,
    db: Database,
    course: Course,
    language: str,
    typed: dict[str, Any],
    *,
    errors: Errors | None = None,
    status_code: int = 200,
) -> HTMLResponse:
    choices: Sequence[str] = ("everybody", "staff", "off")
    return render_page(
        request,
        "leaderboard/settings.html",
        language=language,
        viewer=viewer,
        course=course,
        tabs=await tabs_for(db, viewer, course, "leaderboard", language),
        is_saved=request.query_params.get("saved") == "yes",
        typed=typed,
        choices=choices,
        errors=errors or Errors(),
        status_code=status_code,
    )
