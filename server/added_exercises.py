"""The exercises of the server as its administrators see them: those on disk, and those added."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import BUILT_IN, Catalogue
from graders.text import Text
from server.access import Viewer
from server.actions import exercise_versions
from server.actions.exercise_versions import GitOrigin
from server.exercise_archive import read_zip
from server.exercise_git import ExerciseGit, require_folder
from server.exercise_inspection import Inspected, inspect
from server.exercise_store import is_unpacked
from server.models import ExerciseVersion
from server.storage.database import Database


class Origin(StrEnum):
    """Where an exercise lies.

    BUNDLED  Among ours.
    FOLDER   In a folder of SEMAFORO_EXERCISES_DIRS.
    ADDED    In the database: an administrator uploaded or pulled it.
    """

    BUNDLED = "bundled"
    FOLDER = "folder"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class ListedExercise:
    """An exercise of the server.

    can_be_given  Whether courses may give it: it is in use, not withheld, and this
                  machine has its libraries and its Python.
    versions      Of one that was added, the one that came last first.
    """

    slug: str
    title: Text
    origin: Origin
    can_be_given: bool
    versions: Sequence[ExerciseVersion] = ()


def slugs_on_disk(catalogue: Catalogue) -> frozenset[str]:
    """Return the slugs that no exercise may be added under."""
    known = [*catalogue.values(), *catalogue.withheld.values()]
    return frozenset(one.slug for one in known if not is_unpacked(one.folder))


def read_upload(content: bytes, file_name: str) -> Inspected:
    """Return the exercise in an uploaded zip; takes some 30 ms, so call it in a thread.

    Raises:
        UnusableExercise, InvalidExercise
    """
    return inspect(read_zip(content, file_name))


async def pull(git: ExerciseGit, address: str, folder: str) -> tuple[Inspected, GitOrigin]:
    """Return the exercise in a folder of a git repository; takes at most some 40 seconds.

    Raises:
        UnusableExercise, InvalidExercise, GitMissing, GitFailed
    """
    pulled = await git.pull(address, folder)
    inspected = await asyncio.to_thread(inspect, pulled.files)
    return inspected, GitOrigin(address, require_folder(folder), pulled.commit)


async def store(
    db: Database,
    viewer: Viewer,
    catalogue: Catalogue,
    inspected: Inspected,
    *,
    origin: GitOrigin | None = None,
    now: datetime,
) -> str:
    """Add a version, in a transaction of its own; returns the exercise's slug.

    Raises:
        AdministratorsOnly, ExerciseNameTaken, OtherFilesAskedFor
    """
    async with db.write() as session:
        version = await exercise_versions.add(
            session, viewer, inspected, on_disk=slugs_on_disk(catalogue), origin=origin, now=now
        )
        await session.commit()
    return version.slug


async def list_exercises(
    session: AsyncSession,
    viewer: Viewer,
    catalogue: Catalogue,
    *,
    after: str = "",
    limit: int | None = None,
    only: str | None = None,
) -> list[ListedExercise]:
    """List the exercises by slug.

    after  The slug after which to begin.
    limit  How many at most; None for all.
    only   The one added exercise to list.

    Raises:
        AdministratorsOnly
    """
    added = [only] if only else await exercise_versions.list_slugs(session, viewer)
    on_disk = frozenset() if only else slugs_on_disk(catalogue)
    slugs = sorted(slug for slug in {*added, *on_disk} if slug > after)[:limit]
    versions: dict[str, list[ExerciseVersion]] = {}
    for version in await exercise_versions.list_versions(session, viewer, slugs):
        versions.setdefault(version.slug, []).append(version)
    return [
        _listed_added(catalogue, versions[slug]) if slug in versions else _listed(catalogue, slug)
        for slug in slugs
        if slug in versions or slug in on_disk
    ]


def _listed_added(catalogue: Catalogue, versions: Sequence[ExerciseVersion]) -> ListedExercise:
    in_use = [version for version in versions if version.is_in_use]
    shown = (*in_use, *versions)[0]
    is_held = shown.slug in catalogue.withheld or catalogue.find_missing(shown.slug)
    can_be_given = bool(in_use) and not is_held
    return ListedExercise(shown.slug, shown.title, Origin.ADDED, can_be_given, versions)


def _listed(catalogue: Catalogue, slug: str) -> ListedExercise:
    exercise = catalogue.find(slug)
    origin = Origin.BUNDLED if exercise.folder.is_relative_to(BUILT_IN) else Origin.FOLDER
    can_be_given = slug in catalogue and not catalogue.find_missing(slug)
    return ListedExercise(slug, exercise.title, origin, can_be_given)
