"""A plain pytest or unittest suite, judged: its file is run anew in each check, for its program.

The tests run one after another in this process, as under pytest. What is new in each is the
student's process, and with it the module that the suite imports.
"""

import asyncio
import re
import socket
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from types import CodeType, ModuleType
from typing import Any

import pytest

from graders.catalogue.manifest import read_points
from graders.kit.channel import Channel
from graders.kit.checks import gradescope
from graders.kit.checks.linting import judge_style
from graders.kit.checks.plain import (
    NotLoaded,
    PlainCheck,
    marks_of_plain,
    name_of_plain,
    set_points,
)
from graders.kit.checks.pytest_plugin import Fixtures, Sandboxed
from graders.kit.checks.running import result_of
from graders.kit.expect import CheckEnded
from graders.kit.module.files import FOLDER
from graders.kit.module.modules import SubmissionFinder
from graders.kit.module.placeholders import PlaceholderModule
from graders.kit.module.reference import names_of, own_operators, read_outlines
from graders.kit.module.scripts import refuse_processes
from graders.kit.module.session import Session
from graders.kit.module.uses import Uses
from graders.kit.program.link import SandboxLink
from graders.kit.source import Source
from graders.limits import Limits
from graders.report import CheckResult, Verdict
from worker.grading.judge_request import JUDGE_MARGIN_SECONDS, AuthorOptions
from worker.grading.kit_checks import KitCheck, judge_kit_checks
from worker.grading.lint_checks import LintCheck
from worker.grading.modules_beside import ModulesBeside
from worker.grading.pytest_internals import collect_again, compile_suite, run_test

Say = Callable[[dict[str, Any]], None]


class PlainFixtures(Fixtures):
    """Fixtures for plain suites: the kit's, and those of pytest's that need another here."""

    @pytest.fixture
    def tmp_path(self, request: pytest.FixtureRequest) -> Path:
        """Make a folder in the program's working folder."""
        name = re.sub(r"\W", "_", request.node.name)[:30]
        path = Path(FOLDER) / f"tmp_{name}"
        path.mkdir()
        return path


class PlainSuite:
    """The suite of one exercise, in its own process; `files` are what students hand in."""

    def __init__(self, suite: Path, files: Sequence[str]) -> None:
        self._suite, self._files = suite, files
        self.fixtures = PlainFixtures()
        self._modules = [file.removesuffix(".py") for file in files]
        self._beside = ModulesBeside(suite, self._modules)
        self._outlines = read_outlines(_reference(suite.parent, files))
        self._own_operators = own_operators(self._outlines)
        self._expected = names_of(self._outlines)
        self._finder = SubmissionFinder()
        self._items: list[pytest.Function] = []
        self._places: dict[str, int] = {}
        self._code: CodeType | None = None
        self._sources: dict[str, str] = {}

    def begin(self, session: pytest.Session) -> None:
        """Put stand-ins in place of the modules that students hand in, and load conftest.py.

        Raises:
            SuiteError: it cannot be judged so.
        """
        sys.path.insert(0, str(self._suite.parent))
        gradescope.install()
        refuse_processes()
        sys.meta_path.insert(0, self._finder)
        self._put_placeholders()
        self._beside.begin(session)

    def _put_placeholders(self) -> None:
        found = {name: PlaceholderModule(name, one) for name, one in self._outlines.items()}
        self._put_modules(found, None)

    def _put_modules(
        self, modules: Mapping[str, ModuleType], run_again: Callable[[str], None] | None
    ) -> None:
        """Have imports find these as the submission's modules."""
        sys.modules.update(modules)
        self._finder.modules, self._finder.run_again = dict(modules), run_again

    def prepare(self, items: list[pytest.Function]) -> None:
        """Take what was collected, and compile the suite for all the times it will be run."""
        self._items = items
        # Skipped tests are not among them, and are collected again nevertheless.
        found = [one for one in items[0].session.items if isinstance(one, pytest.Function)]
        counts = Counter[str]()
        for one in found:
            self._places[one.nodeid] = counts[_name_without_case(one)]
            counts[_name_without_case(one)] += 1
        set_points(items, read_points(self._suite.parent))
        self._code = compile_suite(self._suite, items[0].config)

    def judge(
        self, request: dict[str, Any], control: socket.socket, program: int, say: Say
    ) -> None:
        """Judge one run; `say` is given the result of each check as it is decided.

        The kit's checks come last, together: they may need others, and speak of each other.
        """
        began = monotonic()
        loop = asyncio.new_event_loop()
        link = SandboxLink(control, request["starter"], request["first_file"])
        link.libraries = tuple(request["libraries"])
        link.in_turn = True
        limits = Limits(**request["limits"])

        async def open_link() -> None:
            link.watch()
            link.send_program(program)

        loop.run_until_complete(open_link())
        self.fixtures.sandboxed = Sandboxed(link, limits, request["lint"])
        self._sources = {name.removesuffix(".py"): text for name, text in link.files.items()}
        author_options = request["author_options"]
        chosen = author_options["chosen"] if author_options else range(len(self._items))
        of_kit = [index for index in chosen if isinstance(self._items[index], KitCheck)]
        over: dict[str, CheckResult] = {}
        for index in chosen:
            if index not in of_kit:
                result = self._judge_plain(self._items[index], loop)
                over[result.name] = result
                say({"index": index, "check": result.to_dict(), "shown": "", "loop": None})
        if of_kit:
            left = request["seconds"] - JUDGE_MARGIN_SECONDS - (monotonic() - began)
            options = AuthorOptions(**author_options) if author_options else None
            self._put_placeholders()
            self._beside.forget_program()
            loop.run_until_complete(
                judge_kit_checks(self._items, of_kit, over, options, say, seconds=left)
            )
        loop.run_until_complete(_close(link))
        loop.close()
        link.must_have_had_processes()

    def _judge_plain(self, item: pytest.Function, loop: asyncio.AbstractEventLoop) -> CheckResult:
        sandboxed = self.fixtures.sandboxed

        async def open_channel() -> Channel:
            return Channel(sandboxed.link, sandboxed.limits)

        if isinstance(item, LintCheck):
            return self._judge_source(item)
        channel = loop.run_until_complete(open_channel())
        result = self._judge_one(item, channel, loop, sandboxed.limits.wall_seconds)
        loop.run_until_complete(_close(channel))
        return result

    def _judge_source(self, item: LintCheck) -> CheckResult:
        """Judge a check of the source, for which no program is called."""
        found: dict[str, Any] = {}
        verdict = Verdict.PASSED
        try:
            judge_style(item.obj, self.fixtures.sandboxed.lint)
            item.obj(*[Source(self.fixtures.sandboxed.link.files)] * item.takes_source)
        except CheckEnded as end:
            verdict, found = end.verdict, {"message": end.message, "line": end.line}
        return result_of(name_of_plain(item), marks_of_plain(item), verdict, **found)

    def _judge_one(
        self,
        item: pytest.Function,
        channel: Channel,
        loop: asyncio.AbstractEventLoop,
        wall_seconds: float,
    ) -> CheckResult:
        session = Session(channel, loop, wall_seconds)
        uses = Uses(session, self._own_operators, self._sources, str(self._suite.parent))
        check = PlainCheck(item, channel, session, uses, self._expected)
        with check.judged():
            session.open()
            with uses.carried():
                modules = {name: uses.module(name) for name in self._modules}
                self._put_modules(modules, uses.reload)
                reports = run_test(self._load(item))
            check.take(reports)
        session.stop()
        return check.result()

    def _load(self, item: pytest.Function) -> pytest.Function:
        """Return the test of the suite's file that has been run with the module as it is now.

        A case of a parametrised test is found by its place among them: the program may have made
        others, and must not move the tests after them.

        Raises:
            NotLoaded: there is none.
        """
        try:
            found = self._run_suite(item)
        except Exception as error:
            raise NotLoaded from error
        cases = [one for one in found if _name_without_case(one) == _name_without_case(item)]
        place = self._places[item.nodeid]
        if place >= len(cases):
            raise NotLoaded
        return cases[place]

    def _run_suite(self, item: pytest.Function) -> list[pytest.Function]:
        """Run the suite's file with the module as it is now; returns its tests."""
        old = item.getparent(pytest.Module)
        if old is None or self._code is None:
            raise RuntimeError("a test of no module")
        self._beside.run_again()
        module = ModuleType(old.obj.__name__)
        module.__file__ = str(self._suite)
        sys.modules[module.__name__] = module
        exec(self._code, module.__dict__)  # noqa: S102  the suite itself
        return collect_again(module, old)


def _name_without_case(item: pytest.Function) -> str:
    return item.nodeid.partition("[")[0]


async def _close(one: Channel | SandboxLink) -> None:
    one.close()


def _reference(folder: Path, files: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the reference solution, empty where there is none."""
    found = dict.fromkeys(files, b"")
    single = folder / "reference.py"
    for name in files:
        path = folder / "reference" / name
        if not path.is_file():
            path = single
        if path.is_file():
            found[name] = path.read_bytes()
    return found
