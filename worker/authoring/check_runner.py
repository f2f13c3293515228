"""Run single checks of one suite, in its confined process, on one submission."""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from graders.catalogue.environments import Environments
from graders.catalogue.manifest import Exercise
from graders.kit.checks.running import not_run, result_of
from graders.report import CheckResult, Verdict
from graders.text import Text
from server.settings import Settings
from worker.authoring.collected_checks import CollectedCheck
from worker.authoring.logs import silence_logs
from worker.grading.grade import Grader
from worker.grading.judge_request import AuthorOptions, JudgeRequest
from worker.grading.retry import PAUSES_SECONDS
from worker.grading.suite_errors import SuiteError
from worker.outages import Outage
from worker.sandboxes import SandboxError

_PAUSES: Final = PAUSES_SECONDS[:2]  # its author waits
_AUTHORS: Final = (Outage.SUITE_BROKEN, Outage.SUITE_RAISED)


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """One check that is over.

    shown  An error of the suite's own as pytest shows it, or "".
    loop   What it adds to a check that promises a free event loop (`LoopElsewhere.to_dict`).
    """

    result: CheckResult
    shown: str = ""
    loop: dict[str, Any] | None = None

    @property
    def is_outage(self) -> bool:
        """Whether our machine could not decide, and not the suite that broke."""
        return self.result.verdict is Verdict.INCONCLUSIVE and not self.shown


OnOutcome = Callable[[CheckOutcome], None]


class CheckRunner:
    """The worker's grader with one exercise and one submission, asked from outside any loop."""

    def __init__(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        settings: Settings,
        shown: argparse.Namespace,
    ) -> None:
        self._exercise, self._files = exercise, files
        self._chosen = partial(
            AuthorOptions, tbstyle=shown.tbstyle, showlocals=shown.showlocals, verbose=shown.verbose
        )
        self._runner = asyncio.Runner()
        self._grader = _Grader(
            runtime=settings.runtime_dir,
            name=settings.worker_name,
            environments=Environments(settings.data_dir, settings.pythons),
            insecure=settings.run_student_code_without_a_full_sandbox,
        )

    def start(self) -> None:
        """Start what every run needs.

        Raises:
            GradingOutage: there is no sandbox to be had.
        """
        silence_logs()
        self._runner.run(self._grader.__aenter__())

    def close(self) -> None:
        """End every process."""
        self._runner.run(self._grader.__aexit__(None, None, None))
        self._runner.close()

    def collected(self) -> list[CollectedCheck]:
        """Return the suite's checks.

        Raises:
            SuiteError: it does not load, or this machine cannot start it.
        """
        checks = self._runner.run(self._collected())
        return [CollectedCheck.read(place, values) for place, values in enumerate(checks)]

    def try_one(self, check: CollectedCheck, decided: Mapping[str, CheckOutcome]) -> CheckOutcome:
        """Run one check, unless one that it needs is `decided` and did not pass."""
        needed = [decided[name].result for name in check.marks.needs if name in decided]
        if lacking := [result for result in needed if result.verdict is not Verdict.PASSED]:
            return CheckOutcome(not_run(check.name, check.marks, lacking))
        seen = [outcome.loop for outcome in decided.values() if outcome.loop]
        return self._runner.run(self._until_decided(check, seen))

    def try_all(self, checks: Sequence[CollectedCheck], on_outcome: OnOutcome) -> None:
        """Run these checks at once; `on_outcome` receives each when it is over."""
        self._runner.run(self._try(checks, on_outcome))

    async def _collected(self) -> list[dict[str, Any]]:
        for pause in (*_PAUSES, None):
            try:
                return await self._grader.collected(self._exercise)
            except SuiteError as error:
                if error.kind in _AUTHORS or pause is None:
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _until_decided(
        self, check: CollectedCheck, seen: Sequence[dict[str, Any]]
    ) -> CheckOutcome:
        for pause in _PAUSES:
            outcome = await self._try_one(check, seen)
            if not outcome.is_outage:
                return outcome
            await asyncio.sleep(pause)
        return await self._try_one(check, seen)

    async def _try_one(self, check: CollectedCheck, seen: Sequence[dict[str, Any]]) -> CheckOutcome:
        found: list[CheckOutcome] = []
        await self._try([check], found.append, seen)
        return found[-1]

    async def _try(
        self,
        checks: Sequence[CollectedCheck],
        on_outcome: OnOutcome,
        seen: Sequence[dict[str, Any]] = (),
    ) -> None:
        left = {check.name: check for check in checks}

        def on_message(outcome: CheckOutcome) -> None:
            del left[outcome.result.name]
            on_outcome(outcome)

        chosen = self._chosen([check.place for check in checks], seen_before=seen)
        try:
            await self._grader.try_checks(self._exercise, self._files, chosen, on_message)
        except (SandboxError, SuiteError, TimeoutError, OSError) as error:
            for check in left.values():
                on_outcome(_untried(check, error))


class _Grader(Grader):
    async def collected(self, exercise: Exercise) -> list[dict[str, Any]]:
        async with self.suites.lend(exercise, exercise.suite_hash) as suite:
            return await suite.collected()

    async def try_checks(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        chosen: AuthorOptions,
        on_outcome: OnOutcome,
    ) -> None:
        def on_message(check: CheckResult, word: dict[str, Any]) -> None:
            on_outcome(CheckOutcome(check, word["shown"], word["loop"]))

        request = JudgeRequest.of(
            exercise.limits, exercise.files[0], len(chosen.chosen), author_options=chosen
        )
        async with self.suites.lend(exercise, exercise.suite_hash) as suite:
            await self._judge(suite, exercise, files, request, on_message)


def _untried(check: CollectedCheck, error: Exception) -> CheckOutcome:
    words = error.words if isinstance(error, SuiteError) else Text.same(str(error))
    result = result_of(check.name, check.marks, Verdict.INCONCLUSIVE, message=words)
    is_authors = isinstance(error, SuiteError) and error.kind in _AUTHORS
    return CheckOutcome(result, words.en if is_authors else "")
