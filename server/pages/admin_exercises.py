"""/admin/exercises: every exercise of the server, and adding one's own. For administrators."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Path, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from graders.catalogue.exercises import Catalogue as Exercises
from graders.text import Text
from server import added_exercises
from server.access import Viewer, require_administrator
from server.actions import exercise_versions
from server.added_exercises import (
    ListedExercise,
    Origin,
    list_exercises,
    read_upload,
)
from server.deps import Catalogue, CurrentViewer, Db, ExerciseGit, Language, Now
from server.errors import Conflict, Invalid, UnusableExercise
from server.exercise_git import LONGEST_ADDRESS, LONGEST_FOLDER
from server.exercise_git import ExerciseGit as Git
from server.http.form_body import read_form_body
from server.i18n import gettext_for
from server.models import ExerciseSource, ExerciseVersion, VersionState
from server.pages.forms import Errors
from server.pages.suites import suite_view
from server.storage.database import Database
from server.templating import render_page

router = APIRouter(include_in_schema=False, prefix="/admin/exercises")

TEMPLATE: Final = "admin/exercises.html"
PAGE: Final = 50
Slug = Annotated[str, Path(max_length=100)]
_MOST_VERSIONS: Final = 10
_LARGEST_FIELD: Final = 4096
_LIGHTS: Final = {
    VersionState.WAITING: "wait",
    VersionState.CHECKING: "wait",
    VersionState.PASSED: "go",
    VersionState.REFUSED: "stop",
}


@router.get("")
async def show_exercises(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    after: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Show every exercise, fifty at a time, and the forms that add one."""
    return await _page(request, viewer, db, catalogue, language, after=after)


@router.post("")
async def upload(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Add an exercise from a zip; a worker then checks it."""
    require_administrator(viewer)
    async with read_form_body(request, max_field_bytes=_LARGEST_FIELD) as form:
        file = form.get("file")
        is_file = isinstance(file, UploadFile) and bool(file.filename)
        content = await file.read() if isinstance(file, UploadFile) else b""
        name = (file.filename or "") if isinstance(file, UploadFile) else ""
    try:
        if not is_file:
            raise UnusableExercise("Choose a zip file.")
        inspected = await asyncio.to_thread(read_upload, content, name)
        slug = await added_exercises.store(db, viewer, catalogue, inspected, now=now)
    except (Invalid, Conflict) as refused:
        errors = Errors(file=refused.format_whole(gettext_for(language), language))
        shown: dict[str, Any] = {"errors": errors, "status_code": refused.status}
        return await _page(request, viewer, db, catalogue, language, **shown)
    return RedirectResponse(f"/admin/exercises#{slug}", 303)


@router.post("/pull")
async def pull(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    git: ExerciseGit,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    address: Annotated[str, Form(max_length=LONGEST_ADDRESS)] = "",
    folder: Annotated[str, Form(max_length=LONGEST_FOLDER)] = "",
) -> Response:
    """Add an exercise from a git repository; a worker then checks it."""
    require_administrator(viewer)
    try:
        slug = await _pull(viewer, db, git, catalogue, address.strip(), folder.strip(), now)
    except (Invalid, Conflict) as refused:
        errors = Errors(address=refused.format_whole(gettext_for(language), language))
        shown: dict[str, Any] = {
            "errors": errors,
            "status_code": refused.status,
            "address": address,
            "folder": folder,
        }
        return await _page(request, viewer, db, catalogue, language, **shown)
    return RedirectResponse(f"/admin/exercises#{slug}", 303)


@router.post("/{added}/pull")
async def pull_again(
    request: Request,
    added: Slug,
    viewer: CurrentViewer,
    db: Db,
    git: ExerciseGit,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Look whether the repository has a new version."""
    async with db.read() as session:
        origin = await exercise_versions.get_origin(session, viewer, added)
    try:
        await _pull(viewer, db, git, catalogue, origin.address, origin.folder, now)
    except (Invalid, Conflict) as refused:
        errors = Errors({added: refused.format_whole(gettext_for(language), language)})
        shown: dict[str, Any] = {"errors": errors, "status_code": refused.status}
        return await _page(request, viewer, db, catalogue, language, **shown)
    return RedirectResponse(f"/admin/exercises#{added}", 303)


@router.post("/{added}/remove")
async def remove(
    request: Request,
    added: Slug,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> Response:
    """Take an added exercise away; not while a course gives it."""
    try:
        async with db.write() as session:
            await exercise_versions.remove(session, viewer, added, now)
            await session.commit()
    except Conflict as refused:
        errors = Errors({added: refused.format_whole(gettext_for(language), language)})
        shown: dict[str, Any] = {"errors": errors, "status_code": refused.status}
        return await _page(request, viewer, db, catalogue, language, **shown)
    return RedirectResponse("/admin/exercises", 303)


async def _pull(
    viewer: Viewer,
    db: Database,
    git: Git,
    catalogue: Exercises,
    address: str,
    folder: str,
    now: datetime,
) -> str:
    """Pull an exercise and add it, with no session open meanwhile; returns its slug."""
    inspected, origin = await added_exercises.pull(git, address, folder)
    return await added_exercises.store(db, viewer, catalogue, inspected, origin=origin, now=now)


async def _page(
    request: Request,
    viewer: Viewer,
    db: Database,
    catalogue: Exercises,
    language: str,
    *,
    after: str = "",
    status_code: int = 200,
    **changes: Any,
) -> Response:
    async with db.read() as session:
        added = await list_exercises(session, viewer, catalogue, after=after, limit=PAGE + 1)
    listed = added[:PAGE]
    values: dict[str, Any] = {
        "added": [
            _describe(one, catalogue, language) for one in listed if one.origin is Origin.ADDED
        ],
        "on_disk": [
            _on_disk(one, catalogue, language) for one in listed if one.origin is not Origin.ADDED
        ],
        "after": listed[-1].slug if len(added) > PAGE else "",
        "errors": Errors(),
        "address": "",
        "folder": "",
    }
    return render_page(
        request,
        TEMPLATE,
        language=language,
        viewer=viewer,
        status_code=status_code,
        **(values | changes),
    )


def _describe(listed: ListedExercise, catalogue: Exercises, language: str) -> dict[str, Any]:
    newest = listed.versions[0]
    is_from_git = any(one.source is ExerciseSource.GIT for one in listed.versions)
    shown = [
        one for place, one in enumerate(listed.versions) if place < _MOST_VERSIONS or one.is_in_use
    ]
    return {
        "slug": listed.slug,
        "title": listed.title.to(language),
        "held": _why_held(listed, catalogue, language),
        "is_from_git": is_from_git,
        "versions": [_version(one, language) for one in shown],
        "left_out": len(listed.versions) - len(shown),
        "is_busy": newest.state in (VersionState.WAITING, VersionState.CHECKING),
    }


def _why_held(listed: ListedExercise, catalogue: Exercises, language: str) -> str:
    """Return why no course may give a version that is in use; "" if courses may."""
    if listed.can_be_given or not any(one.is_in_use for one in listed.versions):
        return ""
    return suite_view(catalogue, listed.slug, language).words


def _version(version: ExerciseVersion, language: str) -> dict[str, Any]:
    _ = gettext_for(language)
    words = {
        VersionState.WAITING: _("waits for its check"),
        VersionState.CHECKING: _("is being checked"),
        VersionState.PASSED: _("checked"),
        VersionState.REFUSED: _("refused"),
    }[version.state]
    source = _("uploaded")
    if version.source is ExerciseSource.GIT:
        source = _("git: {address} {folder}, commit {commit}").format(
            address=version.git_address,
            folder=version.git_folder,
            commit=(version.git_commit or "")[:8],
        )
    return {
        "hash": version.content_hash[:12],
        "lit": _LIGHTS[version.state],
        "words": _("in use") if version.is_in_use else words,
        "faults": [Text(**fault).to(language) for fault in version.faults],
        "source": source,
        "by": version.adder.name if version.adder else "",
        "at": version.asked_at,
        "is_in_use": version.is_in_use,
    }


def _on_disk(listed: ListedExercise, catalogue: Exercises, language: str) -> dict[str, Any]:
    _ = gettext_for(language)
    why_not = _("not installed") if listed.slug in catalogue else _("withheld")
    return {
        "slug": listed.slug,
        "title": listed.title.to(language),
        "origin": _("bundled") if listed.origin is Origin.BUNDLED else _("folder of the server"),
        "lit": "go" if listed.can_be_given else "stop",
        "words": _("can be given") if listed.can_be_given else why_not,
    }
