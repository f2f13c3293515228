"""One check's connection to the student's program: loading, calls, services, observation."""

import asyncio
from collections import deque
from dataclasses import replace
from time import monotonic
from typing import Any

from graders.kit.observation.blocking import LoopRecord
from graders.kit.observation.definitions import find_definition
from graders.kit.observation.locations import Locations
from graders.kit.observation.watcher import Watcher
from graders.kit.program.connection import Connection
from graders.kit.program.link import SandboxLink
from graders.kit.program.outcome import Called, Cause, Ending, IdleState, Outcome
from graders.kit.program.process import CheckProcess
from graders.kit.program.replies import parse_outcome
from graders.kit.program.resources import Resources
from graders.kit.program.timers import may_have_timers
from graders.kit.services.service_calls import LONG_SLEEP_SECONDS, ServiceCalls
from graders.limits import Limits

# A right program may have time-outs of its own, but hardly a shorter one; that of httpx is 5 s.
LONGEST_HARMLESS_STALL_SECONDS = 1.0
_IDLE_SECONDS, _IDLE_TRIES = 2.0, 5
MODULE_FRAMES = ("used", "asks", "done")  # what a program sends for a plain suite
_EXCHANGE = ()  # for what a plain suite waits under, in place of a number: no frame can name it


class Channel:
    """The trusted end of one check. Everything it receives is a claim, bounded and checked.

    The process is started by the first call, and loads the submission then.

    wall_seconds  Clock time from the first call to the end of the latest; None before the first
                  has ended. Loading is not counted.
    module_frames What the program has sent for a plain suite, and nobody has taken yet.
    is_stuck      Whether the latest call ended asleep, with nothing that could wake it.
    is_time_simulated
                  Whether the suite moves the program's clock: our machine makes no timer late then.
    called_line   Where the student's function begins that returned last, by the program's own
                  account; None: none did.
    """

    def __init__(self, link: SandboxLink, limits: Limits) -> None:
        self._link = link
        self._loop = asyncio.get_running_loop()
        self.service_calls = ServiceCalls(self._send)
        self.resources = Resources(self._on_read, self._finish, network=limits.network)
        self._process = CheckProcess(
            link, limits, self.resources, self.take_frame, self._on_read, self._finish
        )
        self.watcher = Watcher(
            link,
            limits,
            self.resources,
            self._on_quiet,
            self.service_calls.open_reached,
            self._on_timer_sleep,
            self._on_limit,
        )
        self.locations = Locations(self._process, self.watcher)
        self.wall_seconds: float | None = None
        self.called_line: int | None = None
        self._called_function = ""
        self.is_stuck = self.is_time_simulated = False
        self._has_begun = False  # before that nothing of the student's has run
        self._opening = asyncio.Lock()
        self._loaded: asyncio.Future[None] | None = None
        self._over: Outcome | None = None
        self._last_number = 0
        self._waiting: dict[object, asyncio.Future[Outcome]] = {}
        self.module_frames: deque[dict[str, Any]] = deque()
        self._idle_wait: IdleWait | None = None
        self._resting: asyncio.Future[None] | None = None

    @property
    def printed(self) -> str:
        """What the program has printed so far, on both streams, cut to its limit."""
        self._process.drain()
        return self._process.printed

    def find_definition(self, name: str = "") -> int | None:
        """Return the line where this name, or the function called last, is defined; or None."""
        return find_definition(self._link.files, name or self._called_function)

    @property
    def connection(self) -> Connection | None:
        """The connection to its process; None until that is started."""
        return self._process.connection

    @property
    def output(self) -> str:
        """What it has printed so far on its standard output, cut to its limit."""
        self._process.drain()
        return self._process.output

    def take_printed(self) -> tuple[str, str]:
        """Return what it has printed since the last time, on its output and on its errors."""
        self._process.drain()
        return self._process.take_new_output()

    @property
    def over(self) -> Outcome | None:
        """How the process ended, or was lost; None while it can be called."""
        return self._over

    @property
    def undecided_because(self) -> str:
        """Why our machine could not decide how the program ended, for operators; or ""."""
        over = self._over
        return over.detail if over and over.ending is Ending.UNDECIDED else ""

    @property
    def may_have_been_late(self) -> bool:
        """Whether a timer of its own may have ended it, as our machine kept it from running."""
        if self._over and self._over.has_used_up_its_limits:
            return False
        stalled = self.watcher.longest_stall >= LONGEST_HARMLESS_STALL_SECONDS
        sources, is_simulated = self._link.files.values(), self.is_time_simulated
        return stalled and may_have_timers(sources, is_time_simulated=is_simulated)

    @property
    def was_killed(self) -> bool:
        """Whether its process was ended by SIGKILL while the check went on."""
        over = self._over
        return over is not None and over.was_killed

    @property
    def loop_record(self) -> LoopRecord:
        """What was seen of its event loop so far."""
        return self.watcher.loop_record(self.locations.blocked_line)

    def close(self) -> None:
        """Close the connection; nothing more is received from the program."""
        self._end(Outcome(Ending.UNDECIDED, detail="the check was closed"))
        self.service_calls.close()
        self.watcher.stop()
        self._process.close()

    async def call(self, frame: dict[str, Any]) -> Called:
        """Do one call, `frame` without its number, and return how that ended. Always ends.

        Several calls may be in progress at once. Cancelling the caller cancels the call.

        Raises:
            SandboxLost: there is no sandbox any more.
        """
        await self._load()
        if self._over:
            return Called(self._over, None, 0.0)
        self._called_function = frame["function"] or self._called_function
        number = self._last_number = self._last_number + 1
        waiting = self._waiting[number] = self._loop.create_future()
        before = len(self.output)
        sent_at = monotonic()
        self.service_calls.began = self.service_calls.began or sent_at
        if len(self._waiting) == 1:
            self._process.take_stacks()
            self.watcher.begin()
            self.service_calls.resume()
        if frame.get("alone"):
            self.watcher.leave_loop()
        self._send({"t": "call", **frame, "id": number})
        try:
            outcome = await asyncio.shield(waiting)
        except asyncio.CancelledError:
            self._send({"t": "cancel", "id": number})
            raise
        outcome = await self.locations.add_location(outcome)
        self.called_line = outcome.reported.defined or self.called_line
        now = monotonic()
        self.wall_seconds = now - self.service_calls.began
        delay, printed = self.watcher.host_delay(), self.output[before:]
        return Called(outcome, now - sent_at, delay, printed, self.watcher.stopped_seconds)

    async def load(self) -> Outcome | None:
        """Load the module; returns how that failed, or None."""
        await self._load()
        return self._over

    async def exchange(self) -> Outcome:
        """Watch the program until its next frame for a plain suite, or its end; and return that.

        The frame is among `module_frames` if the outcome is RETURNED.
        """
        if self.module_frames or self._over:
            return self._over or Outcome(Ending.RETURNED)
        waiting = self._waiting[_EXCHANGE] = self._loop.create_future()
        self._process.take_stacks()
        self.watcher.begin()
        self.watcher.leave_loop()
        outcome = await self.locations.add_location(await waiting)
        return await self.locations.add_places(outcome)

    def _on_module_frame(self, frame: dict[str, Any]) -> None:
        self.module_frames.append(frame)
        if _EXCHANGE in self._waiting:
            self._resolve(_EXCHANGE, Outcome(Ending.RETURNED))

    async def rest(self, call: "asyncio.Task[Any]") -> None:
        """Wait until the program is proven asleep, or the task that called it is done.

        Meanwhile a sleeping program is not STUCK: the caller is going to wake it.
        """
        self._resting = self._loop.create_future()
        call.add_done_callback(lambda _: self._note_rest())
        await self._resting
        self._resting = None

    def cancel(self) -> None:
        """Cancel the latest call if it is in progress; the program decides how it ends."""
        if self._last_number in self._waiting:
            self._send({"t": "cancel", "id": self._last_number})

    async def settle(self) -> IdleState:
        """Wait, after a call, until the program does nothing more by itself."""
        if self._over:
            return IdleState.OVER
        self._idle_wait = IdleWait(self.watcher)
        self.watcher.begin()
        self.watcher.trace.stop()
        self.service_calls.resume()
        try:
            return await self._idle_wait.wait()
        finally:
            self._idle_wait = None
            self._stand_by()

    async def _load(self) -> None:
        """Load the module, unless it is loaded or known to fail."""
        async with self._opening:
            if self._loaded or self._over:
                return
            self._over = await self._link.first_load.take_or_wait()
            if not self._over:
                self._loaded = self._loop.create_future()
                try:
                    # If there is no sandbox any more, the checks that wait must find that out, too.
                    self._process.start()
                    self.watcher.connection = self._process.connection
                    self.watcher.begin(is_loading=True)
                    self.watcher.trace.stop()
                    await self._loaded
                    if self._over:
                        self._over = await self.locations.add_location(self._over)
                finally:
                    self._link.first_load.finish(self._over)
                self.watcher.forget()

    def _send(self, frame: dict[str, Any]) -> None:
        self._process.send(frame)
        self.watcher.note_sent()
        self.watcher.restart_proof()

    def _finish(self, outcome: Outcome) -> None:
        """End every call in progress; for good unless it sleeps and may be called again."""
        self.watcher.stop()
        self.is_stuck = outcome.ending is Ending.STUCK
        asleep = outcome.ending is Ending.STUCK or (
            outcome.cause is Cause.ASLEEP and not self.watcher.blocking.is_now
        )
        if not asleep or not self._is_loaded:
            self._end(outcome)
        for number in list(self._waiting):
            self._resolve(number, outcome)

    def _end(self, outcome: Outcome) -> None:
        self._over = self._over or outcome
        self._process.stop_reading()
        if self._loaded and not self._loaded.done():
            self._over = replace(self._over, is_loading=True)
            self._loaded.set_result(None)
        self._note_rest()
        if self._idle_wait:
            self._idle_wait.note(IdleState.OVER)

    @property
    def _is_loaded(self) -> bool:
        return self._loaded is not None and self._loaded.done()

    def _resolve(self, number: object, outcome: Outcome) -> None:
        """End one call.

        Raises:
            KeyError: no call of that number is in progress.
        """
        waiting = self._waiting.pop(number)
        if not waiting.done():
            waiting.set_result(outcome)
        self._stand_by()

    def _stand_by(self) -> None:
        """Stop observing until the next call or wait begins, unless one is in progress."""
        if not self._waiting and not self._idle_wait:
            self.watcher.stop()
            self.service_calls.pause()

    def _on_read(self) -> None:
        is_watched = self._waiting or self._idle_wait is not None or not self._is_loaded
        if is_watched and not self._over:
            self.watcher.note_frame()

    def take_frame(self, frame: dict[str, Any]) -> None:
        """Do what a frame of the program's says."""
        match frame["t"]:
            case "hello":
                self._has_begun = True
                self._process.take_resources()
            case "resources_failed" if not self._has_begun:
                self._finish(Outcome(Ending.UNDECIDED, detail=str(frame["why"])[:200]))
            case "loaded" if self._loaded and not self._loaded.done():
                self._loaded.set_result(None)
            case "asked":
                self.service_calls.on_asked(frame)
            case "cancelled":
                self.service_calls.on_cancelled(frame["number"])
            case "pong":
                self._on_pong(frame["number"])
            case "where":
                self.locations.on_frame(frame)
            case kind if kind in MODULE_FRAMES:
                self._on_module_frame(frame)
            case "not_loaded":
                self._finish(replace(parse_outcome(frame), names=self._link.libraries))
            case _:
                self._resolve(frame["id"], self.locations.add_blocked_lines(parse_outcome(frame)))

    def _on_pong(self, number: object) -> None:
        """Take the answer to a ping: a program that was at work goes round its event loop.

        If that is all that it does, as with `while not done: await asyncio.sleep(0)`, it never
        rests, and is to be answered where a check waits for quiet.
        """
        self.watcher.busy.end(monotonic(), number)
        self.watcher.trace.note_round()
        if self._waiting and not self._idle_wait:
            self.service_calls.on_spinning(self.watcher.running_seconds())

    def _on_quiet(self, for_good: bool) -> None:
        if self._idle_wait:
            if self.service_calls.open_reached():
                return
            self._idle_wait.note(IdleState.ASLEEP if for_good else IdleState.TIMER)
            return
        if self.service_calls.on_quiet():
            return
        if self._is_loaded and self._resting:
            self._note_rest()
        elif self._waiting or not self._is_loaded:
            stuck = Outcome(Ending.STUCK)
            overslept = Outcome(Ending.TIMED_OUT, cause=Cause.ASLEEP)
            self._finish(stuck if for_good else overslept)

    def _note_rest(self) -> None:
        if self._resting and not self._resting.done():
            self._resting.set_result(None)

    def _on_timer_sleep(self, seconds: float) -> None:
        if self._idle_wait:
            if seconds >= LONG_SLEEP_SECONDS:
                self._idle_wait.note(IdleState.TIMER)
            return
        self.service_calls.on_timer_sleep(seconds, self.watcher.own_seconds())

    def _on_limit(self, cause: Cause | None) -> None:
        if cause:
            self._finish(Outcome(Ending.TIMED_OUT, cause=cause))
        else:
            self._finish(Outcome(Ending.UNDECIDED, detail="kept from running by the host"))


class IdleWait:
    """One wait, after a call, until the program does nothing more by itself.

    The watcher has begun to look.
    """

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._state: asyncio.Future[IdleState] = asyncio.get_running_loop().create_future()

    def note(self, state: IdleState) -> None:
        """Record how the program was left; only the first call counts."""
        if not self._state.done():
            self._state.set_result(state)

    async def wait(self) -> IdleState:
        """Return what was noted, or what the program is seen at after two seconds of its own time.

        That is TIMER or WORKING; UNDECIDED if our machine gave it no such time.
        """
        for _ in range(_IDLE_TRIES):
            done, _ = await asyncio.wait([self._state], timeout=_IDLE_SECONDS)
            if done:
                return self._state.result()
            # The program's own time, not the clock's: it may have been stopped.
            if self._watcher.own_seconds() >= _IDLE_SECONDS * 0.75:
                return IdleState.TIMER if self._watcher.is_on_timer else IdleState.WORKING
        return IdleState.UNDECIDED
