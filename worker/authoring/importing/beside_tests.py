"""Which modules beside the tests only help them, and which are of a library."""

import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Final

from worker.authoring.importing.folder import Brought
from worker.authoring.importing.test_files import TestFile, read_if_python

# Of this program: a student's module may be called like one of these.
_OURS: Final = frozenset(("server", "worker", "semaforo", "tests", "migrations", "dev"))
# Known to the suite whether they are installed or not.
_KNOWN: Final = frozenset(("graders", "gradescope_utils", "pytest", "_pytest"))
_NAMES: Final = ("helper", "util", "common", "support", "testing", "fixture", "factories")
_FOLDERS: Final = frozenset(("tests", "test"))
_OF_TESTS: Final = frozenset(("pytest", "unittest"))


def find_helpers(tests: Sequence[TestFile], brought: Brought) -> list[TestFile]:
    """Return conftest.py, and each module by which tests import what students hand in.

    Such a module imports something that no library has, and is one of the tests' own by its name,
    by its folder, or because it imports pytest or unittest.
    """
    found: list[TestFile] = []
    for path in brought.named("conftest.py"):
        found.extend(filter(None, [read_if_python(path, brought.files[path])]))
    waiting = [*tests, *found]
    seen = {file.path for file in waiting}
    while waiting:
        for helper in _imported_helpers(waiting.pop(0), brought):
            if helper.path not in seen:
                seen.add(helper.path)
                waiting.append(helper)
                found.append(helper)
    return found


def find_imported(file: TestFile, brought: Brought) -> Iterator[tuple[str, int]]:
    """Yield the modules that a file imports and no library has, each with its line.

    Of a name with the folder that the file lies in, as tests and helpers, it is the second part.
    """
    folders = set(file.path.parts[:-1])
    for module, line in file.imports.items():
        first, *more = module.split(".")
        if first in folders and more and not brought.named(f"{first}.py"):
            first = more[0]
        if find_local(first, brought) or not is_library(first):
            yield first, line


def find_local(module: str, brought: Brought) -> list[PurePosixPath]:
    """Return the files of a module that was brought; those of its folder, if it is a package."""
    return brought.named(f"{module}.py") or [p for p in brought.files if module in p.parts[:-1]]


def is_library(module: str) -> bool:
    """Return whether a module is of Python, of the suite's tools or of an installed library."""
    if module in sys.stdlib_module_names or module in _KNOWN:
        return True
    try:
        return module not in _OURS and find_spec(module) is not None
    except (ImportError, ValueError):
        return False


def _imported_helpers(file: TestFile, brought: Brought) -> Iterator[TestFile]:
    for module, _ in find_imported(file, brought):
        for path in brought.named(f"{module}.py"):
            helper = read_if_python(path, brought.files[path])
            if helper and _is_helper(helper) and any(find_imported(helper, brought)):
                yield helper


def _is_helper(file: TestFile) -> bool:
    name = file.path.stem.lower()
    return (
        any(one in name for one in _NAMES)
        or bool(_OF_TESTS & {module.partition(".")[0] for module in file.imports})
        or bool(_FOLDERS & set(file.path.parts[:-1]))
    )
