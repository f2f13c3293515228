"""A plain suite that runs in the student's interpreter, for what no proxy can carry.

Each test is run by pytest in a process of its own in the sandbox, beside the submission. What
comes out is that process's own account: it is read strictly, and it is reported, not witnessed.
How the process ended, its time and what it printed are known from outside, as ever.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Final

import pytest

from graders.catalogue.manifest import MANIFEST, deciding_files
from graders.kit import wire
from graders.kit.channel import Channel
from graders.kit.checks.plain import (
    LONGEST_MESSAGE,
    NO_SUCH_TEST,
    NOT_LOADED,
    marks_of_plain,
    name_of_plain,
)
from graders.kit.checks.running import result_of
from graders.kit.messages.explain import explain_outcome
from graders.kit.messages.requirements import in_line
from graders.kit.program.outcome import Ending, Outcome
from graders.report import NOTHING, CheckResult, Verdict
from graders.text import Text
from graders.undecided import LONGEST_DETAIL, Doubt
from worker.grading.plain_suite import PlainSuite
from worker.grading.suite_errors import SuiteError

# All that lies beside the suite goes into one frame, in base64.
MOST_KIB: Final = 100
_VERDICTS: Final = {
    "passed": Verdict.PASSED,
    "failed": Verdict.FAILED,
    "crashed": Verdict.CRASHED,
    "skipped": Verdict.NOT_RUN,
    "missing": Verdict.NOT_RUN,
}


class InsideSuite(PlainSuite):
    """The suite of one exercise: collected here, as a plain one, and run in the sandbox."""

    def __init__(self, suite: Path, files: Sequence[str]) -> None:
        super().__init__(suite, files)
        self._contents: list[dict[str, Any]] = []

    def begin(self, session: pytest.Session) -> None:
        """Read what each check's process is given, and put stand-ins in place as a plain suite.

        Raises:
            SuiteError: there is too much of it.
        """
        super().begin(session)
        folder = self._suite.parent
        contents = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in deciding_files(folder)
            if path.name not in (MANIFEST, *self._files)
        }
        if sum(map(len, contents.values())) > MOST_KIB << 10:
            raise SuiteError(_TOO_LARGE.format(kib=MOST_KIB))
        self._contents = [
            {"kind": "file", "name": name, "content": wire.encode(content)}
            for name, content in contents.items()
        ]

    def _judge_one(
        self,
        item: pytest.Function,
        channel: Channel,
        loop: asyncio.AbstractEventLoop,
        wall_seconds: float,
    ) -> CheckResult:
        for request in (*self._contents, {"kind": "script"}):
            channel.resources.add_plain(request)
        began = monotonic()
        test = item.nodeid.partition("::")[2]
        # Skipped ones are no checks, and are collected inside as well.
        alike = [
            one for one in self._places if one.partition("[")[0] == item.nodeid.partition("[")[0]
        ]
        place = alike.index(item.nodeid)
        wanted = {"file": self._suite.name, "test": test, "place": place}
        frame = {"of": 0, "function": "", "arguments": [], "alone": True, "tests": wanted}
        outcome = loop.run_until_complete(channel.call(frame)).outcome
        answer = _answer_of(outcome, name_of_plain(item))
        doubt = Doubt(outcome.detail[-LONGEST_DETAIL:])
        return result_of(
            name_of_plain(item),
            marks_of_plain(item),
            answer.verdict,
            message=answer.message,
            line=answer.line,
            output=channel.printed,
            wall_seconds=round(monotonic() - began, 6),
            doubt=doubt if answer.verdict is Verdict.INCONCLUSIVE else None,
            was_killed=outcome.was_killed,
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    verdict: Verdict
    message: Text = NOTHING
    line: int | None = None


def _answer_of(outcome: Outcome, name: str) -> _Answer:
    """Return what a test's process answers, or how that process ended."""
    if outcome.ending is Ending.RETURNED:
        return read_answer(outcome.value)
    end = explain_outcome(outcome, name)
    return _Answer(end.verdict, end.message, end.line)


def read_answer(value: Any) -> _Answer:
    """Return what `worker/inside/testing.py` sends; a failure if it is anything else."""
    if type(value) is not dict or set(value) != {"outcome", "words", "line"}:
        return _Answer(Verdict.FAILED, _NO_ACCOUNT)
    outcome, words, line = value["outcome"], value["words"], wire.parse_line(value["line"])
    if type(outcome) is not str or outcome not in _VERDICTS or type(words) is not str:
        return _Answer(Verdict.FAILED, _NO_ACCOUNT)
    verdict, message = _VERDICTS[outcome], Text.same(words[:LONGEST_MESSAGE].strip())
    if verdict is Verdict.PASSED:
        return _Answer(verdict)
    if outcome == "missing":
        message = NOT_LOADED.format(why=message) if words else NO_SUCH_TEST
    elif outcome == "crashed":
        message = _RAISED.format(error=message, where=in_line(None if line is None else int(line)))
    return _Answer(verdict, message, line)


_TOO_LARGE: Final = Text(
    'trust = "inside" lleva la suite y lo que hay junto a ella a cada proceso, hasta {kib} KiB en '
    "total: quita lo que no haga falta, o acorta los datos.",
    'trust = "inside" brings the suite and all beside it into each process, {kib} KiB at most: '
    "take out what is not needed, or shorten the data.",
)
_NO_ACCOUNT: Final = Text(
    "El proceso de tu programa no dijo cómo terminó la prueba. Busca qué lo cierra o cambia a "
    "pytest.",
    "Your program's process did not say how the test ended. Look for what ends it or changes "
    "pytest.",
)
_RAISED: Final = Text("Error{where}: {error}", "Error{where}: {error}")
