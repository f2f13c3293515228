"""The kit a suite is written with; the trusted side of grading.

    marks      points, titles, hints of checks; what is hidden, what needs what
    conductor  services, and when they answer: barrier, http, fifos, peers
    solution   call the submission
    app        an ASGI application of the submission
    run        one call that is over; what must be true of it
    clock      wall-clock assertions
    expect     end a check with words for the student
    evidence   who asked for what, when
    explain    words for a call that did not return; not_loading, for a file that was never
               loaded to its end; words, for a call that returned
    slips      what to try about the well-known errors of asynchronous Python
    outcome    how a call ended
    plugin     the pytest plugin: fixtures, and one grading run
    running    all checks of a run at once, on one loop; set_up, their fixtures
    channel, process, furnishing, asking, loading, settling, line, http_line, replies, link, watch,
    look, under_way, blocking, stack, silence, whereabouts, own_time, kept, patience, traffic, wire
               what carries all that

A suite imports from here only.
"""

from graders.kit.app import App, Response
from graders.kit.checks.marks import hidden, hint, needs, points, title
from graders.kit.clock import Clock
from graders.kit.expect import require
from graders.kit.run import Run
from graders.kit.services.barrier import NEVER, ONE_BY_ONE, QUIET, Raised, Service
from graders.kit.services.conductor import Conductor
from graders.kit.services.fifos import Fifos
from graders.kit.services.http import HANG_UP, SILENCE, Http
from graders.kit.services.http_connection import Reply, Request
from graders.kit.solution import Remote, Solution
from graders.kit.wire import Failure, Member, Record

__all__ = [
    "HANG_UP",
    "NEVER",
    "ONE_BY_ONE",
    "QUIET",
    "SILENCE",
    "App",
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
    "hidden",
    "hint",
    "needs",
    "points",
    "require",
    "title",
]
