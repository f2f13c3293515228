"""What statements, starters and samples name can be imported where programs run."""

import ast
import re
import sys
from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import Exercise, load_exercise
from tests.graders.conftest import RUNTIME

EXERCISES = [load_exercise(manifest.parent) for manifest in BUILT_IN.glob("*/exercise.toml")]
CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)
# A program that is run on a file, as in `uvicorn solution:app`.
COMMAND = re.compile(r"\b(\w+) solution\b")
# What is typed in a terminal at home and is no library.
PROGRAMS = {"python", "file", "archivo"}
# What a suite lays beside the submission.
GIVEN = {"tienda"}


def imported_by(source: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names


def named_by(exercise: Exercise) -> set[str]:
    statements = [exercise.statement.es, exercise.statement.en]
    blocks = [code for text in statements for code in CODE.findall(text)]
    reference = [content.decode("utf-8") for content in exercise.reference.values()]
    files = [*exercise.starter.values(), *reference]
    names = {name for text in statements for name in COMMAND.findall(text)} - PROGRAMS
    for source in [*blocks, *files]:
        try:
            names |= imported_by(source)
        except SyntaxError:  # a piece of a file, shown for itself
            continue
    return names


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_libraries_that_an_exercise_names_can_be_imported(exercise: Exercise) -> None:
    site = {path.name.partition(".")[0] for path in Path(RUNTIME).iterdir()}
    files = {name.removesuffix(".py") for name in exercise.files}

    assert named_by(exercise) - sys.stdlib_module_names - site - files - GIVEN == set()
