"""/news: what happened to the viewer's work and in their courses while they were away."""

from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

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
from server.news_text import describe_news
from server.templating import render_page

router = APIRouter(include_in_schema=False)


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
        news=describe_news(found, catalogue, language, await news.zones_of(session, found)),
        unread=await news.count_unread(session, viewer),
        older=f"/news?{query}" if len(found) == ON_A_PAGE else "",
    )


@router.post("/news/read")
async def mark_read(viewer: CurrentViewer, session: WriteSession, now: Now) -> RedirectResponse:
    """Mark all news as read."""
    await news.mark_read(session, viewer, now)
    await session.commit()
    return RedirectResponse("/news", 303)
