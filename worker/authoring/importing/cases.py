"""Cases of a program that reads and prints: files NAME.in and NAME.out, as a suite of the kit."""

import json
from collections.abc import Container
from itertools import chain, count
from pathlib import PurePosixPath

from worker.authoring.importing.folder import Brought
from worker.authoring.importing.generated import Generated, to_identifier

_SUITE = '''"""Runs the program with each case NAME.in. Made by `semaforo suite import`."""

from pathlib import Path

from graders.kit import Cases, Solution

# tolerance=1e-6 lets numbers be off by so much; any_spaces=True lets blanks and lines differ.
CASES = Cases(Path(__file__).parent / {folder})
'''
_TEST = '''

async def test_{name}(solution: Solution) -> None:
    """{title}"""
    await CASES.judge(solution, {case!r})
'''


def read_cases(brought: Brought) -> Generated | None:
    """Return the suite of all cases, whatever folders they lie in; None if there is no case."""
    cases = [
        path.with_suffix("")
        for path in sorted(brought.files)
        if path.suffix == ".in" and path.with_suffix(".out") in brought.files
    ]
    if not cases:
        return None
    folders = {case.parent for case in cases}
    folder = folders.pop() if len(folders) == 1 else PurePosixPath()
    named: dict[str, str] = {}
    for case in cases:
        inside = case.relative_to(folder).as_posix()
        named[_unused(to_identifier(inside), named)] = inside
    suite = _SUITE.format(folder=json.dumps(folder.as_posix())) + "".join(
        _TEST.format(name=name, title=case.replace('"', "'").replace("\\", "/"), case=case)
        for name, case in named.items()
    )
    tests = tuple(f"test_{name}" for name in named)
    return Generated(_module(brought), suite.encode(), tests, frozenset(), style="kit")


def _unused(name: str, taken: Container[str]) -> str:
    """Return the name, with a number behind it if another case has it: `a-1` and `a_1` are two."""
    names = chain([name], (f"{name}_{number}" for number in count(2)))
    return next(one for one in names if one not in taken)


def _module(brought: Brought) -> str:
    """Return the program's name: that of the only Python file, else `main` or `solution`."""
    stems = {path.stem for path in brought.files if path.suffix == ".py" and len(path.parts) == 1}
    if len(stems) == 1:
        only = stems.pop()
        return only if only.isidentifier() else "solution"
    return "main" if "main" in stems else "solution"
