"""How a test of a plain suite ended: pytest's report, as a verdict with words for the student."""

import inspect
import re
import sys
import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from graders.kit.channel import Channel
from graders.kit.checks.marks import Marks, marks_of, title_of
from graders.kit.checks.running import result_of
from graders.kit.expect import CheckEnded
from graders.kit.messages.code import as_code
from graders.kit.messages.explain import explain_outcome
from graders.kit.messages.requirements import in_line
from graders.kit.module.own_time import OwnTime
from graders.kit.module.proxies import LINE, handle_of
from graders.kit.module.scripts import ProcessRefused
from graders.kit.module.session import ProgramEnded, Session, TestLate
from graders.kit.module.uses import Uses
from graders.kit.program.outcome import Ending, Outcome
from graders.report import FAILURES, NOTHING, CheckResult, Verdict
from graders.text import Text
from graders.undecided import LONGEST_DETAIL, Doubt

LONGEST_MESSAGE = 2000
_PREFIX = "test_"
_POINTS = pytest.StashKey[float]()


class SuiteFault(Exception):
    """The suite itself failed, not the program."""


class NotLoaded(Exception):
    """The suite's file, which runs as far as it goes without a program, failed with this one.

    Its cause is what was raised there.
    """


def name_of_plain(item: pytest.Function) -> str:
    """Return the name of a plain suite's check: its id behind the file, `test_` taken off."""
    parts = item.nodeid.partition("::")[2].split("::")
    return ".".join(part.removeprefix(_PREFIX) for part in parts)


def marks_of_plain(item: pytest.Function) -> Marks:
    """Return the marks of a plain suite's check.

    Points are those of exercise.toml, of a mark of the kit, or of pytest.mark.points(2) or
    pytest.mark.weight(2); pytest.mark.hidden hides it.
    """
    marks = marks_of(item.function)
    if "title" not in item.function.__dict__:
        words = title_of(inspect.getdoc(item.function), item.name)
        marks = replace(marks, title=Text.same(words))
    if item.get_closest_marker("hidden"):
        marks = replace(marks, is_hidden=True)
    given = item.stash.get(_POINTS, None)
    return marks if given is None else replace(marks, points=given, extra=0.0)


def set_points(items: Sequence[pytest.Function], points: Mapping[str, float]) -> None:
    """Set what exercise.toml or a mark of pytest says a test is worth.

    `points` are by check name; the cases of one parametrised test share those of the test's name.
    """
    names = [name_of_plain(item).partition("[")[0] for item in items]
    for item, name in zip(items, names, strict=True):
        mark = item.get_closest_marker("points") or item.get_closest_marker("weight")
        whole = name_of_plain(item)
        if whole in points:
            item.stash[_POINTS] = points[whole]
        elif name in points:
            item.stash[_POINTS] = points[name] / names.count(name)
        elif mark and mark.args and isinstance(mark.args[0], int | float) and mark.args[0] >= 0:
            item.stash[_POINTS] = float(mark.args[0])


class PlainCheck:
    """One test of a plain suite, run with a program of its own.

    `expected` are the names that the reference solution defines.
    """

    def __init__(
        self,
        item: pytest.Function,
        channel: Channel,
        session: Session,
        uses: Uses,
        expected: Collection[str],
    ) -> None:
        self._expected = expected
        self._item, self._channel, self._session, self._uses = item, channel, session, uses
        self._verdict, self._message = Verdict.PASSED, NOTHING
        self._line: int | None = None
        self._doubt: Doubt | None = None
        self._was_killed = False
        self._began = monotonic()

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Judge by what is raised in the block: loading the program, importing it."""
        self._began = monotonic()
        try:
            with OwnTime(self._session, self._session.wall_seconds).limited():
                yield
        except ProgramEnded as end:
            self._end_with(end)
        except NotLoaded as error:
            self._end_unloaded(error)
        except BaseException as error:
            if self._session.ended:  # and pytest stumbled over that
                self._end_with(self._session.ended)
                return
            if self._end_without_name(error):
                return
            if (line := _line_of(error)) is None and not hasattr(error, LINE):
                raise
            self._crash(error, line)

    def take(self, reports: Sequence[pytest.TestReport]) -> None:
        """Judge by pytest's reports of a test that has run."""
        if ended := self._session.ended:
            # However the test took it: the program is gone.
            self._end_with(ended)
            return
        parts = FAILED_PARTS.pop(self._item.nodeid, [])
        failed = next((report for report in (*parts, *reports) if report.failed), None)
        if failed is None:
            skipped = next((report for report in reports if report.skipped), None)
            if skipped is not None:
                of_skip: Any = skipped.longrepr
                words = of_skip[2] if isinstance(of_skip, tuple) else skipped.longreprtext
                reason = str(getattr(skipped, "wasxfail", "") or words)
                self._fail(Verdict.NOT_RUN, Text.same(reason[:LONGEST_MESSAGE]))
            return
        error = None if failed in parts else ERRORS.pop(failed.nodeid, None)
        if error is not None and hasattr(error, LINE):
            self._crash(error, _line_of(error))
            return
        if isinstance(error, CheckEnded):  # of the kit's `require`, which speaks both languages
            self._fail(error.verdict, error.message, error.line)
            return
        if isinstance(error, ImportError) and self._uses.is_submitted(error.name):
            self._end_without_name(error)
            return
        if isinstance(error, ProcessRefused):
            self._fail(Verdict.FAILED, error.words)
            return
        if self._end_without_name(error):
            return
        if error is not None and _is_of_suite(error, self._item.path.parent):
            raise SuiteFault(failed.longreprtext)
        self._fail(Verdict.FAILED, Text.same(_words(failed)))

    def _fail(self, verdict: Verdict, message: Text, line: int | None = None) -> None:
        self._verdict, self._message, self._line = verdict, message, line

    def _end_with(self, ended: ProgramEnded) -> None:
        outcome = ended.outcome
        if isinstance(ended, TestLate):
            last = _LAST_CALLED.format(function=ended.function) if ended.function else NOTHING
            self._fail(Verdict.TIMED_OUT, _TEST_LATE + last)
            return
        end = explain_outcome(outcome, ended.function)
        self._fail(end.verdict, end.message, end.line)
        self._was_killed = outcome.was_killed
        if end.verdict is Verdict.INCONCLUSIVE:
            self._doubt = Doubt(outcome.detail[-LONGEST_DETAIL:])

    def _crash(self, error: BaseException, line: int | None) -> None:
        words = f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE]
        values = {"error": as_code(words), "where": in_line(line)}
        self._fail(Verdict.CRASHED, _RAISED.format(function=self._session.function, **values), line)

    def _end_unloaded(self, why: NotLoaded) -> None:
        error = why.__cause__
        if self._session.ended:
            self._end_with(self._session.ended)
        elif error is None:
            self._fail(Verdict.NOT_RUN, NO_SUCH_TEST)
        elif hasattr(error, LINE):
            self._crash(error, _line_of(error))
        elif not self._end_without_name(error):
            words = f"{type(error).__name__}: {error}"[:LONGEST_MESSAGE]
            self._fail(Verdict.NOT_RUN, NOT_LOADED.format(why=as_code(words)))

    def _end_without_name(self, error: BaseException | None) -> bool:
        """End a check that needs a name that the submission does not define; False if not so."""
        if isinstance(error, NameError) and error.name in self._expected:
            name, module = str(error.name), ""  # the suite has all names, by `from leap import *`
        elif missing := _find_missing(error):
            name, module = str(missing).partition("'")[2].partition("'")[0], str(missing.name)
        else:
            return False
        outcome = Outcome(Ending.MISSING, names=tuple(self._uses.names(module)))
        end: CheckEnded = explain_outcome(outcome, name)
        self._fail(end.verdict, end.message, end.line)
        return True

    def _find_line(self) -> int | None:
        """Return the line, or where the function begins that the test used last."""
        if self._line is None and self._verdict in FAILURES:
            return self._channel.find_definition(self._session.function)
        return self._line

    def result(self) -> CheckResult:
        """Return how the check ended."""
        found: dict[str, Any] = {
            "message": self._message,
            "line": self._find_line(),
            "output": self._channel.printed,
            "wall_seconds": round(monotonic() - self._began, 6),
            "doubt": self._doubt,
            "was_killed": self._was_killed,
        }
        return result_of(
            name_of_plain(self._item), marks_of_plain(self._item), self._verdict, **found
        )


# The exception of each test that failed, by its id; `remember_error` fills it.
ERRORS: dict[str, BaseException] = {}


def remember_error(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Remember what ended a test; for the hook that makes pytest's reports."""
    if call.excinfo is not None:
        ERRORS.setdefault(item.nodeid, call.excinfo.value)


# What failed of a test by parts of it (`subTest`, `subtests`), by the test's id.
FAILED_PARTS: dict[str, list[pytest.TestReport]] = {}


def remember_part(report: pytest.TestReport) -> None:
    """Remember a part of a test that failed; for the hook by which pytest reports each."""
    if report.failed:
        FAILED_PARTS.setdefault(report.nodeid, []).append(report)


def _line_of(error: BaseException) -> int | None:
    line = getattr(error, LINE, None)
    return line if isinstance(line, int) else None


def _find_missing(error: BaseException | None) -> ImportError | None:
    """Return the import of a name that the submission lacks, if it is behind this error.

    A suite may raise another in its place, with words of its own.
    """
    if error is None:
        return None
    if isinstance(error, ImportError) and str(error).startswith("cannot import name"):
        return error if handle_of(sys.modules.get(str(error.name))) is not None else None
    return _find_missing(error.__cause__ or error.__context__)


def _is_of_suite(error: BaseException, folder: Path) -> bool:
    """Whether a suite is itself at fault, whatever the program gave it.

    A library may raise the same for what the program gave: `eval` for its text, `get_type_hints`.
    """
    is_fault = isinstance(error, NameError | ImportError | SyntaxError)
    # A name that a loop over nothing left unbound is none.
    if not is_fault or isinstance(error, UnboundLocalError):
        return False
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    files = [frame.f_code.co_filename for frame in frames]
    own = [file for file in files if not file.startswith("<frozen importlib")]
    where = error.filename if isinstance(error, SyntaxError) else own[-1] if own else None
    return where is not None and Path(where).is_relative_to(folder)


# pytest's own words when a value of the program's misled it; they show paths of this machine.
_PLUGIN_FAILED = re.compile(r"\s*\(pytest_assertion plugin: .*?faulty __repr__\.\)", re.DOTALL)


def _words(report: pytest.TestReport) -> str:
    crash = getattr(report.longrepr, "reprcrash", None)
    words = str(crash.message if crash else report.longreprtext).strip()
    return _PLUGIN_FAILED.sub("", words)[:LONGEST_MESSAGE].strip()


NOT_LOADED = Text(
    "Las pruebas no se pudieron cargar con tu programa: {why}",
    "The tests could not be loaded with your program: {why}",
)
NO_SUCH_TEST = Text(
    "Con tu programa esta prueba no existe: la suite la crea a partir de lo que define.",
    "With your program there is no such test: the suite makes it of what it defines.",
)
_TEST_LATE = Text(
    "La prueba no terminó a tiempo: tu programa no hizo lo que la prueba espera.",
    "The test was not over in time: your program has not done what the test waits for.",
)
_LAST_CALLED = Text(
    " Lo último que usó la prueba fue `{function}`.", " The last that it used was `{function}`."
)
_RAISED = Text(
    "`{function}` terminó con un error{where}: {error}",
    "`{function}` ended with an error{where}: {error}",
)
