"""Plain suites with `trust = "inside"`: they run in the student's interpreter, and are reported."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.report import CheckResult, Report, Verdict
from tests.fixtures.sandbox import RUNTIME
from worker.grading.grade import Grader, GradingOutage
from worker.grading.inside_suite import read_answer

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What no proxy carries: the standard library looks into the object itself.
SUITE = '''
import dataclasses
import inspect
import unittest

import pytest
from helper import expected
from shapes import Point, area, loop


def test_fields():
    """The point has two fields."""
    assert [field.name for field in dataclasses.fields(Point)] == expected()


@pytest.mark.parametrize("size", [1, 2])
def test_area(size, shift):
    print("measured", size)
    assert area(size) == size * size + shift


class SignatureTest(unittest.TestCase):
    def test_signature(self):
        self.assertEqual(list(inspect.signature(area).parameters), ["size"])


def test_ends():
    loop()
'''
CONFTEST = "import pytest\n\n@pytest.fixture\ndef shift():\n    return 0\n"
HELPER = (
    "from pathlib import Path\n\ndef expected():\n"
    "    return (Path(__file__).parent / 'data' / 'deep' / 'fields.txt').read_text().split()\n"
)
RIGHT = """
from dataclasses import dataclass

@dataclass
class Point:
    x: int
    y: int

def area(size):
    return size * size

def loop():
    pass
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


@pytest.fixture
def exercise(tmp_path: Path) -> Exercise:
    folder = tmp_path / "shapes"
    (folder / "data" / "deep").mkdir(parents=True)
    manifest = 'style = "plain"\ntrust = "inside"\nfiles = ["shapes.py"]\n'
    manifest += '[points]\n"fields" = 3\n[limits]\nwall_seconds = 3\ncpu_seconds = 2\n'
    files = {
        "exercise.toml": manifest,
        "test_shapes.py": SUITE,
        "conftest.py": CONFTEST,
        "helper.py": HELPER,
        "data/deep/fields.txt": "x y",
        "reference.py": RIGHT,
    }
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    return load_exercise(folder)


async def judge(
    grader: Grader, exercise: Exercise, source: str
) -> tuple[Report, dict[str, CheckResult]]:
    report = await grader.grade(exercise, {"shapes.py": source.encode()})
    return report, {check.name: check for check in report.checks}


async def test_a_suite_inside_sees_the_objects_themselves_and_is_reported(
    grader: Grader, exercise: Exercise
) -> None:
    report, right = await judge(grader, exercise, RIGHT)

    assert {name: c.message.en for name, c in right.items() if c.verdict.value != "passed"} == {}
    assert list(right) == ["fields", "area[1]", "area[2]", "SignatureTest.signature", "ends"]
    assert right["fields"].title.en == "The point has two fields."
    assert (report.points, report.max_points) == (7, 7)
    assert right["area[2]"].output == "measured 2\n"
    assert report.is_reported
    assert report.to_json("en")["trust"] == "reported"
    assert Report.from_dict(report.to_dict()) == report
    assert Report.from_json(report.to_json("en")).is_reported


async def test_a_failure_inside_comes_with_the_students_line(
    grader: Grader, exercise: Exercise
) -> None:
    wrong = RIGHT.replace("y: int", "z: int").replace("    pass", "    while True:\n        pass")
    wrong = wrong.replace("return size * size", "return {}[size]")

    _, found = await judge(grader, exercise, wrong)
    _, broken = await judge(grader, exercise, "def area(\n")

    assert found["fields"].verdict is Verdict.FAILED
    assert "['x', 'z'] == ['x', 'y']" in found["fields"].message.en
    assert (found["area[1]"].verdict, found["area[1]"].line) == (Verdict.CRASHED, 10)
    assert found["area[1]"].message.en == "Error in line 10: KeyError: 1"
    assert found["ends"].verdict is Verdict.TIMED_OUT
    assert found["SignatureTest.signature"].verdict is Verdict.PASSED
    assert (broken["fields"].verdict, broken["fields"].line) == (Verdict.NOT_RUN, 1)


async def test_a_program_that_lacks_a_name_or_ends_its_process_passes_nothing(
    grader: Grader, exercise: Exercise
) -> None:
    (exercise.folder / "test_shapes.py").write_text(
        "from shapes import area\n\ndef test_it():\n    assert area(2) == 4\n", "utf-8"
    )

    _, lacking = await judge(grader, exercise, "aria = 1\n")
    _, ending = await judge(grader, exercise, RIGHT + "\nimport os\nos._exit(0)\n")

    assert lacking["it"].verdict is Verdict.NOT_RUN
    assert "cannot import name 'area' from 'shapes'" in lacking["it"].message.en
    assert ending["it"].verdict is Verdict.CRASHED


async def test_a_skipped_case_inside_does_not_move_the_others(
    grader: Grader, exercise: Exercise
) -> None:
    # An enumeration's members are written in another way inside, so that a case is found by place.
    (exercise.folder / "test_shapes.py").write_text(
        "import pytest\nfrom shapes import Color\n\n"
        "first = pytest.param(Color.RED, marks=pytest.mark.skip)\n\n"
        "@pytest.mark.parametrize('color', [first, Color.GREEN, Color.BLUE])\n"
        "def test_it(color):\n    assert color.value == 3\n",
        "utf-8",
    )
    source = "import enum\n\nclass Color(enum.Enum):\n    RED, GREEN, BLUE = 1, 2, 3\n"

    _, found = await judge(grader, exercise, source)

    assert [check.verdict for check in found.values()] == [Verdict.FAILED, Verdict.PASSED]


async def test_a_suite_with_too_much_beside_it_says_so(grader: Grader, exercise: Exercise) -> None:
    (exercise.folder / "data" / "large.bin").write_bytes(bytes(101 << 10))

    with pytest.raises(GradingOutage, match="100 KiB at most"):
        await grader.grade(exercise, exercise.reference)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "passed",
        {"outcome": "passed"},
        {"outcome": "passed", "words": "", "line": None, "more": 1},
        {"outcome": "right", "words": "", "line": None},
        {"outcome": ["passed"], "words": "", "line": None},
        {"outcome": "passed", "words": 7, "line": None},
    ],
)
async def test_an_account_that_is_not_as_it_must_be_is_a_failure(value: object) -> None:
    answer = read_answer(value)

    assert answer.verdict is Verdict.FAILED
    assert "did not say how the test ended" in answer.message.en


async def test_an_account_is_bounded_and_its_line_is_one() -> None:
    answer = read_answer({"outcome": "failed", "words": "x" * 9000, "line": "7"})

    assert (len(answer.message.en), answer.line) == (2000, None)


@pytest.mark.parametrize("manifest", ['style = "plain"\ntrust = "outside"\n', 'trust = "inside"\n'])
async def test_trust_is_inside_for_plain_suites_and_nothing_else(
    tmp_path: Path, manifest: str
) -> None:
    folder = tmp_path / "shapes"
    folder.mkdir()
    (folder / "test_shapes.py").write_text("def test_it(): pass\n", "utf-8")
    (folder / "exercise.toml").write_text(manifest, "utf-8")

    with pytest.raises(ManifestError, match='can only be "inside"'):
        load_exercise(folder)
