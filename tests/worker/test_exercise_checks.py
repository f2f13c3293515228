"""Checks of added exercises, with the real grader in a real sandbox, and their use afterwards."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from arq.connections import ArqRedis
from sqlalchemy import select, text

from graders.catalogue.exercises import LiveCatalogue
from graders.report import RunState
from graders.text import Text
from server.access import Viewer
from server.actions import administrators
from server.actions.exercise_checks import CheckClaim
from server.exercise_archive import ExerciseFiles
from server.exercise_store import ExerciseStore
from server.models import Check, ExerciseVersion, GradingRun, VersionState
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_submission, a_user, an_assignment, viewer_of
from tests.fixtures.exercises import SLUG, SUITE, a_version, a_version_in_use, an_exercise, changed
from tests.fixtures.queue import ScriptedGrader
from tests.fixtures.sandbox import RUNTIME
from worker.grading.grade import Grader
from worker.queue.context import WorkerContext
from worker.queue.exercise_checks import _without_our_folders, check_next, keep_checking
from worker.queue.jobs import grade_run

SUITE_FIELD = SUITE.replace(".", "__")


def a_context(
    database: Database, queue: ArqRedis, settings: Settings, data_dir: Path, grader: object = None
) -> WorkerContext:
    """A worker with a data folder of its own."""
    catalogue = LiveCatalogue()
    added = ExerciseStore(database, catalogue, data_dir)
    return WorkerContext(
        grader or ScriptedGrader(),  # type: ignore[arg-type]
        catalogue,
        database,
        queue,
        settings.model_copy(update={"runtime_dir": RUNTIME}),
        added=added,
    )


@pytest.fixture
def worker(
    sqlite_database: Database, queue: ArqRedis, settings: Settings, tmp_path: Path
) -> WorkerContext:
    return a_context(sqlite_database, queue, settings, tmp_path / "one")


@pytest.fixture
async def boss(sqlite_database: Database) -> Viewer:
    async with sqlite_database.write() as session:
        user = await a_user(session)
        await administrators.appoint(session, None, user, datetime.now(UTC))
        viewer = await viewer_of(session, user)
        await session.commit()
    return viewer


async def _add(
    database: Database, boss: Viewer, files: ExerciseFiles, *, in_use: bool = False
) -> str:
    async with database.write() as session:
        add = a_version_in_use if in_use else a_version
        version = await add(session, boss, files)
        await session.commit()
        return version.content_hash


async def _read_version(database: Database, content_hash: str) -> ExerciseVersion:
    async with database.read() as session:
        rows = await session.scalars(
            select(ExerciseVersion).where(ExerciseVersion.content_hash == content_hash)
        )
        return rows.one()


async def test_an_exercise_that_holds_can_be_given_and_judges_a_submission(
    worker: WorkerContext, boss: Viewer
) -> None:
    content_hash = await _add(worker.database, boss, an_exercise())

    assert await check_next(worker)

    version = await _read_version(worker.database, content_hash)
    assert (version.state, version.faults) == (VersionState.PASSED, [])
    assert version.is_in_use
    async with worker.database.write() as session:
        assignment = await an_assignment(session, None, SLUG)
        files = {"solution.py": an_exercise().files["reference.py"]}
        run = (await a_submission(session, assignment, files=files)).runs[0]
        await session.commit()
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        await grade_run({"context": replace(worker, grader=grader)}, "")
    async with worker.database.read() as session:
        graded = await session.get_one(GradingRun, run.id)
        assert (graded.state, graded.points) == (RunState.FINISHED, 6)
        assert graded.suite_hash == version.suite_hash
        names = await session.scalars(select(Check.name).where(Check.run_id == run.id))
        assert set(names) == {"at_once", "order", "errors"}


async def test_what_the_check_finds_is_kept_line_by_line_in_both_languages(
    worker: WorkerContext, boss: Viewer
) -> None:
    suite = an_exercise().files[SUITE].replace(b'run.must_raise("ValueError", words)', b"pass")
    manifest = an_exercise().files["exercise.toml"].replace(b"= []", b'= ["nowhere"]')
    files = an_exercise(**{SUITE_FIELD: suite, "exercise__toml": manifest})
    content_hash = await _add(worker.database, boss, files)

    assert await check_next(worker)

    version = await _read_version(worker.database, content_hash)
    assert (version.state, version.is_in_use) == (VersionState.REFUSED, False)
    english = [fault["en"] for fault in version.faults]
    assert "prerequisites: nowhere does not exist, or depends on this exercise itself." in english
    assert "wrong_swallowed: no check rejects it." in english
    assert "wrong_swallowed: ninguna comprobación la rechaza." in [f["es"] for f in version.faults]


REACHING = b"""
import os, socket, subprocess
denied = 0
for reach in (
    lambda: open(f"{__file__}.new", "w"),
    lambda: os.unlink(__file__),
    lambda: socket.socket(),
    lambda: subprocess.run(["true"]),
):
    try:
        reach()
    except OSError:
        denied += 1
raise RuntimeError(f"{denied} denied")
"""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"import (", "mi-saludo/test_mi_saludo.py: "),
        (b"import os; os._exit(0)", "left with exit code 0"),
        (REACHING, "RuntimeError: 4 denied"),
    ],
    ids=["broken", "leaves", "reaches"],
)
async def test_a_hostile_suite_is_refused_and_reaches_nothing(
    worker: WorkerContext, boss: Viewer, line: bytes, words: str
) -> None:
    suite = an_exercise().files[SUITE].replace(b"NAMES =", line + b"\nNAMES =")
    content_hash = await _add(worker.database, boss, an_exercise(**{SUITE_FIELD: suite}))

    assert await check_next(worker)

    version = await _read_version(worker.database, content_hash)
    assert version.state is VersionState.REFUSED
    assert words in version.faults[-1]["en"]
    assert content_hash not in version.faults[-1]["en"]


def test_a_suites_error_names_files_from_the_exercises_folder_on() -> None:
    claim = CheckClaim(uuid4(), 1, 0, SLUG, "ab" * 32)
    folder = f"/data/added-exercises/{claim.content_hash}"
    words = f"{folder}/a/t.py:3: {folder}/a/b.py, ({folder}/a) /data/c"

    cut = _without_our_folders(Text.same(words), claim)
    slashes = _without_our_folders(Text.same("/" * 60_000), claim)  # at once, or never

    assert cut == Text.same("a/t.py:3: a/b.py, (a) /data/c")
    assert slashes == Text.same("/" * 60_000)


async def test_a_check_without_end_is_ended_and_refused(
    worker: WorkerContext, boss: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.queue.exercise_checks.CHECK_SECONDS", 3.0)
    suite = an_exercise().files[SUITE].replace(b"NAMES =", b"while True: pass\nNAMES =")
    content_hash = await _add(worker.database, boss, an_exercise(**{SUITE_FIELD: suite}))

    async with asyncio.timeout(30):
        assert await check_next(worker)

    version = await _read_version(worker.database, content_hash)
    assert version.state is VersionState.REFUSED
    assert "minutes" in version.faults[0]["en"]


async def test_a_check_whose_worker_stops_waits_again(
    worker: WorkerContext, boss: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = asyncio.Event()

    async def find_faults(*_: object) -> None:
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("worker.queue.exercise_checks.find_faults", find_faults)
    content_hash = await _add(worker.database, boss, an_exercise())
    checking = asyncio.create_task(check_next(worker))
    await began.wait()
    checking.cancel()
    await asyncio.gather(checking, return_exceptions=True)

    version = await _read_version(worker.database, content_hash)
    assert (version.state, version.tries) == (VersionState.WAITING, 0)


async def test_a_worker_stops_although_a_check_cannot_be_given_back(
    worker: WorkerContext, boss: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = asyncio.Event()

    async def find_faults(*_: object) -> None:
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr("worker.queue.exercise_checks.find_faults", find_faults)
    await _add(worker.database, boss, an_exercise())
    checking = asyncio.create_task(keep_checking(worker))
    await began.wait()
    async with worker.database.write() as session:
        await session.execute(text("DROP TABLE exercise_versions"))
        await session.commit()
    checking.cancel()
    await asyncio.wait([checking], timeout=30)

    assert checking.cancelled()


async def _suite_that_graded(worker: WorkerContext) -> Path:
    """Grade a fresh submission with the scripted grader; returns the exercise's folder it got."""
    folders: list[Path] = []

    class Noting(ScriptedGrader):
        async def grade(self, exercise, files, **options):  # type: ignore[no-untyped-def]
            folders.append(exercise.folder)
            return await super().grade(exercise, files, **options)

    async with worker.database.write() as session:
        course = await a_course(session)
        await a_submission(session, await an_assignment(session, course, SLUG))
        await session.commit()
    await grade_run({"context": replace(worker, grader=Noting())}, "")
    (folder,) = folders
    return folder


async def test_every_worker_grades_with_the_version_in_use_when_the_run_was_claimed(
    worker: WorkerContext, boss: Viewer, tmp_path: Path
) -> None:
    other = a_context(worker.database, worker.queue, worker.settings, tmp_path / "two")
    first = await _add(worker.database, boss, an_exercise(), in_use=True)
    for one in (worker, other):
        assert (await _suite_that_graded(one)).parent.name == first
    second = await _add(worker.database, boss, changed(), in_use=True)

    for one in (worker, other):
        assert (await _suite_that_graded(one)).parent.name == second


async def test_a_version_that_cannot_be_unpacked_leaves_no_older_one_in_its_place(
    worker: WorkerContext, boss: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _add(worker.database, boss, an_exercise(), in_use=True)
    await worker.added.refresh()  # type: ignore[union-attr]
    assert SLUG in worker.catalogue.now()
    second = await _add(worker.database, boss, changed(), in_use=True)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("server.exercise_store._unpack", full)
        await worker.added.refresh()  # type: ignore[union-attr]
        assert SLUG not in worker.catalogue.now()
    await worker.added.refresh()  # type: ignore[union-attr]

    assert worker.catalogue.now()[SLUG].folder.parent.name == second


async def test_exercises_of_two_names_may_have_the_same_files(
    sqlite_database: Database, boss: Viewer, tmp_path: Path
) -> None:
    both = {**an_exercise("uno").files, **an_exercise("dos").files}
    hashes = {
        slug: await _add(sqlite_database, boss, ExerciseFiles(slug, dict(sorted(both.items()))))
        for slug in ("uno", "dos")
    }
    store = ExerciseStore(sqlite_database, LiveCatalogue(), tmp_path / "data")

    folders = [await store.unpack(slug, content_hash) for slug, content_hash in hashes.items()]

    assert len(set(hashes.values())) == 1
    assert [folder.name for folder in folders] == ["uno", "dos"]
    assert all((folder / "exercise.toml").is_file() for folder in folders)


async def test_two_processes_unpack_into_one_folder(
    sqlite_database: Database, boss: Viewer, tmp_path: Path
) -> None:
    content_hash = await _add(sqlite_database, boss, an_exercise(), in_use=True)
    stores = [ExerciseStore(sqlite_database, LiveCatalogue(), tmp_path / "data") for _ in range(4)]

    folders = await asyncio.gather(*(store.unpack(SLUG, content_hash) for store in stores))

    assert len(set(folders)) == 1
    files = {str(p.relative_to(folders[0])) for p in folders[0].rglob("*") if p.is_file()}
    assert files == set(an_exercise().files)
    assert [path.name for path in folders[0].parent.parent.iterdir()] == [content_hash]
