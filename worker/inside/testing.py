"""Runs tests with pytest in the check's process: the submission's own, or one of a suite's."""

import os
from typing import Any

from .program import FOLDER, Program, WireLine, import_from_files, line_at

_MOST, _LONGEST = 200, 2000
_OPTIONS = [
    *("-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-p", "pytest_asyncio.plugin"),
    *("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function"),
    *("-c", os.devnull, "--rootdir", FOLDER, "--tb=short"),
]


class _Outcomes:
    """pytest plugin: records one outcome for each test, errors of set-up and tear-down included."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.found[str(report.nodeid)] = "error"

    def pytest_runtest_logreport(self, report: Any) -> None:
        name = str(report.nodeid).partition("::")[2]
        if report.when == "call":
            self.found[name] = str(report.outcome)
        elif report.failed:
            self.found[name] = "error"
        elif report.skipped:
            self.found[name] = "skipped"


def run_tests(program: Program) -> list[tuple[str, str]]:
    """Return each test's name and outcome: "passed", "failed", "error" or "skipped".

    A file that cannot be collected is an "error" under the file's name. The files are in the
    check's folder, beside those that the suite provides, which they may import.
    """
    import pytest

    import_from_files(program)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    outcomes = _Outcomes()
    pytest.main([*_OPTIONS, program.main], plugins=[outcomes])
    return list(outcomes.found.items())[:_MOST]


# The same plugins as a suite's own process has; what a test prints is kept, not what pytest says.
_OPTIONS_OF_SUITES = [
    *("-s", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:faulthandler"),
    *("-p", "no:warnings", "-p", "pytest_asyncio.plugin", "-c", os.devnull, "--rootdir", FOLDER),
]


class _OneTest:
    """pytest plugin: leaves one test of those collected, and records how it ended.

    wanted  Its id behind the file, as `LeapTest::test_it[1]`. If its parameters are written
            another way here, the `place`th of its name is taken.
    """

    def __init__(self, program: Program, wanted: str, place: int) -> None:
        self._files = {FOLDER + name: name for name in program.sources}
        self._wanted, self._place = wanted, place
        self.outcome, self.words = "missing", ""
        self.line: WireLine = None

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        ids = [str(item.nodeid).partition("::")[2] for item in items]
        name = self._wanted.partition("[")[0]
        alike = [at for at, one in enumerate(ids) if one.partition("[")[0] == name]
        found = [at for at in alike if ids[at] == self._wanted] or alike[self._place :]
        items[:] = [items[at] for at in found[:1]]

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            errors = [line for line in str(report.longreprtext).split("\n") if line[:2] == "E "]
            self.words = "".join(errors[-1:] or [report.longreprtext])[-_LONGEST:].strip("E ")

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        if call.excinfo is not None and self.outcome in ("missing", "passed"):
            self._take(call.excinfo.value)

    def _take(self, error: BaseException) -> None:
        """Remember the last line of the submission's that an error came through."""
        step, is_theirs = error.__traceback__, False
        while step is not None:
            file = step.tb_frame.f_code.co_filename
            is_theirs = file in self._files
            if is_theirs:
                self.line = line_at(file, step.tb_lineno)
            step = step.tb_next
        if is_theirs and not isinstance(error, AssertionError):
            self.outcome = "crashed"

    def pytest_runtest_logreport(self, report: Any) -> None:
        if self.outcome in ("failed", "skipped") or self.words:
            return
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            self.words = str(crash.message if crash else report.longreprtext)[:_LONGEST]
            self.outcome = "crashed" if self.outcome == "crashed" else "failed"
        elif report.skipped:
            reason = report.longrepr[2] if type(report.longrepr) is tuple else report.longreprtext
            self.outcome, self.words = "skipped", str(reason)[:_LONGEST]
        elif report.when == "call":
            self.outcome = "passed"


def run_test(program: Program, wanted: dict[str, Any]) -> dict[str, Any]:
    """Run one test of the suite that lies beside the submission, and return how it ended.

    `wanted` is the suite's file, the test's id behind it, and its place among those of its name.
    """
    import pytest

    import_from_files(program)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    one = _OneTest(program, wanted["test"], wanted["place"])
    pytest.main([*_OPTIONS_OF_SUITES, wanted["file"]], plugins=[one])
    return {"outcome": one.outcome, "words": one.words, "line": one.line}
