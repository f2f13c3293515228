"""/leaderboard: the ranking of a course, by display name."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from server.actions import leaderboard
from server.deps import CurrentViewer, Language, ReadSession
from server.pages.courses import choose_course
from server.templating import render_page

router = APIRouter(include_in_schema=False)


@router.get("/leaderboard")
async def show_leaderboard(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    language: Language,
    course: str | None = None,
) -> HTMLResponse:
    """Show the ranking of one course."""
    courses, chosen = await choose_course(session, viewer, course)
    ranked = await leaderboard.rank(session, viewer, chosen) if chosen else []
    most = max((row.points for row in ranked), default=0) or 1
    rows = [
        {
            "rank": row.rank,
            "name": row.display_name,
            "points": row.points,
            "percent": round(row.points / most * 100),
            "solved": row.solved,
            "is_viewer": row.is_viewer,
        }
        for row in ranked
    ]
    return render_page(
        request,
        "leaderboard/leaderboard.html",
        language=language,
        viewer=viewer,
        courses=courses,
        course=chosen,
        rows=rows,
    )
