"""The state of a run with subscribers, shared by all of them.

What a page renders for an event is cached in it, so that a thousand viewers of a run cost as much
as one.
"""

import asyncio
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graders.report import RunState
from server.messaging.progress import BEGINNING, FINAL_STATES
from server.models.grading import GradingRun


@dataclass(eq=False, slots=True)
class RunEvent:
    """An event of a run: one object for all subscribers.

    state     The new state, or None if the event is a decided check.
    check     `CheckResult.to_dict()` as students may see it, or None if the event is a state.
    run       With a state: the run and its checks as stored; None if its row is gone.
    checks    How many of the run's checks are known by now.
    rendered  What is sent for it, by what that depends on (language, role); rendered once.
    """

    state: RunState | None = None
    check: dict[str, Any] | None = None
    run: GradingRun | None = None
    checks: int = 0
    rendered: dict[Hashable, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return it in the form in which it is published."""
        return {"check": self.check} if self.state is None else {"state": self.state.value}


@dataclass(eq=False, slots=True)
class SubscribedRun:
    """A run with subscribers.

    position       Position in its event stream up to which events have been read.
    state          State of its row when last read; None before the first read.
    names          Names of the checks that are known.
    event_waiters  Subscribers to its events.
    final_waiters  Subscribers that only wait for its final state.
    """

    position: bytes | str = BEGINNING
    state: RunState | None = None
    events: list[RunEvent] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    event_waiters: set[asyncio.Event] = field(default_factory=set)
    final_waiters: set[asyncio.Event] = field(default_factory=set)

    def snapshot(self) -> list[RunEvent]:
        """Return the events for a new subscriber: the current state, then every check."""
        states = [event for event in self.events if event.state is not None]
        return states[-1:] + [event for event in self.events if event.state is None]

    def add(
        self, checks: Sequence[dict[str, Any]], state: RunState, run: GradingRun | None
    ) -> None:
        """Add the events of one poll in order: published checks come before the final state."""
        is_news = state is not self.state
        changed = [RunEvent(state=state, run=run, checks=len(self.names))] if is_news else []
        if self.state is None and state not in FINAL_STATES:
            self.events += changed
            changed = []
        for check in checks:
            self.names.add(check["name"])
            self.events.append(RunEvent(check=check, checks=len(self.names)))
        self.events += changed
        self.state = state
        for waiting in self.event_waiters if checks or is_news else ():
            waiting.set()
        for waiting in self.final_waiters if is_news else ():
            waiting.set()
