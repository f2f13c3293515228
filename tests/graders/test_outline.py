"""The checks that a suite's file states are those that the suite has."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise
from graders.catalogue.outline import OutlinedCheck, outline_checks
from graders.kit.checks.marks import PREFIX, marks_of
from graders.text import Text

ODD = """
WORTH = 2
@kit.points(1.5)
@title(es="Uno", en="One")
def test_one(): ...

@needs("one", "none")
@hidden
@points(WORTH)
@title(es=f"{WORTH}", en="computed")
@needs("other")
async def test_two_and_more(): ...

def helper(): ...

for n in range(3):
    def test_made_in_a_loop(): ...
"""


@pytest.mark.parametrize("exercise", Catalogue.read().values(), ids=lambda one: one.slug)
def test_an_outline_is_what_running_the_suite_finds(exercise: Exercise) -> None:
    found = [
        OutlinedCheck(
            name=name.removeprefix(PREFIX),
            title=(marks := marks_of(value)).title,
            points=marks.points,
            is_hidden=marks.is_hidden,
            needs=marks.needs,
        )
        for name, value in _run(exercise.suite).items()
        if name.startswith(PREFIX)
    ]

    assert found
    assert list(outline_checks(exercise.suite)) == found


def _run(suite: Path) -> dict[str, object]:
    spec = spec_from_file_location(suite.stem, suite)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return vars(module)


def test_what_a_suite_computes_is_not_guessed(tmp_path: Path) -> None:
    suite = tmp_path / "test_odd.py"
    suite.write_text(ODD)

    assert outline_checks(suite) == (
        OutlinedCheck("one", Text("Uno", "One"), 1.5, False, ()),
        OutlinedCheck(
            "two_and_more", Text.same("two and more"), None, True, ("one", "none", "other")
        ),
    )


@pytest.mark.parametrize("content", [b"def test_(:", b"\xff\xfe", b"x = " + b"(" * 5000, b""])
def test_what_is_not_python_has_no_checks(tmp_path: Path, content: bytes) -> None:
    suite = tmp_path / "test_broken.py"
    suite.write_bytes(content)

    assert outline_checks(suite) == ()
