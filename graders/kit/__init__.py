"""The kit a suite is written with; the trusted side of grading.

A suite imports from here only. What it can use: `points`, `bonus`, `deduction`, `title`, `hint`,
`hidden`, `needs`, `nothing_blocks`, `may_block` and `lint` mark its checks; the fixtures
`solution`, `conductor` and `clock` call the submission, make services for it, and time it;
`require` and the `must_…` methods of a `Run` end a check with a message.
"""

from graders.kit.app import App, Response
from graders.kit.cases import Cases
from graders.kit.checks.marks import (
    bonus,
    deduction,
    hidden,
    hint,
    may_block,
    needs,
    nothing_blocks,
    points,
    title,
)
from graders.kit.clock import Clock
from graders.kit.expect import require
from graders.kit.lint import lint
from graders.kit.run import Run
from graders.kit.services.barrier import (
    AFTER_TIMERS,
    NEVER,
    ONE_BY_ONE,
    QUIET,
    Raised,
    Service,
)
from graders.kit.services.conductor import Conductor
from graders.kit.services.fifos import Fifos
from graders.kit.services.http import HANG_UP, SILENCE, Http
from graders.kit.services.http_connection import Reply, Request
from graders.kit.solution import Remote, Solution
from graders.kit.source import Source
from graders.kit.wire import Failure, Member, Record

__all__ = [
    "AFTER_TIMERS",
    "HANG_UP",
    "NEVER",
    "ONE_BY_ONE",
    "QUIET",
    "SILENCE",
    "App",
    "Cases",
    "Clock",
    "Conductor",
    "Failure",
    "Fifos",
    "Http",
    "Member",
    "Raised",
    "Record",
    "Remote",
    "Reply",
    "Request",
    "Response",
    "Run",
    "Service",
    "Solution",
    "Source",
    "bonus",
    "deduction",
    "hidden",
    "hint",
    "lint",
    "may_block",
    "needs",
    "nothing_blocks",
    "points",
    "require",
    "title",
]
