"""One grading run: an exercise and the files handed in, to a report. No database, no queue."""

import json
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import structlog

from graders.catalogue.environments import (
    USUAL,
    Environment,
    EnvironmentMissing,
    Environments,
)
from graders.catalogue.manifest import Exercise, ManifestError
from graders.catalogue.pythons import OWN_SERIES
from graders.judge import kit_hash
from graders.kit.messages.explain import KILLED_ONCE, LIBRARIES, OUT_OF_MEMORY
from graders.repeats import name_repeats
from graders.report import CheckResult, Report, Verdict
from graders.trace import Trace
from graders.undecided import Doubt
from server.messaging.workers import SuiteState
from worker.grading.judge_request import JudgeRequest
from worker.grading.linter import Linter, find_ruff
from worker.grading.other_zygotes import OtherZygotes
from worker.grading.pool import Pool
from worker.grading.suite_errors import NOT_STARTED, SuiteError, is_no_room
from worker.grading.suite_keeper import SuiteKeeper
from worker.grading.suites import SuiteProcess
from worker.grading.tracing import trace_program
from worker.outages import GradingOutage, Outage, Restarts
from worker.sandboxes import OpenSandbox, SandboxError, Zygote, open_zygote

__all__ = ["CpuUsage", "Grader", "GradingOutage", "program_in_memory"]

OnCheck = Callable[[CheckResult], None]
OnMessage = Callable[[CheckResult, dict[str, Any]], None]

# A run with a killed check is graded once more; `worker/queue/jobs.py` allows for that.
RUNS_OF_A_KILLED_PROGRAM: Final = 2
_log = structlog.get_logger("semaforo.grading")


@dataclass
class CpuUsage:
    """Processor time of the runs so far, in seconds.

    suite_seconds    Of the judges, from their fork to their last word.
    sandbox_seconds  Of the students' programs and all that surrounds them in the sandbox; 0
                     where the host has no cgroup that counts it.
    """

    runs: int = 0
    suite_seconds: float = 0.0
    sandbox_seconds: float = 0.0


class Grader:
    """Grades any number of runs at once; owns the zygote and a suite process per exercise.

    An async context manager: leaving it ends every process it started. With `rehearses` each suite
    process first judges its own reference solution, which makes every later run cheaper; for a
    single run that does not pay. `environments` has what exercises bring; without it, nothing.
    """

    def __init__(
        self,
        *,
        runtime: Path,
        name: str,
        environments: Environments | None = None,
        insecure: bool = False,
        rehearses: bool = False,
        linter: Linter | None = None,
    ) -> None:
        self._runtime, self.name = runtime, name
        self._insecure, self._rehearses = insecure, rehearses
        self._linter = linter or Linter(find_ruff(), is_confined=not insecure)
        self.cpu_usage, self.restarts = CpuUsage(), Restarts()
        self._zygote: Zygote = open_zygote(runtime, insecure=insecure, restarts=self.restarts)
        self._pool = Pool(self._zygote)
        self._environments = environments or Environments(runtime.parent)
        self._other_zygotes = OtherZygotes(self._open_with)
        self.suites = SuiteKeeper(self._start, self.restarts)

    async def __aenter__(self) -> Self:
        """Start what every run needs."""
        try:
            await self._zygote.__aenter__()
        except SandboxError as error:
            raise GradingOutage(f"no sandbox: {error}", Outage.SANDBOX) from error
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every process."""
        await self.suites.close()
        await self._pool.close()
        await self._other_zygotes.close()
        await self._zygote.__aexit__(kind, error, trace)

    @property
    def runtime_hash(self) -> str:
        """sha-256 of the students' libraries and interpreter, as set-up wrote it beside them."""
        written = self._runtime.parent / "hash"
        return written.read_text("ascii").strip() if written.exists() else ""

    async def grade(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        *,
        on_check: OnCheck = lambda check: None,
        in_turn: bool = False,
    ) -> Report:
        """Run every check of the exercise on these files, at once or `in_turn`.

        `files` must have passed `graders.catalogue.files.check_files`. `on_check` receives each
        check as it is decided. The report may be inconclusive: then our machine could not decide,
        and the run is to be graded again.

        Raises:
            GradingOutage: it could not be run at all, or the judge broke.
        """
        suite_hash = exercise.suite_hash
        try:
            async with self.suites.lend(exercise, suite_hash) as suite:
                checks = await self._run(suite, exercise, files, on_check, in_turn=in_turn)
                if any(check.was_killed for check in checks):
                    again = await self._run(suite, exercise, files, on_check, in_turn=in_turn)
                    checks = confirm_kills(checks, again)
        except (SandboxError, SuiteError, TimeoutError, OSError) as error:
            raise GradingOutage(f"{type(error).__name__}: {error}", _kind_of(error)) from error
        report = Report(
            exercise.slug,
            suite_hash,
            self.runtime_hash,
            self.name,
            tuple(checks),
            kit_hash=kit_hash(),
            is_reported=exercise.is_inside,
        )
        # Of an undecided one, single checks may be kept beside those of the next run.
        return replace(report, checks=name_repeats(checks)) if report.is_conclusive else report

    async def trace(self, source: str) -> Trace:
        """Run a program without an exercise behind every run, and return what it did.

        Raises:
            GradingOutage: it could not be run.
        """
        return await trace_program(self._zygote, source, in_background=True)

    def suite_states(self) -> dict[str, SuiteState]:
        """Return how the suite process of each exercise is, by slug: those known so far."""
        return self.suites.states()

    async def prepare(self, exercises: Iterable[Exercise]) -> None:
        """Have the suites of these exercises ready, one after another, before they are needed.

        A suite that does not start is logged here; `grade` raises it.
        """
        for exercise in exercises:
            with suppress(SuiteError, OSError):
                async with self.suites.lend(exercise, exercise.suite_hash):
                    pass

    async def _start(self, exercise: Exercise) -> SuiteProcess:
        try:
            suite = await SuiteProcess.start(exercise, is_confined=not self._insecure)
        except OSError as error:
            raise SuiteError(NOT_STARTED.format(why=error), _kind_of(error)) from error
        try:
            await self._linter.must_know(suite.lint)
            if self._rehearses:
                await self._rehearse(suite, exercise)
        except BaseException:
            await suite.close()
            raise
        return suite

    async def _rehearse(self, suite: SuiteProcess, exercise: Exercise) -> None:
        try:
            reference = exercise.reference
            checks = await self._run(suite, exercise, reference, lambda check: None, rehearsal=True)
        except (ManifestError, SandboxError, SuiteError, TimeoutError, OSError) as error:
            _log.warning("rehearsal failed", exercise=exercise.slug, error=str(error))
            return
        if failed := [c.name for c in checks if c.verdict is not Verdict.PASSED]:
            _log.error("reference fails", exercise=exercise.slug, checks=failed)

    async def _run(
        self,
        suite: SuiteProcess,
        exercise: Exercise,
        files: Mapping[str, bytes],
        on_check: OnCheck,
        *,
        rehearsal: bool = False,
        in_turn: bool = False,
    ) -> list[CheckResult]:
        def on_decided(check: CheckResult, _: dict[str, Any]) -> None:
            if check.verdict is not Verdict.INCONCLUSIVE:
                on_check(check)

        limits, checks = exercise.limits, suite.checks
        # The tests of a plain suite share a process, and so run one after another.
        in_turn = in_turn or exercise.is_plain
        request = JudgeRequest.of(
            limits, exercise.files[0], checks, rehearsal=rehearsal, in_turn=in_turn
        )
        return await self._judge(suite, exercise, files, request, on_decided)

    async def _judge(
        self,
        suite: SuiteProcess,
        exercise: Exercise,
        files: Mapping[str, bytes],
        request: JudgeRequest,
        on_message: OnMessage,
    ) -> list[CheckResult]:
        """Have the suite judge a sandbox of its own; results in the suite's order."""
        request = replace(request, libraries=_libraries_of(exercise))
        found: dict[int, CheckResult] = {}

        def judged(word: dict[str, Any]) -> None:
            if "done" in word:
                self.cpu_usage.suite_seconds += word["cpu_seconds"]
                return
            check = CheckResult.from_dict(word["check"])
            if check.file and check.file not in exercise.files:
                # A file that the program wrote itself: its line cannot be shown.
                check = replace(check, line=None, file="")
            found[word["index"]] = check
            on_message(check, word)

        request = replace(
            request, lint=await self._linter.look(suite.lint, files, exercise.python or OWN_SERIES)
        )
        async with (
            self._pool_for(exercise) as pool,
            pool.lend(request.limits) as sandbox,
            raise_if_lost(sandbox, found),
            program_in_memory(exercise, files) as program,
        ):
            words = suite.judge(sandbox.control, sandbox.starter_pid, program, request)
            async with aclosing(words):
                async for word in words:
                    judged(word)
        leftovers = await sandbox.close()
        self.cpu_usage.runs += 1
        self.cpu_usage.sandbox_seconds += leftovers.cpu_seconds or 0.0
        checks = [found[index] for index in sorted(found)]
        return [_as_out_of_memory(check) for check in checks] if leftovers.oom_kills else checks

    @asynccontextmanager
    async def _pool_for(self, exercise: Exercise) -> AsyncIterator[Pool]:
        """Yield the sandboxes with the exercise's interpreter and libraries.

        Raises:
            SuiteError: this machine lacks some of it.
        """
        environment = self._environment_of(exercise)
        if environment == USUAL:
            yield self._pool
            return
        async with self._other_zygotes.lend(environment) as pool:
            yield pool

    def _environment_of(self, exercise: Exercise) -> Environment:
        try:
            return self._environments.of(exercise)
        except EnvironmentMissing as missing:
            raise SuiteError(missing.words, Outage.ENVIRONMENT) from missing

    def _open_with(self, environment: Environment) -> Zygote:
        return open_zygote(
            self._runtime,
            environment=environment,
            insecure=self._insecure,
            restarts=self.restarts,
        )


def _libraries_of(exercise: Exercise) -> tuple[str, ...]:
    """Return the names of the libraries that its programs may import."""
    own = exercise.lock.names if exercise.lock else ()
    usual = () if exercise.python else LIBRARIES
    return tuple(dict.fromkeys([*usual, *own]))


def _kind_of(error: Exception) -> Outage:
    if isinstance(error, SuiteError):
        return error.kind
    if isinstance(error, SandboxError):
        return Outage.SANDBOX
    return Outage.NO_ROOM if is_no_room(error) else Outage.OTHER


def confirm_kills(first: list[CheckResult], again: list[CheckResult]) -> list[CheckResult]:
    """Return the second run's checks; one killed only there is undecided, not crashed.

    A program may kill itself each time; what kills another by chance hardly hits it twice.
    """
    killed = {check.name for check in first if check.was_killed}
    return [
        _as_undecided(check) if check.was_killed and check.name not in killed else check
        for check in again
    ]


def _as_undecided(check: CheckResult) -> CheckResult:
    doubt = Doubt("its process was killed, in one run of two")
    return replace(
        check, verdict=Verdict.INCONCLUSIVE, message=KILLED_ONCE, doubt=doubt, was_killed=False
    )


def _as_out_of_memory(check: CheckResult) -> CheckResult:
    """Return the check as out of memory, if the kernel may have killed its process for that."""
    if check.was_killed or check.verdict is Verdict.INCONCLUSIVE:
        return replace(
            check,
            verdict=Verdict.OUT_OF_MEMORY,
            message=OUT_OF_MEMORY,
            doubt=None,
            was_killed=False,
        )
    return check


_END_SECONDS: Final = 1.0


@asynccontextmanager
async def raise_if_lost(
    sandbox: OpenSandbox, found: Mapping[int, CheckResult]
) -> AsyncIterator[None]:
    """Raise at the end of the block if the sandbox was lost meanwhile.

    A judge may have `found` that its program is gone before the sandbox has ended whole: where
    it could not decide a check, the end is waited for.

    Raises:
        SandboxError: it ended with its zygote, which no program causes.
    """
    cause = None
    try:
        yield
    except SuiteError as error:
        cause = error
    is_decided = all(check.verdict is not Verdict.INCONCLUSIVE for check in found.values())
    seconds = 0.0 if is_decided and cause is None else _END_SECONDS
    if await sandbox.ended_with_zygote(within_seconds=seconds):
        raise SandboxError("the zygote ended under the run") from cause
    if cause:
        raise cause


@asynccontextmanager
async def program_in_memory(exercise: Exercise, files: Mapping[str, bytes]) -> AsyncIterator[int]:
    """Yield a memory file that holds the submission as the agent reads it."""
    sources = {name: content.decode("utf-8") for name, content in files.items()}
    given = {name: (exercise.folder / name).read_text("utf-8") for name in exercise.given}
    words = {"main": exercise.files[0], "files": sources, "given": given}
    payload = json.dumps(words, ensure_ascii=False)
    memory = os.memfd_create("program", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.write(memory, payload.encode("utf-8"))
        os.lseek(memory, 0, os.SEEK_SET)
        yield memory
    finally:
        os.close(memory)
