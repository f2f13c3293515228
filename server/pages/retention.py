"""/admin/retention: how long things are kept, and what would be removed now."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from server.actions import retention
from server.actions.retention import MOST_COUNTED, Due, Policy
from server.deps import CurrentViewer, Db, Language, Now, Settings
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_TEMPLATE: Final = "admin/retention.html"
_MOST_COURSES: Final = 100


@router.get("/admin/retention")
async def show_retention(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    settings: Settings,
    language: Language,
    now: Now,
) -> Response:
    """Show the settings of retention, and what is due; nothing changes."""
    policy = Policy.of(settings)
    async with db.read() as session:
        due = await retention.measure(session, viewer, policy, now)
    return render_page(request, _TEMPLATE, language=language, viewer=viewer, **_values(policy, due))


def _values(policy: Policy, due: Due) -> dict[str, Any]:
    return {
        "policy": policy,
        "courses": due.courses[:_MOST_COURSES],
        "more_courses": max(len(due.courses) - _MOST_COURSES, 0),
        "submissions": due.submissions,
        "log_entries": due.log_entries,
        "news": due.news,
        "most": MOST_COUNTED,
    }
