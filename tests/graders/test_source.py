"""What a submission's source uses is found under every name, and reported with its line."""

from pathlib import Path

import pytest

from graders.catalogue.manifest import load_exercise
from graders.kit.expect import CheckEnded
from graders.kit.source import Source, Use
from graders.report import Verdict
from worker.grading.grade import Grader

PROGRAM = """import asyncio
import time as clock
from asyncio import TaskGroup as Group
import os.path


async def fetch(urls):
    clock.sleep(1)
    nap = clock.sleep
    async with Group() as group:
        for url in urls:
            group.create_task(url)
    return [os.path.basename(url) for url in urls]
"""


@pytest.mark.parametrize(
    ("what", "lines"),
    [
        ("time.sleep", [8, 9]),
        ("time", [2, 8, 9]),
        ("asyncio.TaskGroup", [3, 10]),
        ("asyncio.gather", []),
        ("os.path", [4, 13]),
        ("sleep", []),
        ("async with", [10]),
        ("with", [10]),
        ("for", [11]),
        ("comprehension", [13]),
        ("while", []),
    ],
)
def test_a_use_is_found_under_every_name(what: str, lines: list[int]) -> None:
    assert Source({"solution.py": PROGRAM}).find(what) == [Use(line, "") for line in lines]


def test_what_is_missing_or_forbidden_ends_the_check() -> None:
    source = Source({"solution.py": PROGRAM, "kitchen.py": "x = 0\nwhile x:\n    eval('x')\n"})

    source.must_use("asyncio.gather", "asyncio.TaskGroup")
    source.must_not_use("threading", "lambda")
    with pytest.raises(CheckEnded, match=r"does not use `asyncio\.gather` / `sorted`,"):
        source.must_use("asyncio.gather", "sorted")
    with pytest.raises(CheckEnded, match=r"uses `time\.sleep` in line 8,") as first:
        source.must_not_use("time.sleep")
    with pytest.raises(CheckEnded, match=r"uses `eval` in line 3 of kitchen\.py,") as other:
        source.must_not_use("eval")
    assert (first.value.line, other.value.line) == (8, None)


@pytest.mark.parametrize("content", ["def (", "x = " + "(" * 5000, "\0"])
def test_a_file_that_is_not_python_ends_the_check(content: str) -> None:
    with pytest.raises(CheckEnded, match="cannot be read as Python"):
        Source({"solution.py": content})


@pytest.mark.asyncio(loop_scope="session")
async def test_a_check_judges_the_source_beside_calls(tmp_path: Path, grader: Grader) -> None:
    folder = tmp_path / "style"
    folder.mkdir()
    suite = 'def test_style(source):\n    source.must_not_use("for")\n'
    (folder / "test_style.py").write_text(suite)

    report = await grader.grade(load_exercise(folder), {"solution.py": b"\nfor x in (): ...\n"})

    (check,) = report.checks
    assert (check.verdict, check.line, check.points) == (Verdict.FAILED, 2, 0)
