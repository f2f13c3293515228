"""What is known of a run that somebody follows: shared by all who do.

What a page makes of an event is kept beside it, so that a thousand who watch one run cost what one
does.
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
    """Something that happened to a run: one object for all who follow it.

    state   The new state, or None if this is a check that was decided.
    check   `CheckResult.to_dict()` as students may see it, or None if this is a state.
    run     With a state: the run and its checks as stored; None if its row is gone.
    checks  How many of the run's checks are known by now.
    rendered  What is made of it to be sent, by whatever that depends on: made once, not for each
            who follows.
    """

    state: RunState | None = None
    check: dict[str, Any] | None = None
    run: GradingRun | None = None
    checks: int = 0
    rendered: dict[Hashable, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Give it as it is announced."""
        return {"check": self.check} if self.state is None else {"state": self.state.value}


@dataclass(eq=False, slots=True)
class SubscribedRun:
    """A run that somebody follows.

    position  Up to where its announcements are read.
    state     What its row last said; None before the first look.
    names     Of the checks that are known.
    event_waiters   Those who want its events too; `final_waiters`, those who wait for its end only.
    """

    position: bytes | str = BEGINNING
    state: RunState | None = None
    events: list[RunEvent] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    event_waiters: set[asyncio.Event] = field(default_factory=set)
    final_waiters: set[asyncio.Event] = field(default_factory=set)

    def snapshot(self) -> list[RunEvent]:
        """Return what somebody who joins now is to hear first: the state, then every check."""
        states = [event for event in self.events if event.state is not None]
        return states[-1:] + [event for event in self.events if event.state is None]

    def add(
        self, checks: Sequence[dict[str, Any]], state: RunState, run: GradingRun | None
    ) -> None:
        """Add what a look has found, in its order: what was announced comes before the end."""
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
