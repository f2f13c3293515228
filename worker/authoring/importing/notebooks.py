"""What notebooks give: of nbgrader's a suite, of any other the program of its code cells."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from graders.catalogue.unpacking import is_code, is_nbgrader_test, read_notebook, to_program
from worker.authoring.importing.folder import Brought
from worker.authoring.importing.generated import (
    Generated,
    GeneratedTest,
    free_names,
    to_identifier,
    to_suite,
)

_MODULE: Final = "solution"
_FILE: Final = f"{_MODULE}.py"
_MAGIC: Final = re.compile(r"^\s*[%!].*$", re.MULTILINE)
_SOLUTION: Final = re.compile(
    r"^(?P<indent>[ \t]*)#+ BEGIN SOLUTION.*?#+ END SOLUTION[^\n]*$", re.MULTILINE | re.DOTALL
)


def read_nbgrader(brought: Brought) -> Generated | None:
    """Return what the first notebook with graded cells becomes; None if there is none."""
    for path, content in brought.files.items():
        if path.suffix == ".ipynb" and (cells := list(_code_cells(content))):
            graded = [cell for cell in cells if is_nbgrader_test(cell)]
            if graded:
                others = [cell for cell in cells if not is_nbgrader_test(cell)]
                return _make(path, graded, others)
    return None


def read_programs(brought: Brought) -> dict[PurePosixPath, bytes]:
    """Return each notebook's program, as a file of Python beside it where there is none yet."""
    return {
        program: to_program(path.name, cells)
        for path, content in brought.files.items()
        if path.suffix == ".ipynb"
        and (program := path.with_suffix(".py")) not in brought.files
        and (cells := read_notebook(content))
    }


def _make(
    path: PurePosixPath, graded: list[dict[str, Any]], others: list[dict[str, Any]]
) -> Generated:
    code = "\n\n\n".join(source for cell in others if (source := _source(cell).strip())) + "\n"
    imports = _imports(code)
    tests = [
        test
        for number, cell in enumerate(graded, 1)
        if (test := _to_test(cell, number, set(imports)))
    ]
    head = "\n".join(dict.fromkeys(imports.values()))
    starter = _SOLUTION.sub(
        r"\g<indent># YOUR CODE HERE\n\g<indent>raise NotImplementedError", code
    )
    is_solved = starter != code or "raise NotImplementedError" not in code
    return Generated(
        module=_MODULE,
        suite=to_suite(tests, _MODULE, f"the graded cells of {path}", head),
        tests=tuple(f"test_{test.name}" for test in tests),
        used=frozenset([path]),
        starter={_FILE: starter.encode()} if starter != code or not is_solved else {},
        reference={_FILE: code.encode()} if is_solved else {},
    )


def _to_test(cell: dict[str, Any], number: int, imported: set[str]) -> GeneratedTest | None:
    about = cell["metadata"]["nbgrader"]
    try:
        tree = ast.parse(_source(cell))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    name = str(about.get("grade_id") or f"cell_{number}")
    points = about.get("points", 1)
    return GeneratedTest(
        to_identifier(name).removeprefix("test_"),
        name,
        ast.unparse(tree) or "pass",
        tuple(one for one in free_names(tree) if one not in imported),
        points=max(0.0, float(points)) if isinstance(points, int | float) else 1.0,
    )


def _imports(code: str) -> dict[str, str]:
    """Return the imports of the students' code by the names they bind, as source."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    return {
        alias.asname or alias.name.partition(".")[0]: ast.unparse(node)
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }


def _code_cells(content: bytes) -> Iterator[dict[str, Any]]:
    try:
        cells = json.loads(content)["cells"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return
    yield from filter(is_code, cells if isinstance(cells, list) else ())


def _source(cell: dict[str, Any]) -> str:
    """Return a cell's code without IPython's commands."""
    source = cell.get("source", "")
    lines = source if isinstance(source, list) else [source]
    return _MAGIC.sub("", "".join(line for line in lines if isinstance(line, str)))
