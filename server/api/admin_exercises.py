"""/api/admin/exercises: every exercise of the server, and adding one's own. For administrators."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Final, Self

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, Field
from starlette.status import HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT

from graders.text import Text
from server import added_exercises
from server.access import require_administrator
from server.actions import exercise_versions
from server.added_exercises import (
    ListedExercise,
    Origin,
    list_exercises,
    read_upload,
)
from server.api.bodies import RequestBody
from server.api.uploads import read_form
from server.deps import (
    Catalogue,
    CurrentViewer,
    Db,
    ExerciseGit,
    Language,
    Now,
    ReadSession,
    WriteSession,
)
from server.errors import (
    AdministratorsOnly,
    ExerciseIsGiven,
    ExerciseNameTaken,
    GitFailed,
    GitMissing,
    InvalidExercise,
    OtherFilesAskedFor,
    UnknownAddedExercise,
    UnusableExercise,
)
from server.exercise_git import LONGEST_ADDRESS, LONGEST_FOLDER
from server.http.http_errors import MalformedForm, NoFile, NotAForm, RequestTooLarge
from server.http.openapi import refusal_responses
from server.models import ExerciseSource, ExerciseVersion, VersionState

router = APIRouter(prefix="/api/admin", tags=["exercises"])

Slug = Annotated[str, Path(max_length=100, description="Slug of the exercise.")]
_REFUSED: Final = (AdministratorsOnly,)
_REFUSED_FILES: Final = (UnusableExercise, InvalidExercise, ExerciseNameTaken, OtherFilesAskedFor)
_ZIP_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "A zip of the exercise's folder.",
                        }
                    },
                },
                "encoding": {"file": {"contentType": "application/zip"}},
            }
        },
    }
}


class VersionOut(BaseModel):
    """One version of an exercise that was added."""

    version: str = Field(description="sha-256 over its files.")
    suite_hash: str = Field(description="As results name the suite that judged them.")
    state: VersionState
    faults: list[str] = Field(description="What the check found, in the language of the request.")
    is_in_use: bool = Field(description="Whether students get this version.")
    source: ExerciseSource
    git_address: str | None
    git_folder: str | None
    git_commit: str | None
    added_by: str | None = Field(description="Name of who added it; null for a deleted account.")
    added_at: datetime
    asked_at: datetime = Field(description="When these files came last.")
    checked_at: datetime | None

    @classmethod
    def of(cls, version: ExerciseVersion, language: str) -> Self:
        """Describe a version."""
        return cls(
            version=version.content_hash,
            suite_hash=version.suite_hash,
            state=version.state,
            faults=[Text(**fault).to(language) for fault in version.faults],
            is_in_use=version.is_in_use,
            source=version.source,
            git_address=version.git_address,
            git_folder=version.git_folder,
            git_commit=version.git_commit,
            added_by=version.adder.name if version.adder else None,
            added_at=version.added_at,
            asked_at=version.asked_at,
            checked_at=version.checked_at,
        )


class ExerciseOut(BaseModel):
    """An exercise of the server."""

    exercise: str
    title: str
    origin: Origin = Field(description="Ours, in a folder of the server, or added.")
    can_be_given: bool = Field(description="Whether courses may give it now.")
    versions: list[VersionOut] = Field(
        description="The one that came last first; none for those on the server's disk."
    )

    @classmethod
    def of(cls, listed: ListedExercise, language: str) -> Self:
        """Describe an exercise."""
        return cls(
            exercise=listed.slug,
            title=listed.title.to(language),
            origin=listed.origin,
            can_be_given=listed.can_be_given,
            versions=[VersionOut.of(version, language) for version in listed.versions],
        )


class PullIn(RequestBody):
    """Where an exercise is in a git repository."""

    address: str = Field(
        min_length=1,
        max_length=LONGEST_ADDRESS,
        description="https://…, readable without a password, or a path on the server.",
        examples=["https://git.example.org/asyncio/exercises.git"],
    )
    folder: str = Field(
        "",
        max_length=LONGEST_FOLDER,
        description="The exercise's folder in the repository; empty: its top.",
        examples=["exercises/mi-saludo"],
    )


class ExercisesOut(BaseModel):
    """Some exercises, by slug."""

    items: list[ExerciseOut]
    next: str | None = Field(description="Ask with after= this for those that follow, or null.")


@router.get("/exercises", responses=refusal_responses(*_REFUSED))
async def list_all(
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: Catalogue,
    language: Language,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str, Query(max_length=100)] = "",
) -> ExercisesOut:
    """List the exercises of this server, with every version of those that were added."""
    listed = await list_exercises(session, viewer, catalogue, after=after, limit=limit + 1)
    shown = [ExerciseOut.of(one, language) for one in listed[:limit]]
    return ExercisesOut(items=shown, next=shown[-1].exercise if len(listed) > limit else None)


@router.post(
    "/exercises",
    status_code=HTTP_202_ACCEPTED,
    openapi_extra=_ZIP_FORM,
    responses=refusal_responses(
        *(*_REFUSED, *_REFUSED_FILES, NotAForm, MalformedForm, NoFile, RequestTooLarge)
    ),
)
async def upload(
    request: Request,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> ExerciseOut:
    """Add an exercise, or a new version of one, from a zip; a worker then checks it."""
    require_administrator(viewer)
    form = await read_form(request)
    name, content = form.files[0]
    inspected = await asyncio.to_thread(read_upload, content, name)
    slug = await added_exercises.store(db, viewer, catalogue, inspected, now=now)
    async with db.read() as session:
        return await _show(session, viewer, catalogue, slug, language)


# Not below /exercises, where a name stands.
@router.post(
    "/exercise-pulls",
    status_code=HTTP_202_ACCEPTED,
    responses=refusal_responses(*_REFUSED, *_REFUSED_FILES, GitMissing, GitFailed),
)
async def pull(
    wanted: PullIn,
    viewer: CurrentViewer,
    db: Db,
    git: ExerciseGit,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> ExerciseOut:
    """Add an exercise, or a new version of one, from a git repository; a worker then checks it."""
    require_administrator(viewer)
    return await _pull(wanted.address, wanted.folder, viewer, db, git, catalogue, language, now)


@router.post(
    "/exercises/{added}/pull",
    status_code=HTTP_202_ACCEPTED,
    responses=refusal_responses(
        *(*_REFUSED, *_REFUSED_FILES, GitMissing, GitFailed, UnknownAddedExercise)
    ),
)
async def pull_again(
    added: Slug,
    viewer: CurrentViewer,
    db: Db,
    git: ExerciseGit,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> ExerciseOut:
    """Look whether the repository has a new version; if not, nothing changes."""
    async with db.read() as session:
        origin = await exercise_versions.get_origin(session, viewer, added)
    return await _pull(origin.address, origin.folder, viewer, db, git, catalogue, language, now)


@router.get("/exercises/{added}", responses=refusal_responses(*_REFUSED, UnknownAddedExercise))
async def show(
    added: Slug,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: Catalogue,
    language: Language,
) -> ExerciseOut:
    """Show an exercise that was added: its versions, and what the check of each has found."""
    return await _show(session, viewer, catalogue, added, language)


@router.delete(
    "/exercises/{added}",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(*_REFUSED, UnknownAddedExercise, ExerciseIsGiven),
)
async def remove(added: Slug, viewer: CurrentViewer, session: WriteSession, now: Now) -> None:
    """Take an added exercise away, with all its versions; not while a course gives it."""
    await exercise_versions.remove(session, viewer, added, now)
    await session.commit()


async def _pull(
    address: str,
    folder: str,
    viewer: CurrentViewer,
    db: Db,
    git: ExerciseGit,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> ExerciseOut:
    # No session is open meanwhile.
    inspected, origin = await added_exercises.pull(git, address, folder)
    slug = await added_exercises.store(db, viewer, catalogue, inspected, origin=origin, now=now)
    async with db.read() as session:
        return await _show(session, viewer, catalogue, slug, language)


async def _show(
    session: ReadSession, viewer: CurrentViewer, catalogue: Catalogue, slug: str, language: str
) -> ExerciseOut:
    await exercise_versions.get_newest(session, viewer, slug)
    (listed,) = await list_exercises(session, viewer, catalogue, only=slug)
    return ExerciseOut.of(listed, language)
