"""Plain pytest and unittest suites, unchanged, against a module in the sandbox."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.manifest import Exercise, load_exercise
from graders.report import CheckResult, Verdict
from tests.fixtures.sandbox import RUNTIME
from worker.grading.grade import Grader

pytestmark = pytest.mark.asyncio(loop_scope="module")
SAMPLES = Path(__file__).parent / "plain" / "samples"
MANIFEST = """
style = "plain"
title = {{ es = "{name}", en = "{name}" }}
summary = {{ es = "{name}", en = "{name}" }}
files = ["{name}.py"]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


def exercise_of(sample: Path, tmp_path: Path) -> Exercise:
    """Make an exercise of a plain suite as it is."""
    folder = tmp_path / sample.name.replace("_", "-")
    shutil.copytree(sample, folder)
    (folder / "suite.py").rename(folder / f"test_{sample.name}.py")
    (folder / "exercise.toml").write_text(MANIFEST.format(name=sample.name), "utf-8")
    for language in ("es", "en"):
        (folder / f"statement.{language}.md").write_text(sample.name, "utf-8")
    return load_exercise(folder)


def one_test(tmp_path: Path, suite: str, reference: str = "") -> Exercise:
    """Make an exercise `task` of a suite given as text."""
    sample = tmp_path / "made" / "task"
    sample.mkdir(parents=True)
    (sample / "suite.py").write_text(suite, "utf-8")
    (sample / "reference.py").write_text(reference, "utf-8")
    (sample / "starter.py").write_text("", "utf-8")
    return exercise_of(sample, tmp_path)


async def judge(grader: Grader, exercise: Exercise, source: str) -> dict[str, CheckResult]:
    report = await grader.grade(exercise, {exercise.files[0]: source.encode()})
    return {check.name: check for check in report.checks}


@pytest.mark.parametrize("sample", sorted(SAMPLES.iterdir()), ids=lambda path: path.name)
async def test_the_reference_passes_all_and_the_starter_fails_all(
    grader: Grader, sample: Path, tmp_path: Path
) -> None:
    exercise = exercise_of(sample, tmp_path)

    right = await grader.grade(exercise, exercise.reference)
    starter = await grader.grade(
        exercise, {name: text.encode() for name, text in exercise.starter.items()}
    )

    assert {c.name: c.message.en for c in right.checks if c.verdict is not Verdict.PASSED} == {}
    assert [c.name for c in starter.checks if c.verdict is Verdict.PASSED] == []
    assert len(right.checks) == len(starter.checks) > 0


async def test_a_failure_reads_as_pytest_and_unittest_write_it(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
import unittest
from task import double

def test_plain():
    assert double(4) == 8

class T(unittest.TestCase):
    def test_it(self):
        self.assertEqual([double(1)], [2])
"""
    exercise = one_test(tmp_path, suite)

    found = await judge(grader, exercise, "def double(n):\n    return n * 3\n")
    raising = await judge(grader, exercise, "def double(n):\n    return {}[n]\n")
    missing = await judge(grader, exercise, "def triple(n):\n    return n * 3\n")
    broken = await judge(grader, exercise, "def double(n)\n")

    assert found["plain"].verdict is found["T.it"].verdict is Verdict.FAILED
    assert found["plain"].message.en == "assert 12 == 8\n +  where 12 = double(4)"
    assert "Lists differ: [3] != [2]" in found["T.it"].message.en
    assert (raising["plain"].verdict, raising["plain"].line) == (Verdict.CRASHED, 2)
    assert "KeyError: 4" in raising["plain"].message.en
    assert missing["plain"].verdict is Verdict.NOT_RUN
    assert "no function `double`" in missing["plain"].message.en
    assert broken["plain"].verdict is Verdict.NOT_RUN


async def test_a_skipped_test_does_not_move_the_others(grader: Grader, tmp_path: Path) -> None:
    suite = """
import pytest
from task import one, two

@pytest.mark.skip
def test_skipped():
    assert False

def test_one():
    assert one() == 1

def test_two():
    assert two() == 2
"""
    source = "def one():\n    return 1\n\ndef two():\n    return 3\n"

    found = await judge(grader, one_test(tmp_path, suite), source)

    assert found["one"].verdict is Verdict.PASSED
    assert found["two"].verdict is Verdict.FAILED


async def test_a_program_that_never_answers_is_a_verdict_with_its_line(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
from task import wait

def test_it():
    try:
        wait()
    except BaseException:
        pass

def test_other():
    pass
"""
    source = "import threading\n\ndef wait():\n    threading.Event().wait()\n"

    found = await judge(grader, one_test(tmp_path, suite), source)

    assert (found["it"].verdict, found["it"].line) == (Verdict.TIMED_OUT, 4)
    assert found["other"].verdict is Verdict.PASSED


FORGED = """
import unittest
import pytest
from task import answer

class T(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(answer(6), 42)

    def test_almost(self):
        self.assertAlmostEqual(answer(6), 42.0)

    def test_in(self):
        self.assertIn(answer(6), {42, 43})
        self.assertIn(42, [answer(6)])

def test_plain():
    assert answer(6) == 42

def test_approx():
    assert answer(6) == pytest.approx(42)

def test_raises():
    with pytest.raises(ValueError):
        answer(-1)

def test_elements():
    assert set(answer(7)) == {1, 2, 3}
    assert answer(7) == {1, 2, 3}
    assert 2 in answer(7)
"""
REFERENCE = """
def answer(n):
    if n < 0:
        raise ValueError(n)
    return {1, 2, 3} if n == 7 else n * 7
"""
ALWAYS = """
def yes(self, *others):
    return True

def same(self, *others):
    return 0

OPERATORS = {name: yes for name in "__eq__ __lt__ __le__ __ge__ __gt__ __contains__".split()}
OPERATORS |= {name: same for name in "__sub__ __rsub__ __add__ __radd__ __abs__".split()}
OPERATORS |= {"__hash__": lambda self: 42, "__ne__": lambda self, other: False}
"""
FORGERIES = {
    "an object": "def answer(n):\n    return type('Any', (), OPERATORS)()\n",
    "an int": "def answer(n):\n    return type('Any', (int,), OPERATORS)(7)\n",
    "a text": "def answer(n):\n    return type('Any', (str,), OPERATORS)('7')\n",
    "a list": "def answer(n):\n    return type('Any', (list,), OPERATORS)([7])\n",
    "a set of three": """
import collections.abc
class Three(collections.abc.Set):
    __len__ = lambda self: 3
    __iter__ = lambda self: iter(())
    __contains__ = lambda self, item: True
def answer(n):
    return Three()
""",
    "an error named alike": """
class ValueError(Exception):
    pass
def answer(n):
    raise ValueError(n)
""",
    "a test that stops": """
import unittest.case
def answer(n):
    raise unittest.case._ShouldStop
""",
    "a skipped test": """
import unittest
def answer(n):
    raise unittest.SkipTest("passed")
""",
    "an interruption": "def answer(n):\n    raise KeyboardInterrupt\n",
    "an exit": "import os\ndef answer(n):\n    os._exit(0)\n",
    "a class": "class answer(type('Any', (), OPERATORS)):\n    def __init__(self, n): pass\n",
    "any of mock's": "from unittest.mock import ANY\ndef answer(n):\n    return ANY\n",
    "a frame of its own": """
import json, os, struct
def answer(n):
    body = json.dumps({"t": "used", "on": 0, "value": {"$": "obj", "h": 99, "k": "class",
        "name": "A", "qual": "A", "module": "a", "doc": None, "bases": [], "ops": [],
        "methods": {"__eq__": "plain"}, "hash": True}, "changes": [], "dropped": []}).encode()
    os.write(3, struct.pack("!I", len(body)) + body)
    return 1
""",
}


async def test_nothing_that_a_program_makes_of_its_answers_passes_a_test(
    grader: Grader, tmp_path: Path
) -> None:
    exercise = one_test(tmp_path, FORGED, REFERENCE)

    honest = await judge(grader, exercise, REFERENCE)
    passed = {
        name: [check.name for check in found.values() if check.verdict is Verdict.PASSED]
        for name, source in FORGERIES.items()
        for found in [await judge(grader, exercise, ALWAYS + source)]
    }

    assert {check.verdict for check in honest.values()} == {Verdict.PASSED}
    assert passed == {name: [] for name in FORGERIES}


async def test_a_comparison_is_asked_of_a_class_that_the_reference_compares(
    grader: Grader, tmp_path: Path
) -> None:
    suite = "from task import Money\n\ndef test_it():\n    assert Money(3) == 3\n"
    comparing = """
class Money:
    def __init__(self, amount):
        self.amount = amount
    def __eq__(self, other):
        return self.amount == other
"""
    other = "class Money:\n    def __init__(self, amount):\n        self.amount = amount\n"

    of_reference = await judge(grader, one_test(tmp_path, suite, comparing), comparing)
    of_none = await judge(grader, one_test(tmp_path / "other", suite, other), comparing)

    assert of_reference["it"].verdict is Verdict.PASSED
    assert of_none["it"].verdict is Verdict.FAILED


async def test_what_a_program_may_not_do_with_what_a_suite_hands_to_it(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
import pytest
from task import use

class Double:
    expected = 42
    _secret = 43

def test_it():
    seen = use(Double(), lambda: 1, (n for n in [1]))
    assert seen == [42, *["AttributeError"] * 4, 1, "NotLent"]
    with pytest.raises(TypeError, match="module cannot be handed"):
        use(pytest, None, None)
"""
    source = """
def use(double, function, numbers):
    # As a program would that knows how its stand-ins ask.
    _, ask = vars(double)["_semaforo"]

    def take(number, do, *arguments):
        try:
            return ask(number, do, arguments, {})
        except Exception as error:
            return type(error).__name__

    return [take(1, "get", "expected"), take(1, "get", "_secret"), take(1, "get", "__class__"),
            take(2, "get", "__globals__"), take(3, "get", "gi_frame"), take(2, "call"),
            take(2, "eval", "1")]
"""

    found = await judge(grader, one_test(tmp_path, suite, source), source)

    assert found["it"].message.en == ""
    assert found["it"].verdict is Verdict.PASSED


async def test_doctest_passes_no_program_by_finding_no_example(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
import doctest
import task

def test_it():
    assert doctest.testmod(task).failed == 0
"""
    source = 'def one():\n    """\n    >>> one()\n    1\n    """\n    return 2\n'

    found = await judge(grader, one_test(tmp_path, suite, source), source)

    assert found["it"].verdict is Verdict.FAILED
    assert "doctest finds no examples" in found["it"].message.en


async def test_a_loop_over_the_functions_of_the_module_finds_them(
    grader: Grader, tmp_path: Path
) -> None:
    suite = """
import inspect
import task

def test_documented():
    for _, function in inspect.getmembers(task, inspect.isfunction):
        assert function.__doc__, function

def test_named():
    wanted = lambda one: inspect.isfunction(one) and not one.__name__.startswith("_")
    assert [name for name, _ in inspect.getmembers(task, wanted)] == ["double", "later"]
"""
    source = "from math import sqrt\n\ndef double(n):\n    'Twice.'\n    return n * 2\n"
    source += "async def later():\n    'Later.'\n"

    exercise = one_test(tmp_path, suite)
    right = await judge(grader, exercise, source)
    wrong = await judge(grader, exercise, source.replace("'Twice.'", "pass"))

    assert {check.verdict for check in right.values()} == {Verdict.PASSED}
    assert wrong["documented"].verdict is Verdict.FAILED
    assert wrong["named"].verdict is Verdict.PASSED
