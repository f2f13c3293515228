"""/courses/{course}/gradebook/export and /import: grades as files, and grades set by one."""

import asyncio
import json
from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.datastructures import UploadFile

from server.access import Permission, Viewer, require
from server.actions import courses, grade_export, grade_import, gradebook, overrides
from server.actions.grade_import import GradeChange, Preview
from server.deps import CurrentViewer, Db, Language, Now
from server.downloads import answer_archive, answer_grades
from server.errors import DomainError, Invalid
from server.grade_reading import ReadGrades, ReadRow, read_grades
from server.grade_table import GradeFormat, rounded, write_file
from server.http.form_body import read_form_body
from server.i18n import gettext_for
from server.models import Course
from server.pages.course_tabs import tabs_for
from server.pages.forms import Errors
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(prefix="/courses/{course}/gradebook", include_in_schema=False)

TEMPLATE: Final = "gradebook/import.html"
_MOST_SHOWN: Final = 300
_LARGEST_FIELD: Final = 1 << 20


@router.get("/export")
async def export(
    course: str,
    viewer: CurrentViewer,
    db: Db,
    now: Now,
    form: Annotated[GradeFormat, Query(alias="format")] = GradeFormat.PLAIN,
) -> Response:
    """Download the grades of the course."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        table = await grade_export.collect(session, viewer, found, now)
    content = await asyncio.to_thread(write_file, table, form)
    return answer_grades(content, f"{found.slug}-{form}-{now:%Y-%m-%d}", form)


@router.get("/submissions.zip")
async def download_archive(course: str, viewer: CurrentViewer, db: Db, now: Now) -> Response:
    """Download every submission of the course, by student and exercise."""
    return await answer_archive(course, viewer, db, now)


@router.get("/import")
async def show_import(
    request: Request, course: str, viewer: CurrentViewer, db: Db, language: Language
) -> HTMLResponse:
    """Show the form for a file of grades."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.MANAGE, found.id)
    return await _show(request, viewer, db, found, language, {})


@router.post("/import")
async def preview_import(
    request: Request, course: str, viewer: CurrentViewer, db: Db, language: Language, now: Now
) -> Response:
    """Show what a file would change; nothing changes yet."""
    async with read_form_body(request, max_field_bytes=_LARGEST_FIELD) as form:
        file, pasted, reason = form.get("file"), form.get("pasted"), form.get("reason")
        content = await file.read() if isinstance(file, UploadFile) and file.filename else b""
    text = pasted if isinstance(pasted, str) else ""
    typed = {"pasted": text, "reason": reason if isinstance(reason, str) else ""}
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.MANAGE, found.id)
        slugs = [one.exercise for one in await gradebook.list_given(session, found)]
    try:
        if not content and not text.strip():
            raise Invalid(gettext_for(language)("Choose a file or paste the table."))
        read = await asyncio.to_thread(read_grades, content or text.encode(), slugs)
        seen = await _preview(db, viewer, found, read, now)
    except Invalid as refused:
        values = typed | _refusal(refused, "file", language)
        return await _show(request, viewer, db, found, language, values)
    values = {"reason": typed["reason"], "preview": seen}
    return await _show(request, viewer, db, found, language, values)


@router.post("/import/apply")
async def apply_import(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    language: Language,
    now: Now,
    changes: Annotated[str, Form(max_length=_LARGEST_FIELD)] = "[]",
    reason: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Set the grades of a preview; if one has changed since, show the preview again."""
    shown = _read_changes(changes)
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.MANAGE, found.id)
    seen = await _preview(db, viewer, found, _as_read(shown), now)
    values: dict[str, Any] = {"reason": reason, "preview": seen}
    if seen.errors or _to_send(seen.changes) != shown:
        values |= {"is_outdated": True, "status_code": 409}
        return await _show(request, viewer, db, found, language, values)
    try:
        async with db.write() as session:
            await grade_import.apply(session, viewer, found, seen.changes, reason, now)
            await session.commit()
    except Invalid as refused:
        values |= _refusal(refused, "reason", language)
        return await _show(request, viewer, db, found, language, values)
    return RedirectResponse(f"/courses/{found.slug}/gradebook?saved=yes", 303)


async def _preview(
    db: Database, viewer: Viewer, course: Course, read: ReadGrades, now: Any
) -> Preview:
    async with db.read() as session:
        return await grade_import.preview(session, viewer, course, read, now)


def _refusal(refused: DomainError, field: str, language: str) -> dict[str, Any]:
    whole = refused.format_whole(gettext_for(language), language)
    return {"errors": Errors({field: whole}), "status_code": refused.status}


_Sent = list[list[Any]]


def _to_send(changes: Sequence[GradeChange]) -> _Sent:
    """Return what the form sends back: address, exercise, before, after, reason."""
    return [
        [
            one.email,
            one.exercise,
            None if one.before is None else rounded(one.before),
            one.after,
            one.reason,
        ]
        for one in changes
    ]


def _read_changes(text: str) -> _Sent:
    """Return what the form sent; nothing if it was not made by our page."""
    try:
        sent = json.loads(text)
        rows = [
            [str(email), str(slug), before, float(after), str(reason)]
            for email, slug, before, after, reason in sent
        ]
    except (ValueError, TypeError, RecursionError):
        return []
    return rows[: grade_import.MOST_CHANGES + 1]


def _as_read(sent: _Sent) -> ReadGrades:
    """Return the changes as if a file had them, so that they are checked like one."""
    rows: dict[tuple[str, str], ReadRow] = {}
    for line, (email, slug, _before, after, reason) in enumerate(sent, 1):
        row = rows.setdefault((email, reason), ReadRow(line, email, "", {}, {}, reason))
        row.points[slug] = after
    return ReadGrades(list(rows.values()), ())


def _problems(seen: Preview, language: str) -> list[tuple[int, str]]:
    gettext = gettext_for(language)
    return [(one.line, one.format(gettext, language)) for one in seen.errors[:_MOST_SHOWN]]


async def _show(
    request: Request,
    viewer: Viewer,
    db: Database,
    course: Course,
    language: str,
    values: dict[str, Any],
) -> HTMLResponse:
    """Render the page in a thread: a preview may have some hundred lines."""
    values["tabs"] = await tabs_for(db, viewer, course, "gradebook", language)
    return await asyncio.to_thread(_page, request, viewer, course, language, values)


def _page(
    request: Request, viewer: Viewer, course: Course, language: str, values: dict[str, Any]
) -> HTMLResponse:
    seen: Preview | None = values.get("preview")
    shown: dict[str, Any] = {
        "errors": Errors(),
        "pasted": "",
        "reason": "",
        "is_outdated": False,
        "course": course,
        "longest": overrides.LONGEST_REASON,
        "sent": json.dumps(_to_send(seen.changes)) if seen else "",
        "changes": seen.changes[:_MOST_SHOWN] if seen else [],
        "more": max(0, len(seen.changes) - _MOST_SHOWN) if seen else 0,
        "problems": _problems(seen, language) if seen else [],
        "needs_reason": seen is None or any(not one.reason for one in seen.changes),
    }
    return render_page(
        request, TEMPLATE, language=language, viewer=viewer, **(shown | {"preview": None} | values)
    )
