"""Suite processes: one for each exercise's suite version, kept for as long as it is current."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict
from typing import Any, Final

from graders.catalogue.manifest import Exercise
from graders.text import Text
from worker.grading.judge_request import JudgeRequest
from worker.grading.judge_time import JudgeLimit
from worker.grading.suite_errors import (
    EARLY,
    ENDED,
    GONE,
    KILLED,
    LATE,
    LEFT,
    NOT_STARTED,
    SuiteError,
    judge_error_from,
)
from worker.grading.suite_launch import launch
from worker.inside import linux
from worker.outages import Outage, Reason
from worker.sandboxes.own_time import Limit, wait_readable_in_own_time
from worker.sandboxes.runs import wait_readable_within

START: Final = Limit(own_seconds=30.0, clock_seconds=600.0)  # usually one second of its own
ANSWER: Final = Limit(own_seconds=10.0, clock_seconds=300.0)  # usually a millisecond
PING_SECONDS: Final = 5.0
STOP_SECONDS = 2.0
LINE_BYTES = 8 << 20
_WORD_BYTES = 65_536
# Signals sent from outside; any other one the process caused itself.
_FROM_OUTSIDE: Final = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class SuiteProcess:
    """One `suite_server`, with what it collected; it is pinged every PING_SECONDS.

    checks   How many it has collected.
    lint     What they demand of the linter (`Lint.key`).
    """

    def __init__(self, process: asyncio.subprocess.Process, requests: socket.socket) -> None:
        self._process, self._requests = process, requests
        self._asked = self._answered = 0
        self._answered_or_ended = asyncio.Event()
        self._is_rehearsing = False
        self.checks = 0
        self.lint: list[str] = []
        self._over: asyncio.Task[Reason] | None = None

    @property
    def pid(self) -> int:
        """Its pid on this host."""
        return self._process.pid

    @classmethod
    async def start(
        cls, exercise: Exercise, *, is_confined: bool = True, answer: Limit = ANSWER
    ) -> "SuiteProcess":
        """Start one for this exercise and wait until it has collected its checks.

        Raises:
            SuiteError: it cannot; says why, and whose fault that is.
        """
        process, ours = await launch(exercise, is_confined=is_confined)
        suite = cls(process, ours)
        try:
            suite.checks = await suite._collected(exercise)
        except BaseException:
            suite._kill()
            await suite.close()
            raise
        suite._over = asyncio.create_task(suite._watch(answer))
        return suite

    async def _collected(self, exercise: Exercise) -> int:
        """Return how many checks it reports to have collected."""
        suite = Text.same(f"{exercise.suite}: ")
        try:
            await wait_readable_in_own_time(self._requests.fileno(), lambda: [self.pid], START)
            first = self._requests.recv(_WORD_BYTES)
        except TimeoutError as error:
            raise SuiteError(suite + NOT_STARTED.format(why=error), Outage.SUITE_PROCESS) from None
        except OSError:
            first = b""
        word = json.loads(first or b"{}")
        if "checks" in word:
            self.lint = word["lint"]
            return int(word["checks"])
        if "error" in word:
            raise SuiteError(suite + Text(**word["error"]))
        code = await self._exit_code()
        kind = Outage.SUITE_PROCESS if -code in _FROM_OUTSIDE else Outage.SUITE_BROKEN
        raise SuiteError(suite + (KILLED if code < 0 else LEFT).format(code=abs(code)), kind)

    async def _exit_code(self) -> int:
        """Return the exit code, negative for a signal; kill it after STOP_SECONDS."""
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                return await self._process.wait()
        self._kill()
        return await self._process.wait()

    async def close(self) -> None:
        """End it, and every judge it has forked."""
        if self._over is not None:
            self._over.cancel()
            await asyncio.gather(self._over, return_exceptions=True)
        self._requests.close()
        await self._exit_code()

    async def wait_until_ended(self) -> Reason:
        """Wait until it has ended and return why; one that hangs is killed."""
        if self._over is None:
            raise RuntimeError("it has not started")
        return await asyncio.shield(self._over)

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()

    async def _watch(self, answer: Limit) -> Reason:
        """Wait until it dies, or kill it when it hangs; return which."""
        connection = self._requests.fileno()
        reason = Reason.DIED
        with suppress(ConnectionError):
            while True:
                try:
                    if self._asked == self._answered or self._is_rehearsing:
                        await wait_readable_within(PING_SECONDS, connection)
                    else:
                        await wait_readable_in_own_time(connection, lambda: [self.pid], answer)
                except TimeoutError:
                    if self._is_rehearsing:
                        continue
                    if self._asked > self._answered:
                        reason = Reason.HUNG
                        break
                    self._ping()
                    continue
                word = self._requests.recv(_WORD_BYTES)
                if not word:
                    break
                self._answered = json.loads(word)["ping"]
                self._notify()
        self._kill()
        await self._process.wait()
        self._notify()
        return reason

    def _ping(self) -> None:
        self._asked += 1
        self._requests.send(json.dumps({"ping": self._asked}).encode())

    def _notify(self) -> None:
        self._answered_or_ended.set()
        self._answered_or_ended = asyncio.Event()

    async def is_alive(self) -> bool:
        """Ping it and return whether it answers; False once it has ended."""
        with suppress(OSError):
            self._ping()
            number = self._asked
            while self._over is not None and not self._over.done():
                if self._answered >= number:
                    return True
                # No limit here: the watcher ends a process that does not answer.
                hearing = asyncio.ensure_future(self._answered_or_ended.wait())
                await asyncio.wait({hearing, self._over}, return_when=asyncio.FIRST_COMPLETED)
                hearing.cancel()
        return False

    async def collected(self) -> list[dict[str, Any]]:
        """Return the description of every check, in the suite's order, for the pytest plugin.

        Raises:
            SuiteError: it is gone; one that hangs is, soon.
        """
        results = self._send({"collected": True}, ())
        async with _reading(results) as reader:
            if line := await reader.readline():
                return list(json.loads(line)["collected"])
        raise SuiteError(GONE.format(why=ENDED), Outage.SUITE_PROCESS)

    async def judge(
        self, control: socket.socket, starter: int, program: int, request: JudgeRequest
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Have one run judged; yields `{"index": …, "check": …}` as each check is decided.

        The last word is `{"done": True, "cpu_seconds": …}`: what the judge itself has cost.
        `control` and `starter` are the open sandbox's, `program` the submission in a memory file.
        With author options each message also has `shown`: an error of the suite as pytest shows
        it, or "".

        Raises:
            SuiteError: it ended before it was done, and the kind says whether alone.
        """
        asked = {**asdict(request), "starter": starter}
        time = JudgeLimit(self.pid, request.seconds + STOP_SECONDS)
        results = self._send(asked, (control.fileno(), program))
        self._is_rehearsing = request.rehearsal
        try:
            async with _reading(results) as reader, time.running():
                while line := await reader.readline():
                    word = json.loads(line)
                    if "error" in word:
                        raise judge_error_from(word)
                    if "judge" in word:
                        time.judge_began(word["judge"])
                    else:
                        yield word
                    if "done" in word:
                        return
        except TimeoutError:
            raise SuiteError(LATE, time.outage) from None
        finally:
            self._is_rehearsing = False
            self._end(time.judge)
        raise SuiteError(EARLY, Outage.JUDGE if await self.is_alive() else Outage.SUITE_PROCESS)

    def _end(self, judge: int) -> None:
        with suppress(ProcessLookupError):  # it may end since we looked
            if judge and judge in linux.children_of(self.pid):
                os.kill(judge, signal.SIGKILL)

    def _send(self, request: dict[str, Any], descriptors: tuple[int, ...]) -> socket.socket:
        """Ask with these descriptors; return where the results will come."""
        ours, theirs = socket.socketpair()
        with theirs:
            words = [json.dumps(request).encode()]
            try:
                socket.send_fds(self._requests, words, [theirs.fileno(), *descriptors])
            except OSError as error:
                ours.close()
                raise SuiteError(GONE.format(why=error), Outage.SUITE_PROCESS) from error
        return ours


@asynccontextmanager
async def _reading(connection: socket.socket) -> AsyncIterator[asyncio.StreamReader]:
    reader, writer = await asyncio.open_connection(sock=connection, limit=LINE_BYTES)
    try:
        yield reader
    finally:
        writer.close()
