"""How a call of the student's program ended, before anybody judged it."""

import signal
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any

from graders.kit.kernel.stack import NO_STACK, Stack
from graders.kit.wire import Failure


class Ending(Enum):
    """All the ways a call can end.

    STUCK      Proven asleep with nothing that could wake it.
    TIMED_OUT  It had the wall limit's time for itself and was not done, or its CPU time ran out.
    DIED       Its process ended before it answered.
    FLOODED    It printed or asked more than it may.
    GARBLED    It sent bytes that are no answer.
    UNDECIDED  Our machine kept it from running, or lost it: inconclusive.
    """

    RETURNED = "returned"
    RAISED = "raised"
    MISSING = "missing"
    NOT_LOADED = "not_loaded"
    STUCK = "stuck"
    TIMED_OUT = "timed_out"
    DIED = "died"
    FLOODED = "flooded"
    GARBLED = "garbled"
    UNDECIDED = "undecided"


class Cause(Enum):
    """Why a call ended as it did.

    SYNTAX, EXIT, ERROR  NOT_LOADED: it cannot be parsed, exited, or raised an exception.
    OUTPUT, CALLS        FLOODED: it printed too much, or made too many calls of services.
    ASLEEP, WORKING      TIMED_OUT: what it was doing when its time ran out.
    """

    SYNTAX = "syntax"
    EXIT = "exit"
    ERROR = "error"
    OUTPUT = "output"
    CALLS = "calls"
    ASLEEP = "asleep"
    WORKING = "working"


def ends_by(status: int | None, number: signal.Signals) -> bool:
    """Return whether a wait status, as of waitpid, is that of a process ended by this signal."""
    return status is not None and status & 0x7F == number


def is_kill(status: int | None) -> bool:
    """Return whether a wait status, as of waitpid, is that of a process ended by SIGKILL."""
    return ends_by(status, signal.SIGKILL)


LOAD_FAILURES = (Cause.SYNTAX, Cause.EXIT, Cause.ERROR)


class IdleState(StrEnum):
    """How a program was left after a call.

    ASLEEP     Proven asleep for good.
    TIMER      It keeps a timer going.
    WORKING    It goes on working.
    OVER       Its process is gone.
    UNDECIDED  Our machine kept it from running, so none of these is known.
    """

    ASLEEP = "asleep"
    TIMER = "timer"
    WORKING = "working"
    OVER = "over"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class CodeLocation:
    """A coroutine or task of the program's, and a line of the student's file, or None."""

    name: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Reported:
    """What the program reports about itself; explains a verdict and never decides one.

    forgotten  Coroutines never awaited.
    left       Tasks still there at the end of the call.
    waiting    Where everything waits, if it is STUCK.
    blocked    Lines at which the event loop was caught blocked, or whose processor time ended.
    defined    Where the function that returned begins; None if it is none of the student's.
    """

    forgotten: tuple[CodeLocation, ...] = ()
    left: tuple[CodeLocation, ...] = ()
    waiting: tuple[CodeLocation, ...] = ()
    blocked: tuple[int, ...] = ()
    defined: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call's end. Everything after `ending` is filled where it applies.

    error      RAISED and NOT_LOADED.
    cause      NOT_LOADED, FLOODED and TIMED_OUT.
    detail     UNDECIDED and GARBLED: what went wrong, for operators.
    status     DIED: wait status as of waitpid; None if the process outlived its connection.
    names      MISSING: functions the module does have. NOT_LOADED: libraries it may import.
    stack      STUCK and TIMED_OUT: where its main thread was, if the program reported it.
    is_loading Whether it ended so while the file was being loaded: no call had begun.
    """

    ending: Ending
    value: Any = None
    error: Failure | None = None
    cause: Cause | None = None
    detail: str = ""
    status: int | None = None
    file: str = ""
    text: str = ""
    names: tuple[str, ...] = ()
    reported: Reported = Reported()
    stack: Stack = NO_STACK
    is_loading: bool = False

    @property
    def has_blocked_its_loop(self) -> bool:
        """Whether it did not go on because a line of its own kept the event loop to itself."""
        is_asleep = self.ending is Ending.STUCK or self.cause is Cause.ASLEEP
        return is_asleep and self.stack.is_in_loop and self.stack.line is not None

    @property
    def has_used_up_its_limits(self) -> bool:
        """Whether it worked, printed or called until a limit, which no clock brings about."""
        is_out_of_time = self.ending is Ending.TIMED_OUT and self.cause is Cause.WORKING
        has_died_of_it = self.ending is Ending.DIED and ends_by(self.status, signal.SIGXCPU)
        return is_out_of_time or has_died_of_it or self.ending is Ending.FLOODED

    @property
    def was_killed(self) -> bool:
        """Whether its process was ended by SIGKILL."""
        return self.ending is Ending.DIED and is_kill(self.status)


@dataclass(frozen=True, slots=True)
class Called:
    """One call that is over.

    wall_seconds  Clock time from the call to its end; None if it was never made.
    host_delay    Seconds of it, or a little more, that the program stood ready without a
                  processor.
    printed       What the program printed on its standard output meanwhile.
    stopped_seconds  Seconds of it, or more, in which it may have been stopped from outside.
    """

    outcome: Outcome
    wall_seconds: float | None
    host_delay: float
    printed: str = ""
    stopped_seconds: float = 0.0
