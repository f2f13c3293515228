"""Versions in use: unpacked on this machine's disk, and kept in the catalogue.

A version is unpacked once, below the data folder under its hash, and never changed there. Several
processes may share the folder: each unpacks beside it and renames, and whoever comes second
finds it done.
"""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import structlog

from graders.catalogue.exercises import LiveCatalogue
from server.actions import exercise_versions
from server.exercise_archive import read_own_zip
from server.exercise_inspection import write_files
from server.storage.database import Database

LOOK_EVERY_SECONDS: Final = 1.0
FOLDER: Final = "added-exercises"
_HASH_DIGITS: Final = 64
_log = structlog.get_logger("semaforo.exercises")


class ExerciseStore:
    """The versions in use: in the database, unpacked in `folder`, and in the catalogue."""

    def __init__(self, database: Database, catalogue: LiveCatalogue, data_dir: Path) -> None:
        self._database, self._catalogue = database, catalogue
        self._folder = data_dir.resolve() / FOLDER
        self._lock = asyncio.Lock()
        self._in_use: frozenset[tuple[str, str]] = frozenset()
        self._left_out: set[tuple[str, str]] = set()

    async def refresh(self) -> None:
        """Take what is in use now; a query, and more only if that has changed.

        A version that cannot be unpacked is left out, and logged: no older one judges in its place.

        Raises:
            DBAPIError, OSError: the database is away. All stays as it was.
        """
        async with self._lock:
            async with self._database.read() as session:
                in_use = await exercise_versions.list_in_use(session)
            if in_use == self._in_use:
                return
            folders = dict[tuple[str, str], Path]()
            for slug, content_hash in sorted(in_use):
                if folder := await self._try_to_unpack(slug, content_hash):
                    folders[slug, content_hash] = folder
            await asyncio.to_thread(self._catalogue.use_versions, folders.values())
            # What was left out is tried again the next time.
            self._in_use = frozenset(folders)

    async def _try_to_unpack(self, slug: str, content_hash: str) -> Path | None:
        try:
            return await self.unpack(slug, content_hash)
        except (OSError, LookupError, BadZipFile) as error:
            if (slug, content_hash) not in self._left_out:
                _log.error("added exercise left out", exercise=slug, error=str(error))
            self._left_out.add((slug, content_hash))
            return None

    @asynccontextmanager
    async def refreshing(self) -> AsyncIterator[None]:
        """Refresh every second while the block lasts."""
        async with asyncio.TaskGroup() as tasks:
            looking = tasks.create_task(self.keep_refreshing())
            try:
                yield
            finally:
                # The group waits for it. If the end of the loop cancelled it again while its
                # connection is being closed, it would never end.
                looking.cancel()

    async def keep_refreshing(self, *, every_seconds: float = LOOK_EVERY_SECONDS) -> None:
        """Refresh now and every second, until cancelled; an outage is logged once."""
        is_away = False
        while True:
            try:
                await self.refresh()
                is_away = False
            except Exception as error:  # noqa: BLE001 - the server goes on with what it has
                if not is_away:
                    _log.warning("added exercises not looked up", error=str(error))
                is_away = True
            await asyncio.sleep(every_seconds)

    async def unpack(self, slug: str, content_hash: str) -> Path:
        """Return the folder of a version, unpacked if it is not yet.

        Raises:
            DBAPIError, OSError: the database or the disk is away, or full.
            LookupError: there is no such version any more.
        """
        target = self._folder / content_hash / slug
        if await asyncio.to_thread(target.is_dir):
            return target
        async with self._database.read() as session:
            archive = await exercise_versions.get_archive(session, slug, content_hash)
        await asyncio.to_thread(_unpack, archive, target)
        return target


def is_unpacked(folder: Path) -> bool:
    """Whether the folder of an exercise is that of a version, and not one on the server's disk."""
    version = folder.parent
    return version.parent.name == FOLDER and len(version.name) == _HASH_DIGITS


def _unpack(archive: bytes, target: Path) -> None:
    target.parent.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent.parent))
    try:
        write_files(read_own_zip(archive, target.name), fresh / target.name)
        _name(fresh / target.name, target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _name(fresh: Path, target: Path) -> None:
    """Give what was unpacked its name, unless another process has done so meanwhile."""
    for path in (p for p in fresh.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    # There already if an exercise of another name has the same files.
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        fresh.rename(target)
    except OSError:
        if not target.is_dir():
            raise
