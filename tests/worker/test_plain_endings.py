"""Programs of plain suites that hang or end, and pytest's words about them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.manifest import load_exercise
from graders.report import Verdict
from graders.text import Text
from tests.fixtures.sandbox import RUNTIME
from tests.worker.test_plain_suites import MANIFEST, judge, one_test
from worker.grading.grade import Grader

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


HANGING = """
import asyncio
import queue
import threading
from task import *

def test_function():
    sleep_on()

def test_step():
    next(steps())

def test_property():
    Thing().value

def test_comparison():
    Thing() == Thing()

def test_thread():
    thread = threading.Thread(target=sleep_on)
    thread.start()
    thread.join()

def test_await():
    asyncio.run(wait())

def test_callback():
    async def never():
        await asyncio.Event().wait()
    asyncio.run(call(never))

def test_queue():
    numbers = queue.Queue()
    take(numbers.put)
    numbers.get()

def test_right():
    assert take(None) is None
"""
HANGS = """
import asyncio
import threading

def sleep_on():
    threading.Event().wait()

def steps():
    sleep_on()
    yield

class Thing:
    @property
    def value(self):
        while True: pass
    def __eq__(self, other):
        sleep_on()

async def wait():
    await asyncio.Event().wait()

async def call(other):
    await other()

def take(put):
    pass
"""


async def test_whatever_hangs_is_a_verdict_within_the_time_of_its_check(
    grader: Grader, tmp_path: Path
) -> None:
    exercise = one_test(tmp_path, HANGING, HANGS)
    limits = "\n[limits]\nwall_seconds = 1\ncpu_seconds = 1\n"
    (exercise.folder / "exercise.toml").write_text(MANIFEST.format(name="task") + limits, "utf-8")

    found = await judge(grader, load_exercise(exercise.folder), HANGS)
    right = found.pop("right")

    assert right.verdict is Verdict.PASSED
    assert {check.verdict for check in found.values()} == {Verdict.TIMED_OUT}
    lines = {name: check.line for name, check in found.items()}
    assert lines == {
        "function": 6,
        "step": 6,
        "property": 15,
        "comparison": 6,
        "thread": 6,
        "await": 20,
        "callback": 23,
        "queue": 25,  # the test waits: where what it used last begins
    }


async def test_a_program_that_ends_fails_no_other_check(grader: Grader, tmp_path: Path) -> None:
    suite = """
import pytest
from task import end, five

@pytest.fixture
def ending():
    yield
    end()

def test_ends():
    end()

def test_ends_in_a_fixture(ending):
    assert five() == 5

def test_is_interrupted():
    end(KeyboardInterrupt)

def test_other():
    assert five() == 5
"""
    source = """
import os

def end(error=None):
    if error:
        raise error
    os._exit(0)

def five():
    return 5
"""

    found = await judge(grader, one_test(tmp_path, suite, source), source)

    passed = [name for name, check in found.items() if check.verdict is Verdict.PASSED]
    assert passed == ["other"]


async def test_what_the_kit_requires_is_worded_in_both_languages(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
from graders.kit import require
from task import five

def test_it():
    require(five() == 5, "no es cinco", "it is not five")
"""

    found = await judge(grader, one_test(tmp_path, suite), "def five():\n    return 6\n")

    assert found["it"].verdict is Verdict.FAILED
    assert found["it"].message == Text("no es cinco", "it is not five")


async def test_a_failure_shows_no_words_of_pytest_about_its_own_files(
    grader: Grader, tmp_path: Path
) -> None:
    suite = "from task import same\n\ndef test_it():\n    assert same() == [1, 2]\n"
    source = """
class Lie(list):
    __len__ = lambda self: 3

def same():
    return Lie()
"""

    found = await judge(grader, one_test(tmp_path, suite), source)

    assert found["it"].message.en == "assert [] == [1, 2]"
