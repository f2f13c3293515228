"""Exercises that administrators add: their versions, and which is in use.

            ┌── add ──► waiting ──claim──► checking ──finish──► passed (in use) or refused
            │              ▲                  │
       a zip, git          └────give_back─────┘   or the lease ends

The check itself is in `exercise_checks`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from server.access import Viewer, require_administrator
from server.actions import audit
from server.errors import (
    ExerciseIsGiven,
    ExerciseNameTaken,
    OtherFilesAskedFor,
    UnknownAddedExercise,
)
from server.exercise_inspection import Inspected
from server.models import Assignment, Course, ExerciseSource, ExerciseVersion, VersionState
from server.models.exercises import IS_IN_USE


@dataclass(frozen=True, slots=True)
class GitOrigin:
    """Where a version was pulled from; `folder` is "" for the top of the repository."""

    address: str
    folder: str
    commit: str


async def add(
    session: AsyncSession,
    viewer: Viewer,
    inspected: Inspected,
    *,
    on_disk: frozenset[str],
    origin: GitOrigin | None = None,
    now: datetime,
) -> ExerciseVersion:
    """Store a version and have it checked; the same files again are the same version.

    on_disk  Slugs of the exercises that lie on this server's disk.
    origin   Where git found it; None for an upload.

    Raises:
        AdministratorsOnly, ExerciseNameTaken, OtherFilesAskedFor
    """
    require_administrator(viewer)
    slug = inspected.files.slug
    if slug in on_disk:
        raise ExerciseNameTaken(slug)
    await _require_same_files(session, slug, inspected.asked_for)
    version = await _find(session, slug, inspected.files.content_hash)
    if version is None:
        version = ExerciseVersion(
            slug=slug,
            content_hash=inspected.files.content_hash,
            archive=inspected.archive,
            added_at=now,
            claims=0,
            is_in_use=False,
        )
    elif version.is_in_use:
        # Files that are in use have passed. Asked for last, they stay whatever is checked now.
        version.asked_at = now
        await session.flush()
        return await get(session, viewer, version.id)
    _ask_for_check(version, inspected, origin, viewer, now)
    if not await _store(session, version):
        return await add(session, viewer, inspected, on_disk=on_disk, origin=origin, now=now)
    after = {"exercise": slug, "version": version.content_hash, "source": version.source.value}
    if origin:
        after |= {"address": origin.address, "folder": origin.folder, "commit": origin.commit}
    await audit.record(session, viewer, "exercise.add", after=after, now=now)
    return await get(session, viewer, version.id)


def _ask_for_check(
    version: ExerciseVersion,
    inspected: Inspected,
    origin: GitOrigin | None,
    viewer: Viewer,
    now: datetime,
) -> None:
    version.suite_hash, version.files = inspected.suite_hash, list(inspected.asked_for)
    version.title_es, version.title_en = inspected.title.es, inspected.title.en
    version.source = ExerciseSource.GIT if origin else ExerciseSource.UPLOAD
    version.git_address = origin.address if origin else None
    version.git_folder = origin.folder if origin else None
    version.git_commit = origin.commit if origin else None
    version.added_by, version.asked_at = viewer.user.id, now
    version.state, version.faults, version.checked_at = VersionState.WAITING, [], None
    # The claim of a check that is under way holds no longer: nothing is being checked.
    version.tries, version.not_before = 0, None


async def list_versions(
    session: AsyncSession, viewer: Viewer, slugs: Sequence[str]
) -> list[ExerciseVersion]:
    """List the versions of these exercises, by slug, the one that came last first.

    Raises:
        AdministratorsOnly
    """
    require_administrator(viewer)
    newest = _with_adder().where(ExerciseVersion.slug.in_(slugs))
    order = (ExerciseVersion.slug, ExerciseVersion.asked_at.desc(), ExerciseVersion.id.desc())
    return list(await session.scalars(newest.order_by(*order)))


async def list_slugs(session: AsyncSession, viewer: Viewer) -> list[str]:
    """List the slugs of the exercises that were added.

    Raises:
        AdministratorsOnly
    """
    require_administrator(viewer)
    return list(await session.scalars(select(ExerciseVersion.slug).distinct()))


async def get(session: AsyncSession, viewer: Viewer, version_id: UUID) -> ExerciseVersion:
    """Return a version with who added it.

    Raises:
        AdministratorsOnly
    """
    require_administrator(viewer)
    return (await session.scalars(_with_adder().where(ExerciseVersion.id == version_id))).one()


async def get_newest(session: AsyncSession, viewer: Viewer, slug: str) -> ExerciseVersion:
    """Return the version of an exercise that came last.

    Raises:
        AdministratorsOnly, UnknownAddedExercise
    """
    found = await list_versions(session, viewer, [slug])
    if not found:
        raise UnknownAddedExercise(slug)
    return found[0]


async def get_origin(session: AsyncSession, viewer: Viewer, slug: str) -> GitOrigin:
    """Return where the newest version of an exercise that came from git was pulled from.

    Raises:
        AdministratorsOnly
        UnknownAddedExercise: none of its versions came from git.
    """
    for version in await list_versions(session, viewer, [slug]):
        if version.git_address is not None:
            commit = version.git_commit or ""
            return GitOrigin(version.git_address, version.git_folder or "", commit)
    raise UnknownAddedExercise(slug)


async def remove(session: AsyncSession, viewer: Viewer, slug: str, now: datetime) -> None:
    """Take an exercise away, with every version of it.

    Raises:
        AdministratorsOnly, UnknownAddedExercise
        ExerciseIsGiven: a course gives it.
    """
    version = await get_newest(session, viewer, slug)
    is_given = exists().where(Assignment.exercise == slug)
    # One statement, so that on SQLite no course can give it in between. On PostgreSQL one that has
    # not committed yet can: it then gives an exercise that is not there until it is added again.
    gone = await session.execute(
        delete(ExerciseVersion)
        .where(ExerciseVersion.slug == slug, ~is_given)
        .returning(ExerciseVersion.id)
        .execution_options(synchronize_session=False)
    )
    if not gone.all():
        given_in = select(Course.slug).join(Assignment).where(Assignment.exercise == slug)
        courses = await session.scalars(given_in.order_by(Course.slug).limit(10))
        raise ExerciseIsGiven(slug, ", ".join(courses))
    before = {"exercise": slug, "version": version.content_hash}
    await audit.record(session, viewer, "exercise.remove", before=before, now=now)


async def list_in_use(session: AsyncSession) -> frozenset[tuple[str, str]]:
    """Return slug and content hash of every version in use."""
    in_use = select(ExerciseVersion.slug, ExerciseVersion.content_hash)
    # As text, so that SQLite uses the partial index.
    rows = await session.execute(in_use.where(IS_IN_USE))
    return frozenset((slug, content_hash) for slug, content_hash in rows)


async def get_archive(session: AsyncSession, slug: str, content_hash: str) -> bytes:
    """Return the zip of a version.

    Raises:
        LookupError: there is none.
    """
    archive = await session.scalar(
        select(ExerciseVersion.archive).where(
            ExerciseVersion.slug == slug, ExerciseVersion.content_hash == content_hash
        )
    )
    if archive is None:
        raise LookupError(f"no version {content_hash} of {slug}")
    return archive


async def _find(session: AsyncSession, slug: str, content_hash: str) -> ExerciseVersion | None:
    same = select(ExerciseVersion).where(
        ExerciseVersion.slug == slug, ExerciseVersion.content_hash == content_hash
    )
    found: ExerciseVersion | None = await session.scalar(same.with_for_update())
    return found


async def _store(session: AsyncSession, version: ExerciseVersion) -> bool:
    """Store a version; returns False if a concurrent request has added the same files first."""
    slug, content_hash = version.slug, version.content_hash
    try:
        async with session.begin_nested():
            session.add(version)
    except IntegrityError:
        if await _find(session, slug, content_hash) is None:
            raise
        return False
    return True


async def _require_same_files(session: AsyncSession, slug: str, asked_for: Sequence[str]) -> None:
    in_use = select(ExerciseVersion.files).where(
        ExerciseVersion.slug == slug, ExerciseVersion.is_in_use
    )
    before = await session.scalar(in_use)
    if before is not None and before != list(asked_for):
        raise OtherFilesAskedFor(slug, ", ".join(before), ", ".join(asked_for))


def _with_adder() -> Select[ExerciseVersion]:
    return select(ExerciseVersion).options(joinedload(ExerciseVersion.adder))
