"""What lies beside a plain suite's file: its conftest.py, and the modules that it imports.

Those that use the submission are run anew for each test, as the suite's file is: what they took
from it is of the program of the test before, or of none. All others are loaded once.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from worker.grading.pytest_internals import KnownFixtures, put_conftest

_CONFTEST = "conftest"


class ModulesBeside:
    """The modules beside one suite, in its own process; `modules` are what students hand in."""

    def __init__(self, suite: Path, modules: Sequence[str]) -> None:
        self._suite, self._modules = suite, frozenset(modules)
        self._conftest = suite.with_name(f"{_CONFTEST}.py")
        # The words of each one's source, by the first part of its name: of a package, of all of it.
        self._words: dict[str, set[str]] = {}
        self._read: set[str] = set()
        self._session: pytest.Session
        self._without_conftest: KnownFixtures

    def begin(self, session: pytest.Session) -> None:
        """Load conftest.py, if there is one: pytest would before the process is confined."""
        # A helper's `assert` explains itself, as the suite's does.
        pytest.register_assert_rewrite(*self._find_names())
        self._session = session
        self._without_conftest = KnownFixtures(session)
        self._load_conftest()

    def _find_names(self) -> Iterator[str]:
        for path in self._suite.parent.iterdir():
            if path.suffix == ".py" or (path / "__init__.py").is_file():
                yield path.stem

    def _load_conftest(self) -> None:
        if self._conftest.is_file():
            put_conftest(self._session, self._conftest, import_module(_CONFTEST))

    def forget_program(self) -> None:
        """Have those that use the submission run anew when they are imported next."""
        self._forget(self._find_users())

    def run_again(self) -> None:
        """Have those that use the submission take it as it is now: conftest.py, and each import."""
        users = self._find_users()
        self._forget(users)
        if _CONFTEST in users:
            # A fixture that takes the one it overrides would find itself of the test before.
            self._without_conftest.restore()
            self._load_conftest()

    @staticmethod
    def _forget(users: set[str]) -> None:
        for name in [name for name in sys.modules if _first_part(name) in users]:
            del sys.modules[name]

    def _find_users(self) -> set[str]:
        """Return which ones name a module of the submission, or one that does.

        A name counts wherever it stands: one too many costs time, one too few a wrong verdict.
        """
        for name, file in self._find_unread():
            self._read.add(file)
            source = Path(file).read_text("utf-8", "replace")
            self._words.setdefault(_first_part(name), set()).update(re.findall(r"\w+", source))
        using = set(self._modules)
        while more := {
            name for name, words in self._words.items() if name not in using and words & using
        }:
            using |= more
        return using - self._modules

    def _find_unread(self) -> Iterator[tuple[str, str]]:
        folder = f"{self._suite.parent}/"
        for name, module in list(sys.modules.items()):
            # Not by getattr: a module that is loaded lazily would load itself.
            file = vars(module).get("__file__") if isinstance(module, ModuleType) else None
            if not isinstance(file, str) or not file.startswith(folder):
                continue
            if file not in self._read and _first_part(name) != self._suite.stem:
                yield name, file


def _first_part(name: str) -> str:
    return name.partition(".")[0]
