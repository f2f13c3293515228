"""Cases of a program that reads and prints: files NAME.in and NAME.out, as a suite of the kit."""

from pathlib import PurePosixPath

from worker.authoring.importing.folder import Brought
from worker.authoring.importing.generated import Generated, to_identifier

_SUITE = '''"""Runs the program with each case of {folder}/. Made by `semaforo suite import`."""

from pathlib import Path

from graders.kit import Cases, Solution

# tolerance=1e-6 lets numbers be off by so much; any_spaces=True lets blanks and lines differ.
CASES = Cases(Path(__file__).parent / "{folder}")
'''
_TEST = '''

async def test_{name}(solution: Solution) -> None:
    """{title}"""
    await CASES.judge(solution, {case!r})
'''


def read_cases(brought: Brought) -> Generated | None:
    """Return the suite of the folder with the most cases; None if there is no case."""
    by_folder: dict[PurePosixPath, list[str]] = {}
    for path in brought.files:
        if path.suffix == ".in" and path.with_suffix(".out") in brought.files:
            by_folder.setdefault(path.parent, []).append(path.stem)
    if not by_folder:
        return None
    folder, cases = max(by_folder.items(), key=lambda found: len(found[1]))
    named = {to_identifier(case): case for case in sorted(cases)}
    suite = _SUITE.format(folder=folder.as_posix()) + "".join(
        _TEST.format(name=name, title=case.replace('"', "'").replace("\\", "/"), case=case)
        for name, case in named.items()
    )
    tests = tuple(f"test_{name}" for name in named)
    return Generated(_module(brought), suite.encode(), tests, frozenset(), style="kit")


def _module(brought: Brought) -> str:
    """Return the program's name: that of the only Python file, else `main` or `solution`."""
    stems = {path.stem for path in brought.files if path.suffix == ".py" and len(path.parts) == 1}
    if len(stems) == 1:
        only = stems.pop()
        return only if only.isidentifier() else "solution"
    return "main" if "main" in stems else "solution"
