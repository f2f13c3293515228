"""/news: what happened to the viewer's work and in their courses while they were away."""

from collections.abc import Callable, Sequence
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from graders.catalogue.exercises import Catalogue as Exercises
from server.actions import news
from server.actions.news import ON_A_PAGE
from server.deps import (
    Catalogue,
    CurrentViewer,
    Language,
    Moment,
    Now,
    ReadSession,
    WriteSession,
)
from server.i18n import gettext_for
from server.models import News, NewsKind
from server.templating import render_page

router = APIRouter(include_in_schema=False)


def _(message: str) -> str:
    return message  # marks it for translation


# What each kind says, and where it leads; the places are filled with the values of the news.
SENTENCES: Final[dict[NewsKind, tuple[str, str]]] = {
    NewsKind.COMMENT: (
        _("{author} has commented on your work in “{exercise}”."),
        "/submissions/{submission}",
    ),
    NewsKind.ANSWER: (
        _("{author} has answered a comment in “{exercise}”."),
        "/submissions/{submission}",
    ),
    NewsKind.GRADE_CHANGED: (
        _("Your grade in “{exercise}” has changed: {before} → {after} of {max_points}."),
        "/submissions/{submission}",
    ),
    NewsKind.REGRADE_READY: (
        _("A regrade is ready to be looked at."),
        "/courses/{course}/regrades/{regrade}",
    ),
    NewsKind.ANNOUNCEMENT: (_("Announcement: {title}"), "/courses/{course}/announcements"),
    NewsKind.SECOND_LOOK_ANSWERED: (
        _("Your request for a second look at “{exercise}” has been answered."),
        "/submissions/{submission}#second-look",
    ),
}


@router.get("/news")
async def show_news(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: Catalogue,
    language: Language,
    before: Moment | None = None,
    before_id: UUID | None = None,
) -> Response:
    """Show a page of the viewer's news, the newest first."""
    after = (before, before_id) if before and before_id else None
    found = await news.list_news(session, viewer, after=after)
    query = urlencode(
        {"before": found[-1].at.isoformat(), "before_id": found[-1].id} if found else {}
    )
    return render_page(
        request,
        "news/news.html",
        language=language,
        viewer=viewer,
        news=describe_news(found, catalogue, language),
        unread=await news.count_unread(session, viewer),
        older=f"/news?{query}" if len(found) == ON_A_PAGE else "",
    )


@router.post("/news/read")
async def mark_read(viewer: CurrentViewer, session: WriteSession, now: Now) -> RedirectResponse:
    """Mark all news as read."""
    await news.mark_read(session, viewer, now)
    await session.commit()
    return RedirectResponse("/news", 303)


def describe_news(
    found: Sequence[News], catalogue: Exercises, language: str
) -> list[dict[str, Any]]:
    """Return each piece of news as a sentence with its link."""
    gettext = gettext_for(language)
    return [_describe(one, catalogue, language, gettext) for one in found]


def _describe(
    one: News, catalogue: Exercises, language: str, gettext: Callable[[str], str]
) -> dict[str, Any]:
    sentence, href = SENTENCES[one.kind]
    values = dict(one.values)
    slug = str(values.get("exercise"))
    if slug in catalogue:
        values["exercise"] = catalogue[slug].title.to(language)
    for name in ("before", "after", "max_points"):
        if isinstance(values.get(name), float):
            values[name] = f"{values[name]:g}"
        elif name in values and values[name] is None:
            values[name] = "—"
    return {
        "text": gettext(sentence).format_map(values),
        "href": href.format_map(values),
        "reason": values.get("reason", ""),
        "at": one.at,
        "is_new": one.read_at is None,
    }
