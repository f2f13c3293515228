"""Runs the submission's own tests with pytest, in the check's process."""

import os
from typing import Any

from .program import FOLDER, Program, import_from_files

_MOST = 200
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
