"""/manual: how to hand in, run a class, write an exercise and operate a server."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.status import HTTP_404_NOT_FOUND

from graders.text import LANGUAGES
from server.deps import Language, MaybeViewer, Settings
from server.manual import FIRST, Manual
from server.templating import render_page

router = APIRouter(include_in_schema=False)

# A picture brings its colours, for light and for dark, in a style sheet of its own.
_PICTURES: Final = "default-src 'none'; style-src 'unsafe-inline'"


@router.get("/manual")
async def to_the_manual() -> RedirectResponse:
    """Links between pages are relative, so every page's address ends with a slash."""
    return RedirectResponse("/manual/", 308)


@router.get("/manual/_images/{name}")
async def show_picture(name: str, settings: Settings) -> Response:
    """Send a picture; its name says its language where there are words in it."""
    for language in LANGUAGES:
        folder = settings.manual_dir / language / "_images"
        if name in _names(folder):
            headers = {"Content-Security-Policy": _PICTURES}
            return FileResponse(folder / name, headers=headers)
    raise HTTPException(HTTP_404_NOT_FOUND)


@router.get("/manual/{name:path}")
async def show_page(
    request: Request, name: str, viewer: MaybeViewer, language: Language
) -> Response:
    """Show a page of the manual in the reader's language, to everybody."""
    manual: Manual = request.app.state.manual
    found = manual.find(language, name.rstrip("/") or FIRST)
    if found is None:
        raise HTTPException(HTTP_404_NOT_FOUND)
    if name and not name.endswith("/"):
        return RedirectResponse(f"/manual/{name}/", 308)
    section = found.name.split("/")[0]
    contents = [
        {
            "title": each.title,
            "href": _href(each.name),
            "is_here": each is found,
            "is_below": "/" in each.name,
        }
        for each in manual.contents(language)
        if "/" not in each.name or each.name.startswith(f"{section}/")
    ]
    return render_page(
        request,
        "manual/page.html",
        language=language,
        viewer=viewer,
        title=found.title,
        body=found.body,
        contents=contents,
    )


def _href(name: str) -> str:
    return "/manual/" if name == FIRST else f"/manual/{name}/"


def _names(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
