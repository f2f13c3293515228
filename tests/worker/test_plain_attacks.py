"""Programs that attack what stands for them in a plain suite: its frames, doubles and tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.report import Verdict
from tests.fixtures.sandbox import RUNTIME
from tests.worker.test_plain_suites import judge, one_test
from worker.grading.grade import Grader

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


SENDING = """
import json, os, struct

def send(frame):
    body = json.dumps(frame).encode()
    os.write(3, struct.pack("!I", len(body)) + body)

def used(value, **more):
    return {"t": "used", "on": 0, "value": value, "changes": [], "dropped": [], **more}

def described(**more):
    return {"$": "obj", "h": 99, "k": "class", "name": "A", "qual": "A", "module": "a", "doc": None,
            "bases": [], "ops": [], "methods": {}, "hash": True, **more}

def mapping(*pairs):
    return {"$": "dict", "n": 99, "v": list(pairs)}
"""
FRAMES = {
    "a value": "used(42)",
    "no changes": '{"t": "used", "on": 0, "value": 42}',
    "changes that are none": "used(42, changes=5)",
    "no module": 'used(mapping("module", 5, "own", mapping(), "all", {"$": "tuple", "v": []}))',
    "an error that is none": '{**used(42), "error": 5}',
    "too deep a pattern": 'used({"$": "pattern", "v": ["(" * 1900, 0]})',
    "too large a number": 'used({"$": "pattern", "v": ["a{" + "9" * 30 + "}", 0]})',
    "a class of classes": 'used(described(bases=[{"$": "builtin", "v": "type"}]))',
    "methods that are none": "used(described(methods=[1]))",
    "a question about nothing": '{"t": "asks", "on": 0}',
    "a task of nobody's": '{"t": "done", "on": 0, "task": 1, "value": 42}',
    "an answer to no thread": '{**used(42), "on": [0]}',
    "an answer to another thread": '{**used(42), "on": 5}',
    "an answer to a call of the kit": '{"t": "returned", "id": 0, "value": 42}',
    "that there is no room": '{"t": "resources_failed", "why": "full"}',
}
ALL_AT_ONCE = """
import pytest
from task import answer

@pytest.mark.parametrize("which", range({count}))
def test_it(which):
    assert [answer(which), answer(which)] == [42, 42]
"""


async def test_whatever_frames_a_program_forges_its_test_fails(
    grader: Grader, tmp_path: Path
) -> None:
    frames = ", ".join(f"lambda: {frame}" for frame in FRAMES.values())
    source = (
        f"\nFRAMES = [{frames}]\ndef answer(which):\n    send(FRAMES[which]())\n    return which\n"
    )
    exercise = one_test(tmp_path, ALL_AT_ONCE.format(count=len(FRAMES)))

    found = await judge(grader, exercise, SENDING + source)

    verdicts = dict(zip(FRAMES, (check.verdict for check in found.values()), strict=True))
    assert {
        name: verdict
        for name, verdict in verdicts.items()
        if verdict not in (Verdict.FAILED, Verdict.CRASHED)
    } == {}


@pytest.mark.parametrize(
    "name", ["a value", "no module", "too deep a pattern", "methods that are none"]
)
async def test_a_frame_forged_while_the_module_is_imported_ends_the_check_and_not_the_judge(
    grader: Grader, tmp_path: Path, name: str
) -> None:
    exercise = one_test(tmp_path, ALL_AT_ONCE.format(count=1))
    source = f"\ndef answer(which):\n    return 42\n\nsend({FRAMES[name]})\n"

    found = await judge(grader, exercise, SENDING + source)

    assert [check.verdict for check in found.values()] == [Verdict.CRASHED]


async def test_answers_sent_in_advance_are_answers_to_nothing(
    grader: Grader, tmp_path: Path
) -> None:
    suite = "from task import answer\n\ndef test_it():\n    assert answer(2) == answer(3) == 42\n"
    ahead = "\ndef answer(number):\n    send(used(42))\n    send(used(42))\n    return 42\n"

    found = await judge(grader, one_test(tmp_path, suite), SENDING + ahead)

    assert found["it"].verdict is Verdict.CRASHED


WITH_DOUBLES = """
import unittest
from unittest.mock import AsyncMock, Mock
from task import use

def test_assertion():
    double = Mock()
    use(double)
    double.assert_called_once_with(42)

def test_record():
    double = AsyncMock()
    use(double)
    assert double.called and double.await_count == 1

def test_child():
    double = Mock()
    use(double)
    double.post.assert_called_once_with(42)

class Fake:
    def was_called(self):
        return False

def test_method():
    double = Fake()
    use(double)
    assert double.was_called()

class T(unittest.TestCase):
    def test_case(self):
        use(self)
        self.assertEqual(1, 2)

def test_plain_value():
    double = Mock()
    use(double)
    assert double.text == "set"
"""
FORGING = """
class Post:
    def assert_called_once_with(self, *arguments):
        pass

def use(double):
    forged = dict.fromkeys(["assert_called_once_with", "was_called", "assertEqual"], lambda *_: 1)
    forged |= {"called": True, "await_count": 1, "post": Post(), "text": "set"}
    for name, value in forged.items():
        try:
            setattr(double, name, value)
        except AttributeError:
            pass
"""


async def test_a_program_forges_nothing_that_a_double_has_recorded(
    grader: Grader, tmp_path: Path
) -> None:
    found = await judge(grader, one_test(tmp_path, WITH_DOUBLES), FORGING)

    passed = [name for name, check in found.items() if check.verdict is Verdict.PASSED]
    assert passed == ["plain_value"]
    assert {check.verdict for check in found.values()} == {Verdict.PASSED, Verdict.FAILED}


OF_CASES = """
import pytest
from task import *
from task import CASES, answer

@pytest.mark.parametrize("case", CASES)
def test_easy(case):
    pass

def test_hard():
    assert answer(6) == 42

def test_loop():
    for number in answer(7):
        last = number
    assert last == 3

def test_import():
    from task import missing
"""
REFERENCE = """
CASES = [1, 2]

def answer(number):
    return [1, 2, 3] if number == 7 else number * 7

missing = answer
"""


@pytest.mark.parametrize(
    ("cases", "passed"),
    [
        ("[1, 2, 3, 4, 5]", ["easy[1]", "easy[2]"]),
        ("[1]", ["easy[1]"]),
        ("[]", []),
        ("5", []),
        ("answer", []),
    ],
)
async def test_tests_made_of_what_a_program_defines_take_no_other_tests_place(
    grader: Grader, tmp_path: Path, cases: str, passed: list[str]
) -> None:
    source = f"def answer(number):\n    return []\n\nCASES = {cases}\n__all__ = 5\n"

    found = await judge(grader, one_test(tmp_path, OF_CASES, REFERENCE), source)

    assert [name for name, check in found.items() if check.verdict is Verdict.PASSED] == passed
    assert found["import"].verdict is Verdict.NOT_RUN
    assert str(tmp_path) not in "".join(check.message.en for check in found.values())
    if passed:
        assert found["hard"].verdict is found["loop"].verdict is Verdict.FAILED
        assert "no function `missing`" in found["import"].message.en


async def test_an_import_error_of_the_programs_own_is_its_error(
    grader: Grader, tmp_path: Path
) -> None:
    suite = "from task import answer\n\ndef test_it():\n    assert answer(6) == 42\n"
    source = "def __getattr__(name):\n    raise ImportError('cannot import', name='task')\n"

    found = await judge(grader, one_test(tmp_path, suite), source)

    assert (found["it"].verdict, found["it"].line) == (Verdict.CRASHED, 2)
