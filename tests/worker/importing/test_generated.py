"""Suites made of examples, of Otter's tests and of nbgrader's cells run under plain pytest."""

import json
import sys
from pathlib import Path
from subprocess import run

import pytest

from tests.worker.importing.folders import make_folder
from worker.authoring.importing.folder import read_brought
from worker.authoring.importing.plan import Plan, make_plan
from worker.authoring.importing.writing import write_exercise

EXAMPLES = '''"""Words.

>>> shout("a")
'A!'
"""


def shout(word):
    """Say it loud.

    >>> shout("ab")
    'AB!'
    >>> [shout(one) for one in ("a", "b")]
    ['A!', 'B!']
    """
    return word.upper() + "!"
'''
OTTER = """OK_FORMAT = True

test = {
    "name": "q1",
    "points": [1, 3],
    "suites": [
        {
            "cases": [
                {"code": r'''>>> double(2)
4''', "hidden": False, "locked": False},
                {"code": r'''>>> double(3)
6''', "hidden": True, "locked": False},
            ],
            "scored": True,
            "setup": "",
            "type": "doctest",
        }
    ],
}
"""
CELLS = [
    ["import math\n", "%matplotlib inline\n"],
    [
        "def area(r):\n",
        "    ### BEGIN SOLUTION\n",
        "    return math.pi * r * r\n",
        "    ### END SOLUTION\n",
    ],
    ["assert area(0) == 0\n", "assert math.isclose(area(1), math.pi)\n"],
]
GRADED = {"grade": True, "solution": False, "grade_id": "test-area", "points": 2}


def _notebook() -> str:
    marks = [{}, {"nbgrader": {"grade": False, "solution": True}}, {"nbgrader": GRADED}]
    cells = [
        {"cell_type": "code", "source": source, "metadata": about}
        for source, about in zip(CELLS, marks, strict=True)
    ]
    return json.dumps({"cells": cells, "nbformat": 4})


def _import(tmp_path: Path, files: dict[str, str]) -> tuple[Plan, Path]:
    plan = make_plan(read_brought([make_folder(tmp_path, "work", files)]))
    return plan, write_exercise(plan, tmp_path / "exercises")


def _passes(folder: Path, module: str, source: str) -> bool:
    """Whether a program passes the suite under pytest itself, in another process."""
    (folder / module).write_text(source, "utf-8")
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:asyncio", "-p", "no:xdist"]
    command = [sys.executable, "-m", "pytest", *options, "--rootdir", ".", "-c", "/dev/null"]
    done = run([*command, "test_work.py"], cwd=folder, capture_output=True, check=False, timeout=60)
    assert done.returncode in (0, 1), done.stdout.decode() + done.stderr.decode()
    return done.returncode == 0


@pytest.mark.parametrize(
    ("files", "module", "right", "tests"),
    [
        ({"loud.py": EXAMPLES}, "loud.py", EXAMPLES, ("test_loud", "test_shout")),
        (
            {"tests/q1.py": OTTER},
            "solution.py",
            "def double(n):\n    return 2 * n\n",
            ("test_q1_1", "test_q1_2"),
        ),
        (
            {"hw1.ipynb": _notebook()},
            "solution.py",
            "import math\ndef area(r):\n    return math.pi * r * r\n",
            ("test_area",),
        ),
    ],
    ids=["docstrings", "otter", "nbgrader"],
)
def test_a_made_suite_accepts_right_and_rejects_wrong(
    tmp_path: Path, files: dict[str, str], module: str, right: str, tests: tuple[str, ...]
) -> None:
    plan, folder = _import(tmp_path, files)

    assert plan.tests == tests
    assert plan.files.names == (module,)
    assert _passes(folder, module, right)
    assert not _passes(
        folder,
        module,
        right.replace("2 *", "3 *").replace('"!"', '"?"').replace("* r * r", "* r")
        + "area = lambda r: 1\n",
    )


def test_points_and_hidden_cases_of_otter_are_kept(tmp_path: Path) -> None:
    plan, _ = _import(tmp_path, {"tests/q1.py": OTTER})

    suite = plan.suite[1].decode()
    assert "from graders.kit import hidden, points" in suite
    assert "@points(3)\n@hidden\ndef test_q1_2():" in suite
    assert "@points(1)" not in suite


def test_a_notebook_gives_starter_and_solution(tmp_path: Path) -> None:
    plan, folder = _import(tmp_path, {"hw1.ipynb": _notebook()})

    assert "@points(2)\ndef test_area():" in plan.suite[1].decode()
    assert "return math.pi" in (folder / "reference.py").read_text()
    assert "matplotlib" not in (folder / "reference.py").read_text()
    assert (folder / "starter.py").read_text() == (
        "import math\n\n\ndef area(r):\n    # YOUR CODE HERE\n    raise NotImplementedError\n"
    )
