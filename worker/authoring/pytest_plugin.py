"""pytest plugin for authors of suites; started by `semaforo suite test`.

It keeps pytest's protocol, options, reports and exit code, but loads the exercise's folder only in
its confined process, as everywhere else, and makes an item of each check that this process reports.
Checks run one at a time in the real sandbox; `--together` runs them as a worker does. An undecided
check counts as failed here.
"""

from pathlib import Path
from time import time

import pytest

from graders.catalogue.files import FileRefused, check_files, read_uploads
from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.kit.checks.loop_elsewhere import order_in_turn
from graders.text import LANGUAGES
from server.settings import get_settings
from worker.authoring.check_report import log, summary
from worker.authoring.check_runner import CheckOutcome, CheckRunner
from worker.authoring.collected_checks import Check, CollectedCheck, SuiteFile
from worker.grading.suite_errors import SuiteError
from worker.outages import GradingOutage

NAME = "semaforo-suite"
NO_SANDBOX = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options."""
    group = parser.getgroup("semaforo", "Semáforo: test a suite")
    group.addoption(
        "--submission",
        action="append",
        type=Path,
        metavar="FILE",
        help="a file of the submission, or the directory of its files; may be repeated",
    )
    group.addoption("--together", action="store_true", help="run all checks at once, as a worker")
    group.addoption("--language", choices=LANGUAGES, default="en", help="of messages")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin for this session."""
    config.pluginmanager.register(SuitePlugin(config), NAME)


class SuitePlugin:
    """pytest plugin: runs the checks of one exercise on one submission."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._language = config.getoption("language")
        self._exercise: Exercise | None = None
        self._judge: CheckRunner | None = None
        self._names: list[str] = []
        self._tried: dict[str, CheckOutcome] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Find the exercise, and whether the files can be handed in to it."""
        folders = {_folder_of(argument) for argument in self._config.args}
        paths: list[Path] = self._config.getoption("submission") or []
        if not paths:
            raise pytest.UsageError("name a submission: --submission FILE")
        if len(folders) != 1:
            raise pytest.UsageError("a submission is for one exercise; name its folder")
        try:
            exercise = load_exercise(folders.pop())
            files = check_files(exercise, read_uploads(paths))
        except (ManifestError, OSError) as error:
            raise pytest.UsageError(str(error)) from None
        except FileRefused as refused:
            raise pytest.UsageError(refused.detail.to(self._language)) from None
        self._exercise = exercise
        self._judge = CheckRunner(exercise, files, get_settings(), self._config.option)
        try:
            self._judge.start()
        except GradingOutage as outage:
            pytest.exit(f"{outage}; `semaforo doctor` shows what is missing", NO_SANDBOX)

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """Leave alone what is not the suite, so that nothing else could be loaded here."""
        suite = self._exercise.suite if self._exercise else None
        contains_suite = suite is not None and suite.is_relative_to(collection_path)
        return None if contains_suite else True

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(
        self, module_path: Path, parent: pytest.Collector
    ) -> SuiteFile | None:
        """Collect by asking the confined process, and not by importing the file."""
        suite: SuiteFile = SuiteFile.from_parent(parent, path=module_path)
        suite.ask = self._ask
        return suite

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the order, in which points are shown at the end; run what looks at others last."""
        checks = _checks(items)
        self._names = [check.collected.name for check in checks]
        marks = {check.collected.name: check.collected.marks for check in checks}
        order = order_in_turn(marks)
        by_name = {check.collected.name: check for check in checks}
        items[:] = [item for item in items if not isinstance(item, Check)]
        items += [by_name[name] for name in order]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run all checks at once, if that is asked for; pytest's own loop takes one at a time."""
        options = session.config.option
        if not options.together or options.collectonly or session.testsfailed:
            return None
        checks, began = _checks(session.items), time()
        by_name = {check.collected.name: check for check in checks}

        def on_outcome(outcome: CheckOutcome) -> None:
            self._log(by_name[outcome.result.name], outcome, began)

        self._started().try_all([check.collected for check in checks], on_outcome)
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Run one check."""
        if not isinstance(item, Check):
            return None
        began = time()
        self._log(item, self._started().try_one(item.collected, self._tried), began)
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show points and titles."""
        if self._exercise and self._tried:
            results = [self._tried[name].result for name in self._names if name in self._tried]
            summary(terminalreporter, self._exercise, results, self._language)

    def pytest_unconfigure(self) -> None:
        """End the sandbox and the suite's process."""
        if self._judge:
            self._judge.close()

    def _ask(self) -> list[CollectedCheck]:
        try:
            return self._started().collected()
        except SuiteError as error:
            raise pytest.Collector.CollectError(error.words.to(self._language)) from None

    def _started(self) -> CheckRunner:
        if self._judge is None:
            raise RuntimeError("nothing was collected")
        return self._judge

    def _log(self, check: Check, outcome: CheckOutcome, began: float) -> None:
        self._tried[outcome.result.name] = outcome
        log(check, outcome, began, self._language)


def _checks(items: list[pytest.Item]) -> list[Check]:
    return [item for item in items if isinstance(item, Check)]


def _folder_of(argument: str) -> Path:
    """Return the folder that an argument names: the exercise's, its suite's or a check's."""
    path = Path(argument.partition("::")[0]).resolve()
    return path.parent if path.is_file() else path
