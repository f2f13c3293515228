"""Failures of our own: kinds of outages, and counts of replaced helper processes."""

import errno
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

# Errors of the kernel when it has no process, memory or descriptor left.
NO_ROOM: Final = (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ENOBUFS)


class Outage(StrEnum):
    """Why a run could not be graded.

    SANDBOX          No sandbox could be opened, or its helper process died during the run.
    SUITE_PROCESS    The suite process died, hung, or did not start on a busy machine.
    SUITE_BROKEN     The suite itself has an error; starting it again will not help.
    SUITE_RAISED     A check of the suite raised an error of its own on this submission.
    JUDGE            Only this run's judge ended early, or it did not end.
    ENVIRONMENT      This machine lacks the exercise's libraries or its version of Python.
    NO_ROOM          The machine had no process or no memory left for a helper process.
    OTHER            Anything else, such as an exercise that this worker does not have.
    """

    SANDBOX = "sandbox"
    SUITE_PROCESS = "suite-process"
    SUITE_BROKEN = "suite-broken"
    SUITE_RAISED = "suite-raised"
    JUDGE = "judge"
    ENVIRONMENT = "environment"
    NO_ROOM = "no-room"
    OTHER = "other"

    @property
    def may_be_caused_by_program(self) -> bool:
        """Whether the submission itself may have caused it, so that it counts as a try."""
        return self in (Outage.JUDGE, Outage.SUITE_RAISED)


class GradingOutage(Exception):
    """Our fault, and no verdict on the submission: give the run back to be graded again."""

    def __init__(self, why: str, kind: Outage = Outage.OTHER) -> None:
        super().__init__(why)
        self.kind = kind


class Role(StrEnum):
    """A kind of helper process that the grader keeps alive."""

    SUITE = "suite"
    ZYGOTE = "zygote"
    SECOND_ZYGOTE = "second-zygote"


class Reason(StrEnum):
    """Why a helper process was replaced."""

    DIED = "died"
    HUNG = "hung"


class Restarts:
    """Counts of helper processes that died or hung and were replaced."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Role, Reason]] = Counter()

    def add(self, role: Role, reason: Reason) -> None:
        """Count one."""
        self._counts[role, reason] += 1

    def counts(self) -> Mapping[tuple[Role, Reason], int]:
        """Return the count of every role and reason, zeros included."""
        return {pair: self._counts[pair] for pair in ALL_PAIRS}

    @property
    def total(self) -> int:
        """The sum of all counts."""
        return self._counts.total()


ALL_PAIRS: Final = tuple((role, reason) for role in Role for reason in Reason)
