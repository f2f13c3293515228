"""Libraries of an exercise: installed by hash, shown to its programs alone, never a zero."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.environments import Environment, Environments
from graders.catalogue.libraries import LibraryStore, Lock
from graders.catalogue.manifest import Exercise
from graders.report import Report
from tests.fixtures.sandbox import RUNTIME
from tests.fixtures.wheels import USES_IT, exercise_with, make_wheel
from worker.grading.grade import Grader, GradingOutage
from worker.grading.other_zygotes import OtherZygotes
from worker.host.libraries import InstallFailed, install
from worker.outages import Outage
from worker.sandboxes import Zygote, open_zygote

LEAVES_A_THREAD = """
import threading
threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
COUNTS_SEEDS = """
SEEDS = []


def seed():
    SEEDS.append(1)
"""
TRIES_ALL = b"""
import sys
EARLY = sorted(name for name in sys.modules if name.startswith("tiny"))
from tiny_answer import ANSWER
import tiny_thread


def answer():
    assert EARLY == ["tiny_answer"], EARLY
    return ANSWER
"""


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    return tmp_path / "wheels"


@pytest.fixture
def store(tmp_path: Path) -> LibraryStore:
    return Environments(tmp_path / "data").store


@pytest.fixture
def answer(wheels: Path) -> str:
    return make_wheel(wheels, "tiny_answer", {"tiny_answer.py": "ANSWER = 42\n"})


@pytest_asyncio.fixture
async def grader(tmp_path: Path) -> AsyncIterator[Grader]:
    environments = Environments(tmp_path / "data")
    async with Grader(runtime=RUNTIME, name="tests", environments=environments) as grader:
        yield grader


def lock_of(exercise: Exercise) -> Lock:
    assert exercise.lock is not None
    return exercise.lock


async def grade(grader: Grader, exercise: Exercise, source: bytes = USES_IT) -> Report:
    files: Mapping[str, bytes] = {"solution.py": source}
    async with asyncio.timeout(60):
        return await grader.grade(exercise, files)


async def test_programs_import_the_libraries_of_their_exercise_alone(
    tmp_path: Path, wheels: Path, store: LibraryStore, answer: str, grader: Grader
) -> None:
    exercise = exercise_with(tmp_path / "needs", answer)
    other = exercise_with(tmp_path / "other")
    install(store, lock_of(exercise), wheels=wheels)

    report = await grade(grader, exercise)
    elsewhere = await grade(grader, other)

    mistyped = await grade(grader, exercise, b"import tiny_anwser\n")

    assert report.all_passed, report
    assert not elsewhere.all_passed
    assert "`uvicorn`, `tiny_answer`." in mistyped.checks[0].message.en
    assert "tiny_answer" in elsewhere.checks[0].message.en


async def test_missing_libraries_are_an_outage_that_no_program_causes(
    tmp_path: Path, answer: str, grader: Grader
) -> None:
    exercise = exercise_with(tmp_path / "needs", answer)

    with pytest.raises(GradingOutage, match="exercise install needs") as outage:
        await grade(grader, exercise)

    assert outage.value.kind is Outage.ENVIRONMENT
    assert not outage.value.kind.may_be_caused_by_program


async def test_what_cannot_be_forked_is_not_imported_before_the_programs_name_it(
    tmp_path: Path, wheels: Path, store: LibraryStore, answer: str, grader: Grader
) -> None:
    leaves = {"tiny_thread.py": LEAVES_A_THREAD, "tiny_exit.py": "import os; os._exit(0)"}
    exercise = exercise_with(tmp_path / "needs", answer, make_wheel(wheels, "tiny", leaves))
    install(store, lock_of(exercise), wheels=wheels)

    assert (await grade(grader, exercise, TRIES_ALL)).all_passed


async def test_random_numbers_of_numpy_differ_in_every_check(
    tmp_path: Path, wheels: Path, store: LibraryStore, grader: Grader
) -> None:
    # In place of numpy, which is imported before the fork, and is told to seed anew after it.
    modules = {"numpy/__init__.py": "from numpy import random\n", "numpy/random.py": COUNTS_SEEDS}
    exercise = exercise_with(tmp_path / "needs", make_wheel(wheels, "numpy", modules))
    install(store, lock_of(exercise), wheels=wheels)

    source = b"import numpy\n\n\ndef answer():\n    return 42 if numpy.random.SEEDS else 0\n"
    assert (await grade(grader, exercise, source)).all_passed


def test_the_same_lines_are_installed_once_whichever_exercise_has_them(
    tmp_path: Path, wheels: Path, store: LibraryStore, answer: str
) -> None:
    one = exercise_with(tmp_path / "one", answer)
    split = answer.replace(" --", " \\\n    --")
    two = exercise_with(tmp_path / "two", "# made by hand", split, "")

    (store.folder / ".new-left" / "site").mkdir(parents=True)  # as one that was killed leaves it

    first = install(store, lock_of(one), wheels=wheels)
    (first / "marked").touch()

    assert install(store, lock_of(two), wheels=wheels) == first
    assert (first / "marked").exists()
    assert {path.name for path in store.folder.iterdir()} == {".lock", first.parent.name}


def test_a_wheel_with_another_hash_is_not_installed(
    tmp_path: Path, wheels: Path, store: LibraryStore, answer: str
) -> None:
    name, _, digest = answer.partition("sha256:")
    other = f"{name}sha256:{digest[::-1]}"

    with pytest.raises(InstallFailed, match="HASHES"):
        install(store, lock_of(exercise_with(tmp_path / "needs", other)), wheels=wheels)

    assert [path.name for path in store.folder.iterdir()] == [".lock"]


def test_no_code_of_a_package_that_is_no_wheel_runs(
    tmp_path: Path, wheels: Path, store: LibraryStore, answer: str
) -> None:
    (wheels / "tiny_answer-1.0-py3-none-any.whl").rename(wheels / "tiny_answer-1.0.tar.gz")

    with pytest.raises(InstallFailed, match="No matching distribution"):
        install(store, lock_of(exercise_with(tmp_path / "needs", answer)), wheels=wheels)


@pytest.mark.parametrize(
    ("bounds", "words"),
    [({"most_seconds": 0.0}, "too long"), ({"most_bytes": 100_000}, "more than")],
)
def test_an_installation_is_bounded_and_leaves_nothing(
    tmp_path: Path, wheels: Path, store: LibraryStore, bounds: dict[str, float], words: str
) -> None:
    large = make_wheel(wheels, "tiny_large", {"tiny_large.py": "#" * 200_000})
    lock = lock_of(exercise_with(tmp_path / "needs", large))

    with pytest.raises(InstallFailed, match=words):
        install(store, lock, wheels=wheels, **bounds)  # type: ignore[arg-type]

    assert [path.name for path in store.folder.iterdir()] == [".lock"]


def test_an_installation_waits_no_longer_than_it_may_for_another(
    tmp_path: Path, wheels: Path, store: LibraryStore, answer: str
) -> None:
    lock = lock_of(exercise_with(tmp_path / "needs", answer))
    store.folder.mkdir(parents=True)

    with (store.folder / ".lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(InstallFailed, match="another installation has not ended within 0 s"):
            install(store, lock, wheels=wheels, most_wait_seconds=0.0)

    assert install(store, lock, wheels=wheels, most_wait_seconds=0.0).is_dir()


async def test_few_zygotes_are_kept_and_the_unused_one_makes_room(tmp_path: Path) -> None:
    needed = [Environment(libraries=tmp_path / name) for name in ("one", "two", "three")]
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
    zygotes = OtherZygotes(_open, most=2, unused_seconds=3600)
    try:
        async with zygotes.lend(needed[0]) as first, zygotes.lend(needed[0]) as again:
            async with zygotes.lend(needed[1]):
                waiting = asyncio.create_task(_lend(zygotes, needed[2]))
                await asyncio.sleep(0)
                is_bounded = zygotes.environments == needed[:2] and first is again
            async with asyncio.timeout(60):
                await waiting
        assert is_bounded
        assert zygotes.environments == [needed[0], needed[2]]
    finally:
        await zygotes.close()


async def test_an_unused_zygote_ends(tmp_path: Path) -> None:
    needed = Environment(libraries=tmp_path / "one")
    (tmp_path / "one").mkdir()
    zygotes = OtherZygotes(_open, unused_seconds=0.0)
    ended = asyncio.Event()

    async with zygotes.lend(needed):
        assert zygotes.environments == [needed]
    asyncio.get_running_loop().call_later(0.0, ended.set)
    await ended.wait()

    assert zygotes.environments == []
    await zygotes.close()


def _open(environment: Environment) -> Zygote:
    return open_zygote(RUNTIME, environment=environment)


async def _lend(zygotes: OtherZygotes, environment: Environment) -> None:
    async with zygotes.lend(environment):
        pass
