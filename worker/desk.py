"""Suites as plain pytest, for who writes them: `pytest graders/gather --submission FILE`.

The sandbox is the real one. Checks run one at a time, with all that pytest has: -k, -x, -v, and
assertions that show both sides. `--together` runs them
as a worker does. Exit code and reports are pytest's; an undecided check counts as failed here.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import time

import pytest
from _pytest.runner import SetupState

from graders.files import FileRefused, check_files
from graders.kit.expect import CheckEnded
from graders.kit.link import SandboxLink, SandboxLost
from graders.kit.marks import faults_of, marks_of
from graders.kit.plugin import Fixtures, Sandboxed
from graders.kit.running import (
    Judged,
    OnJudged,
    judge,
    judge_all,
    name_of,
)
from graders.kit.set_up import set_up_shared
from graders.manifest import Exercise, ManifestError, load_exercise
from graders.report import CheckResult, Verdict
from graders.text import LANGUAGES
from server.settings import get_settings
from worker.desk_report import log, summary
from worker.grade import in_memory
from worker.sandboxes import SandboxError, Zygote, open_zygote

NAME = "semaforo-desk"
PAUSES_SECONDS = (1.0, 5.0)  # between tries of a check that our machine could not decide


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what a desk needs to know."""
    group = parser.getgroup("semaforo", "Semáforo: a suite at a desk")
    group.addoption(
        "--submission",
        action="append",
        type=Path,
        metavar="FILE",
        help="what would be handed in; once for each file of the exercise",
    )
    group.addoption("--together", action="store_true", help="run all checks at once, as a worker")
    group.addoption("--language", choices=LANGUAGES, help="of messages; else the terminal's")


def pytest_load_initial_conftests(early_config: pytest.Config, args: list[str]) -> None:
    """Send pytest-asyncio away before it looks for settings that a desk need not have."""
    if any(argument.startswith("--submission") for argument in args):
        _dismiss_asyncio(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Take over, if there is something to judge."""
    if not config.getoption("submission"):
        return
    _dismiss_asyncio(config)
    fixtures = Fixtures()
    config.pluginmanager.register(fixtures)
    config.pluginmanager.register(Desk(config, fixtures), NAME)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse suites that there is nothing to judge with."""
    is_suite = any((item.path.parent / "exercise.toml").is_file() for item in items)
    if is_suite and not config.getoption("submission"):
        raise pytest.UsageError("say what to judge: --submission FILE")


def _dismiss_asyncio(config: pytest.Config) -> None:
    # Checks run on our loop, beside the sandbox's own callbacks.
    if config.pluginmanager.hasplugin("asyncio"):
        config.pluginmanager.unregister(name="asyncio")


class Desk:
    """pytest plugin: runs the checks of one exercise on one submission."""

    def __init__(self, config: pytest.Config, fixtures: Fixtures) -> None:
        self._config, self._fixtures = config, fixtures
        self._runner = asyncio.Runner()
        self._zygote: Zygote | None = None
        self._exercise: Exercise | None = None
        self._files: dict[str, bytes] = {}
        self._shared: SetupState | None = None
        self._names: list[str] = []
        self._decided: dict[str, CheckResult] = {}
        self._language = config.getoption("language") or _terminal_language()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Find the exercise, and whether the files can be handed in to it."""
        folders = {item.path.parent for item in items}
        if not folders:
            return
        if len(folders) > 1:
            raise pytest.UsageError("a submission is for one exercise; name its folder")
        checks = {name_of(i): marks_of(i.function).needs for i in _functions(items)}
        self._names = list(checks)
        try:
            self._exercise = load_exercise(folders.pop())
            paths: list[Path] = self._config.getoption("submission")
            uploads = [(path.name, path.read_bytes()) for path in paths]
            self._files = check_files(self._exercise, uploads)
        except (ManifestError, OSError) as error:
            raise pytest.UsageError(str(error)) from None
        except FileRefused as refused:
            raise pytest.UsageError(refused.detail.to(self._language)) from None
        if faults := [w.en for w in faults_of(checks) if "no such check" not in w.en]:
            raise pytest.UsageError("\n".join(faults))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Run all checks at once, if that is asked for; pytest's own loop takes one at a time."""
        options = session.config.option
        if not options.together or options.collectonly or session.testsfailed:
            return None
        items, began = _functions(session.items), time()

        def on_judged(item: pytest.Function, judged: Judged) -> None:
            self._log(item, judged, began)

        self._runner.run(self._judge_all(items, on_judged))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        """Run one check."""
        if not isinstance(item, pytest.Function):
            return None
        began = time()
        self._log(item, self._runner.run(self._judge(item)), began)
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show points and titles."""
        if self._exercise and self._decided:
            checks = [self._decided[name] for name in self._names if name in self._decided]
            summary(terminalreporter, self._exercise, checks, self._language)

    def pytest_unconfigure(self) -> None:
        """End the sandbox."""
        if self._zygote:
            self._runner.run(self._zygote.__aexit__(None, None, None))
        self._runner.close()

    def _log(self, item: pytest.Function, judged: Judged, began: float) -> None:
        self._decided[judged.result.name] = judged.result
        log(item, judged, began, self._language)

    async def _judge(self, item: pytest.Function) -> Judged:
        needed = [
            self._decided[name] for name in marks_of(item.function).needs if name in self._decided
        ]
        for pause in (*PAUSES_SECONDS, None):
            async with self._sandbox():
                self._shared = self._shared or set_up_shared(item)
                judged = await judge(item, self._shared, needed, keep_errors=True)
            is_ours = judged.result.verdict is Verdict.INCONCLUSIVE and _is_outage(judged)
            if not is_ours or pause is None:
                break
            await asyncio.sleep(pause)
        return judged

    async def _judge_all(self, items: list[pytest.Function], on_judged: OnJudged) -> None:
        async with self._sandbox():
            await judge_all(items, on_judged, keep_errors=True)

    @asynccontextmanager
    async def _sandbox(self) -> AsyncIterator[None]:
        """Let the fixtures use a fresh sandbox."""
        if self._exercise is None:
            raise RuntimeError("nothing was collected")
        limits = self._exercise.limits
        sandbox = await (await self._ready()).open(limits)
        link = SandboxLink(sandbox.control, sandbox.starter_pid)
        try:
            link.watch()
            async with in_memory(self._exercise, self._files) as program:
                link.send_program(program)
                self._fixtures.sandboxed = Sandboxed(link, limits)
                yield
        finally:
            link.close()
            await sandbox.close()

    async def _ready(self) -> Zygote:
        if self._zygote is None:
            settings = get_settings()
            insecure = settings.run_student_code_without_a_full_sandbox
            zygote = open_zygote(settings.runtime_dir, insecure=insecure)
            try:
                await zygote.__aenter__()
            except SandboxError as error:
                pytest.exit(f"no sandbox: {error}; `semaforo doctor` tells what is missing", 3)
            self._zygote = zygote
        return self._zygote


def _functions(items: Sequence[pytest.Item]) -> list[pytest.Function]:
    return [item for item in items if isinstance(item, pytest.Function)]


def _is_outage(judged: Judged) -> bool:
    """Whether our machine could not decide, and not the suite that broke."""
    return judged.error is None or isinstance(judged.error, CheckEnded | SandboxLost)


def _terminal_language() -> str:
    wish = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "es" if wish.startswith("es") else "en"
