"""A program without an exercise runs in the real sandbox, and its picture is read from reports."""

import asyncio
from dataclasses import replace

import pytest
import pytest_asyncio

from graders.limits import Limits
from graders.text_picture import WIDTH
from graders.trace import Activity, Row, Trace, TraceEnding
from graders.trace_findings import find_all
from graders.trace_text import format_trace
from worker.grading.tracing import trace_program
from worker.sandboxes import Zygote

pytestmark = pytest.mark.asyncio(loop_scope="module")

KITCHEN = """\
import asyncio
import time

async def cook(seconds):
    await asyncio.sleep(seconds)

async def blocker():
    await asyncio.sleep(0.05)
    time.sleep(1)

async def burns():
    raise ValueError("smoke")

def washes():
    time.sleep(0.05)

async def forever(orders):
    await orders.get()

async def main():
    pending = asyncio.create_task(forever(asyncio.Queue()), name="waiter")
    failed = asyncio.create_task(burns())
    cook(1)
    async with asyncio.TaskGroup() as group:
        group.create_task(blocker())
        group.create_task(cook(0.1), name="rice")
        group.create_task(asyncio.to_thread(washes))
    await asyncio.gather(cook(0.01), cook(0.02))
    print("served")

asyncio.run(main())
"""
GARBAGE = """\
import asyncio

async def burns():
    raise ValueError("smoke")

async def main():
    circle = [asyncio.create_task(burns())]
    circle.append(circle)
    await asyncio.sleep(0)

asyncio.run(main())
"""
DEADLOCK = """\
import asyncio

async def main():
    lock = asyncio.Lock()
    async with lock:
        async with lock:
            pass

asyncio.run(main())
"""
SPINS = """\
import asyncio

async def spin():
    while True:
        pass

async def main():
    await asyncio.gather(spin(), asyncio.sleep(0))

asyncio.run(main())
"""
FORGES = """\
import json, os, struct

def send(*events):
    body = json.dumps({"t": "trace", "events": events}).encode()
    os.write(3, struct.pack("!I", len(body)) + body)

send(["task", 1, 0.1, "invented", 3, 0, "<script>"])
send(["task", 2, 0.1, "x" * 5000, 3, 0, "n"])
"""
FORKS = """\
import os

child = os.fork()
if child == 0:
    raise SystemExit(3)
os.waitpid(child, 0)
print("the parent goes on")
"""
MANY = """\
import asyncio

async def main():
    for _ in range(6000):
        await asyncio.sleep(0)

asyncio.run(main())
"""
OWN_LOOP = """\
import asyncio, sys

async def late():
    async with asyncio.timeout(0.01):
        await asyncio.sleep(30)

loop = asyncio.new_event_loop()
try:
    loop.run_until_complete(late())
except TimeoutError:
    print("too late")
loop.create_task(late(), name="forgotten")
sys.exit("sorry")
"""
PROGRAMS = {
    "kitchen": KITCHEN,
    "garbage": GARBAGE,
    "deadlock": DEADLOCK,
    "spins": SPINS,
    "forges": FORGES,
    "forks": FORKS,
    "many": MANY,
    "own_loop": OWN_LOOP,
    "raises": "x = 1\nx / 0\n",
    "unreadable": "x = (\n",
    "no_loop": "print('\\x1b[31mhi')\n",
    "prints": "while True: print('x' * 1000)\n",
    "threads": "import threading\nprint(threading.active_count(), threading.enumerate())\n",
}
LIMITS = {
    "deadlock": replace(Limits(), wall_seconds=4.0),
    "spins": replace(Limits(), wall_seconds=60.0, cpu_seconds=1),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traces(zygote: Zygote) -> dict[str, Trace]:
    """The traces of all programs, of which a few run at once."""
    places = asyncio.Semaphore(3)

    async def trace(name: str) -> Trace:
        async with places:
            return await trace_program(zygote, PROGRAMS[name], LIMITS.get(name, Limits()))

    return dict(zip(PROGRAMS, await asyncio.gather(*map(trace, PROGRAMS)), strict=True))


def _row(trace: Trace, name: str) -> Row:
    return next(row for row in trace.rows if row.name == name)


def _activities(row: Row) -> list[tuple[Activity, int | None, str]]:
    return [(s.activity, s.line, s.what) for s in row.spans if s.activity is not Activity.RUNNING]


async def test_tasks_are_shown_with_where_they_wait_and_what_for(traces: dict[str, Trace]) -> None:
    trace = traces["kitchen"]

    assert trace.ending is TraceEnding.FINISHED, trace
    assert "served\n" in trace.output
    main = _row(trace, "main")
    assert (Activity.WAITING, 24, "TaskGroup.__aexit__") in _activities(main)
    assert (Activity.WAITING, 28, "gather") in _activities(main)
    assert _activities(_row(trace, "waiter"))[0] == (Activity.WAITING, 18, "Queue.get")
    rice = _row(trace, "rice")
    assert (rice.line, rice.parent, rice.ending) == (26, "main", "returned")
    assert _activities(rice)[0] == (Activity.SLEEPING, 5, "sleep(0.1)")
    thread = _row(trace, "washes")
    assert (thread.kind, thread.line, thread.parent) == ("thread", 14, "to_thread")


async def test_a_block_is_found_with_its_line_and_who_it_kept_waiting(
    traces: dict[str, Trace],
) -> None:
    trace = traces["kitchen"]

    blocks = [s for s in _row(trace, "blocker").spans if s.activity is Activity.BLOCKED]
    assert [block.line for block in blocks] == [9]
    assert blocks[0].end - blocks[0].start >= 1
    assert Activity.LATE in [span.activity for span in _row(trace, "rice").spans]


async def test_what_was_forgotten_is_named_with_its_line(traces: dict[str, Trace]) -> None:
    trace = traces["kitchen"]

    assert [(one.name, one.line) for one in trace.unawaited] == [("cook", 23)]
    assert [row.name for row in trace.rows if row.left] == ["waiter"]
    burnt = _row(trace, "burns")
    assert burnt.unretrieved
    assert burnt.error is not None
    assert (burnt.error.type_name, burnt.error.message, burnt.error.line) == (
        "ValueError",
        "smoke",
        12,
    )
    assert [finding.line for finding in find_all(trace)] == [9, 23, 21, 12]


async def test_a_failure_is_of_the_task_that_garbage_collection_found(
    traces: dict[str, Trace],
) -> None:
    rows = traces["garbage"].rows

    assert [(row.name, row.unretrieved) for row in rows] == [("main", False), ("burns", True)]


async def test_a_program_whose_time_is_over_shows_where_it_was(traces: dict[str, Trace]) -> None:
    deadlock, spins = traces["deadlock"], traces["spins"]

    assert deadlock.ending is TraceEnding.TIMED_OUT
    assert _activities(_row(deadlock, "main")) == [(Activity.WAITING, 6, "Lock.acquire")]
    assert [finding.line for finding in find_all(deadlock)] == [None, 6]
    assert spins.ending is TraceEnding.CPU
    assert [s.activity for s in _row(spins, "spin").spans] == [Activity.BLOCKED]
    assert {s.line for s in _row(spins, "spin").spans} <= {4, 5}


async def test_an_error_is_shown_with_its_line(traces: dict[str, Trace]) -> None:
    raised, unreadable = traces["raises"], traces["unreadable"]

    assert (raised.ending, unreadable.ending) == (TraceEnding.RAISED, TraceEnding.NOT_LOADED)
    assert raised.error is not None
    assert (raised.error.type_name, raised.error.line) == ("ZeroDivisionError", 2)
    assert unreadable.error is not None
    assert (unreadable.error.type_name, unreadable.error.line) == ("SyntaxError", 1)
    assert "inside" not in raised.output  # the traceback begins with the program's own frames
    assert "x / 0" in raised.output


async def test_forged_and_endless_reports_end_the_program_and_no_more(
    traces: dict[str, Trace],
) -> None:
    assert traces["forges"].ending is TraceEnding.GARBLED
    assert [row.name for row in traces["forges"].rows] == ["<script>"]
    assert traces["prints"].ending is TraceEnding.OUTPUT
    assert traces["many"].ending is TraceEnding.FINISHED
    assert traces["many"].is_cut


async def test_a_child_that_runs_on_does_not_report_the_end_of_its_parent(
    traces: dict[str, Trace],
) -> None:
    trace = traces["forks"]

    assert (trace.ending, trace.status) == (TraceEnding.FINISHED, 0)
    assert trace.output == "the parent goes on\n"


async def test_a_loop_made_by_hand_is_traced_and_its_pending_tasks_found(
    traces: dict[str, Trace],
) -> None:
    trace = traces["own_loop"]

    assert (trace.ending, trace.status) == (TraceEnding.FINISHED, 1)
    assert trace.output.startswith("too late\nsorry\n")
    assert [(row.left, row.started) for row in trace.rows] == [(False, True), (True, False)]


async def test_the_tracer_is_not_among_the_programs_threads(traces: dict[str, Trace]) -> None:
    trace = traces["threads"]

    assert trace.output.startswith("1 [<_MainThread")
    assert not trace.has_loop


async def test_every_trace_can_be_stored_and_fits_a_terminal(traces: dict[str, Trace]) -> None:
    for name, trace in traces.items():
        assert Trace.from_dict(trace.to_dict()) == trace
        for language in ("es", "en"):
            lines = format_trace(trace, language, file=f"{name}.py").splitlines()
            shown = [line for line in lines if not line.startswith("| ")]
            assert max(map(len, shown)) <= WIDTH
            assert "\x1b" not in "".join(lines)
