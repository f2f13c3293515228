"""Observes a program during a call: proves that it is asleep, and keeps its time.

Timers only: no thread, no task, nothing inside the sandbox.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from time import monotonic

from graders.kit.kernel.look import (
    WORKING,
    Activity,
    Look,
    count_pending_bytes,
    look_at,
    processor_seconds,
)
from graders.kit.kernel.stack import request_stack
from graders.kit.kernel.thread_time import (
    ThreadTime,
    is_running,
    main_thread_time,
    selector_seconds,
)
from graders.kit.observation.blocking import Blocking, LoopRecord
from graders.kit.observation.busy import Busy, busy_limit
from graders.kit.observation.loop_trace import LoopTrace
from graders.kit.observation.machine_speed import measure_slowness
from graders.kit.observation.pending import Pending, find_pending
from graders.kit.observation.timekeeping import OwnTime, StallTracker
from graders.kit.program.connection import Connection
from graders.kit.program.link import SandboxLink
from graders.kit.program.outcome import Cause
from graders.kit.program.resources import Resources
from graders.limits import Limits

# Any two equal looks are a proof (docs/en/internals/grading-core.md); measured on 2 cores with 3
# to 64 runs at once and under hogs, of 6,567 programs seen still for 0.5 ms none moved by itself.
QUIET_SECONDS = 0.010
FIRST_LOOK_SECONDS = 0.006
LONGEST_PAUSE_SECONDS = 0.050
# While a ping lies unanswered.
PING_LOOK_SECONDS = 0.020
# The agent takes so much in one iteration of its loop (worker/inside/connection.py).
READ_BYTES = 65_536
# Twice the longest pause between looks; within it no program is stopped for long unseen.
LOOKED_AWAY_SECONDS = 0.1
GRACE = 5
# For one that has used part of its processor time by then: it will have used it all.
LONGEST_GRACE = 15
SPENT_PART = 1 / 8


class Watcher:
    """Looks at one check's program, from `begin` to `stop`.

    Calls `on_quiet(True)` when it is proven asleep for good, `on_quiet(False)` when it is proven to
    sleep on a timer until after the wall limit, `on_rest()` when it is proven to have slept for a
    moment on a timer, `on_timer_sleep(seconds)` when it sleeps on one proven to be so far off, 0.0
    if not proven, and `on_limit(cause)` when its time is over: ASLEEP or WORKING for one that had
    three quarters of the wall limit for itself, None for one that our machine kept from running
    GRACE times as long, or LONGEST_GRACE times if it uses its processor time. `on_rest` returns
    whether it was answered.

    blocking        What was seen of its main thread asleep outside its event loop.
    busy            What was seen of its main thread computing without an iteration of its loop.
    trace           What its event loop was seen to do, moment by moment.
    has_loop        Whether its calls are made within the agent's event loop, which answers pings.
    longest_sleep   The longest sleep its event loop was seen to ask for, in seconds; or None.
    most_loops      The most event loops that its other threads were seen to run at once.
    stopped_seconds Time since `begin` in which it may have been stopped: before and after a look
                    that found it so, and wherever there was neither a look nor traffic for long.
    longest_stall   The longest that our machine kept it from running (`StallTracker`).
    """

    def __init__(
        self,
        link: SandboxLink,
        limits: Limits,
        resources: Resources,
        on_quiet: Callable[[bool], None],
        on_rest: Callable[[], bool],
        on_timer_sleep: Callable[[float], None],
        on_limit: Callable[[Cause | None], None],
    ) -> None:
        self._link, self._limits, self._resources = link, limits, resources
        self.connection: Connection | None = None
        self.has_loop = False
        self._on_quiet, self._on_rest = on_quiet, on_rest
        self._on_timer_sleep, self._on_limit = on_timer_sleep, on_limit
        self._timer: asyncio.TimerHandle | None = None
        self.forget()
        self._began = self._noted = self._last_traffic = self._still_since = 0.0
        self._waited_before = self._spent_before = self.stopped_seconds = 0.0
        self._time_last = ThreadTime(0.0, 0.0)
        self._own, self._stalls = OwnTime(), StallTracker()
        self._pause = FIRST_LOOK_SECONDS
        self._is_loading = self._is_ping_alone = False
        self._last = WORKING

    def forget(self) -> None:
        """Forget what was seen: what a program does before its first call does not count."""
        limit = busy_limit(measure_slowness(), network=self._limits.network)
        self.blocking, self.busy, self.trace = Blocking(), Busy(limit), LoopTrace()
        self.longest_sleep: float | None = None
        self.most_loops = 0
        self.longest_stall = 0.0

    def begin(self, *, is_loading: bool = False) -> None:
        """Start the clock: the program has just been asked something, or begins to load."""
        self._is_loading, self.has_loop = is_loading, not is_loading
        self.busy.drop()
        self._began = self._noted = monotonic()
        self.stopped_seconds = 0.0
        self._time_last = self._main_time()
        self._waited_before = self._time_last.waiting
        self.blocking.begin(self._began, self._time_last.awake)
        self.trace.begin(self._began, self._time_last.awake)
        self._spent_before = self.spent_seconds()
        self._own.begin(self._began, self._waited_before)
        self._stalls.begin(self._began, self._waited_before)
        self.restart_proof()

    def leave_loop(self) -> None:
        """Send no pings, and record no loop: the call that began is made outside of one."""
        self.has_loop = False
        self.trace.stop()

    def note_frame(self) -> None:
        """Start the proof anew: the program has just sent something."""
        self.restart_proof(is_from_program=True)
        self.blocking.note_frame(self._last_traffic, self._time_last.awake, self._resting)

    def restart_proof(self, *, is_from_program: bool = False) -> None:
        """Start the proof anew: something has just gone to or come from the program."""
        self._last_traffic, self._time_last = monotonic(), self._main_time()
        self.trace.note_traffic(
            self._last_traffic, self._time_last.awake, is_from_program=is_from_program
        )
        self._note_stop(self._last)
        self._last = WORKING
        self._pause = FIRST_LOOK_SECONDS
        self._plan(self._pause)

    @property
    def pid(self) -> int | None:
        """The host's pid of the program, once it has said hello."""
        return self.connection.pid if self.connection else None

    @property
    def is_on_timer(self) -> bool:
        """Whether it slept on a timer of its own when last looked at."""
        return self._last.activity is Activity.TIMER

    def stop(self) -> None:
        """Look no more, until `begin`."""
        if self._timer:
            self._time_last = self._main_time()
            self.blocking.stop(monotonic(), self._time_last.awake)
            self.trace.stop()
            self._note_stop(self._last)
            self._stalls.note(self._noted, self._time_last.waiting, self.stopped_seconds)
            self.longest_stall = max(self.longest_stall, self._stalls.seconds(self._spent_since))
            self._timer.cancel()
        self._timer = None

    def host_delay(self) -> float:
        """Return the seconds since `begin` that the program stood ready without a processor."""
        return self._main_time().waiting - self._waited_before

    def running_seconds(self) -> float:
        """Return the processor time of its main thread, since it began."""
        return self._main_time().running

    def own_seconds(self) -> float:
        """Return the seconds since `begin` that the program certainly had for itself."""
        return self._spent_since() + self._own.asleep

    def _spent_since(self) -> float:
        return self.spent_seconds() - self._spent_before

    def _resting(self) -> float:
        return selector_seconds(self.pid) if self.pid else 0.0

    def _main_time(self) -> ThreadTime:
        time = main_thread_time(self.pid) if self.pid else None
        return time or self._time_last  # it is gone

    def _plan(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._look)

    def _look(self) -> None:
        now = monotonic()
        pending, look = self._find_pending(), self.look_now()
        time = self._main_time()
        is_blocked = self.blocking.note(now, look, time.awake, self._resting)
        self.trace.note_look(now, look, time.awake)
        is_busy = self._note_busy(now, look)
        if is_blocked or is_busy:
            self._request_stack(now)
        # With something pending it is about to work, unless it is stopped.
        if not pending.allows_proof and look.activity is not Activity.STOPPED:
            look = WORKING
        self._keep_time(now, look, time.waiting)
        before, self._last = self._last, look
        is_same = look.signature is not None and look.signature == before.signature
        if not is_same:
            self._still_since = now
        # The proof comes first: after a time in which we did not look, it still holds.
        is_quiet = is_same and now - self._still_since >= QUIET_SECONDS
        is_decided = is_quiet and self._conclude(look, now)
        if is_decided or self._time_is_over(now, look) or is_quiet:
            return
        if not is_same:
            self._pause = min(self._pause * 1.5, LONGEST_PAUSE_SECONDS)
            settled = look.activity is Activity.ASLEEP
            longest = self._pause if self.busy.unanswered is None else PING_LOOK_SECONDS
            self._plan(QUIET_SECONDS + 0.001 if settled else min(self._pause, longest))
        else:
            self._plan(min(self._pause, QUIET_SECONDS + 0.001 - (now - self._still_since)))
        if look.activity is Activity.TIMER and self._has_read_all(pending):
            self._on_timer_sleep(0.0)

    def note_sent(self) -> None:
        """Take note that a frame goes to the program that is no ping."""
        self._is_ping_alone = False

    def _has_read_all(self, pending: Pending) -> bool:
        """Return whether nothing is pending, or only a ping, by which nothing goes on."""
        is_ping = pending is Pending.UNREAD and self._is_ping_alone
        return pending is Pending.NOTHING or (is_ping and self.busy.unanswered is not None)

    def loop_record(self, line: int | None) -> LoopRecord:
        """Return what was seen of its event loop so far; `line` is where it was blocked.

        Checks that are made in turn give way to none of their kind, and are doubted no longer: a
        right program that computes a little would never get a verdict on a busy machine.
        """
        possible = 0.0 if self._link.in_turn else self.busy.possible
        record = self.blocking.record(line)
        busy = self.busy
        return replace(
            record,
            busy_seconds=busy.seconds,
            possibly_busy_seconds=possible,
            busy_limit=busy.limit,
        )

    def _note_busy(self, now: float, look: Look) -> bool:
        """Measure a program that is at work; True if it keeps its loop busy for too long."""
        if not (self.has_loop and self.pid and self.connection):
            return False
        if self.busy.unanswered is not None:
            spent = main_thread_time(self.pid)
            # In this order: an answer that was sent before would be there, or have been read.
            is_silent = not count_pending_bytes(self.connection.socket)[0]
            is_busy = spent is not None and is_silent and self.busy.note(spent)
            if is_busy:
                self.trace.note_busy()
            return is_busy
        if look.activity is Activity.WORKING and self.busy.is_due(now) and is_running(self.pid):
            self._send_ping(self.connection, self.pid)
        return False

    def _send_ping(self, connection: Connection, pid: int) -> None:
        number = self.busy.next_number()
        self._is_ping_alone = (
            not connection.unsent and not count_pending_bytes(connection.socket)[1]
        )
        connection.send({"t": "ping", "number": number})
        # Behind more than that it would be found later than in the next iteration.
        is_next = not connection.unsent and count_pending_bytes(connection.socket)[1] < READ_BYTES
        before = main_thread_time(pid)
        if is_next and before:
            self.busy.begin(number, before)
            self.trace.note_ping(monotonic())

    def look_now(self) -> Look:
        """Look at the program, outside of any proof."""
        if not self.pid:
            return WORKING
        return look_at(self.pid, self._link.starter, self._link.checks - {self.pid})

    def _find_pending(self) -> Pending:
        return find_pending(self.connection, self._resources)

    def _is_network_idle(self, look: Look) -> bool:
        """Return whether the check's network has nothing to deliver and delivered nothing since."""
        if self._resources.is_plain:
            return True
        # In this order: what was delivered before the first look would show in the second.
        return self._resources.nothing_in_kernel(self.pid or 0) and (
            self.look_now().signature == look.signature and self._find_pending().allows_proof
        )

    def _conclude(self, look: Look, now: float) -> bool:
        """Report that no thread has run for QUIET_SECONDS, unless something has just arrived.

        Returns True if that proves the program asleep for good, or until after its time, or was
        what a barrier waited for.
        """
        self._plan(LONGEST_PAUSE_SECONDS)
        pending = self._find_pending()
        if not (pending.allows_proof and self._is_network_idle(look)):
            return False
        if look.activity is Activity.ASLEEP:
            self._on_quiet(True)
            return True
        if self._on_rest():
            return True
        # It fell asleep after its last activity, so at least this much is left of its sleep.
        left = (look.timer_seconds or 0.0) - (now - self._last_traffic)
        if self.own_seconds() + left >= self._limits.wall_seconds:
            self._on_quiet(False)
            return True
        if self._has_read_all(pending):
            self._on_timer_sleep(left)
        return False

    def _request_stack(self, now: float) -> None:
        """Ask where its main thread is; a few times in a call, and never while the file loads."""
        if self.pid and not self._is_loading and self.trace.wants_line(now):
            request_stack(self.pid)

    def _keep_time(self, now: float, look: Look, waited: float) -> None:
        self._note_stop(look)
        self._own.note(now, look, waited)
        self._stalls.note(now, waited, self.stopped_seconds)
        if look.timer_seconds is not None:
            self.longest_sleep = max(self.longest_sleep or 0.0, look.timer_seconds)
        self.most_loops = max(self.most_loops, look.other_loops)

    def _note_stop(self, look: Look) -> None:
        gap, self._noted = monotonic() - self._noted, monotonic()
        is_stopped = Activity.STOPPED in (look.activity, self._last.activity)
        if is_stopped or gap > LOOKED_AWAY_SECONDS:
            self.stopped_seconds += gap

    def spent_seconds(self) -> float:
        """Return the seconds that all processes of the program had on processors."""
        others = self._link.checks - {self.pid or 0}
        return processor_seconds(self.pid, self._link.starter, others) if self.pid else 0.0

    def _grace(self) -> int:
        is_spending = self._spent_since() >= self._limits.cpu_seconds * SPENT_PART
        return LONGEST_GRACE if is_spending else GRACE

    def _time_is_over(self, now: float, look: Look) -> bool:
        elapsed = now - self._began
        if elapsed < self._limits.wall_seconds:
            return False
        if self.own_seconds() >= self._limits.wall_seconds * 0.75:
            self._on_limit(Cause.ASLEEP if look.signature is not None else Cause.WORKING)
        elif self._spent_since() >= self._limits.cpu_seconds:
            # Its own processes kept each other from running, not our machine.
            self._on_limit(Cause.WORKING)
        elif elapsed >= self._limits.wall_seconds * self._grace():
            self._on_limit(None)
        else:
            return False
        return True
