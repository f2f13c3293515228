"""The conftest.py of the students' tests: a clock of its own, and several versions to be tried on.

Runs inside the sandbox, so what it says is a claim like everything from there. It has two tasks.

Time does not pass by itself: a sleep, asynchronous or blocking, moves the clock on by its length,
and a loop with nothing to do jumps to its next timer. So neither a limit of the tests nor what they
measure depends on the machine, and a loop that nothing can wake says so at once.

Every version is tried in a process forked after collection, so that what tests keep in globals
begins anew, as it does at home.
"""

import asyncio
import inspect
import json
import os
import re
import resource
import selectors
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tienda  # type: ignore[import-not-found]
from _pytest.reports import TestReport

# More rounds of the loop than tests of a few coroutines take: what goes on and on is hung.
MOST_ROUNDS = 60_000
MOST_CHARACTERS = 600
MOST_FAILURES = 5
MOST_CPU_SECONDS = 2
# For a thread that sleeps while no loop waits, as where the main thread joins it.
WAIT_SECONDS = 0.02


class Hung(Exception):
    """The test waits for what can no longer come."""


class _Clock:
    now = 0.0

    def sleep(self, seconds: float) -> None:
        self.now = round(self.now + max(seconds, 0.0), 9)

    def block(self, seconds: float) -> None:
        """Do as `time.sleep`: in a thread it ends once the loop has nothing else to do.

        Else `to_thread(time.sleep, …)` could end before a task that was created has begun.
        """
        if threading.current_thread() is not threading.main_thread():
            _Waiting.is_idle.wait(WAIT_SECONDS)
        self.sleep(seconds)


clock = _Clock()


class _Waiting(selectors.DefaultSelector):
    """Jumps to the next timer where others wait for it."""

    rounds = 0
    is_idle = threading.Event()

    def select(self, timeout: float | None = None) -> Any:
        _Waiting.rounds += 1
        if _Waiting.rounds > MOST_ROUNDS:
            _Waiting.rounds = 0
            raise Hung("goes round")
        # Threads take real time.
        is_alone = threading.active_count() == 1
        if timeout != 0:
            _Waiting.is_idle.set()
        ready = super().select(0 if is_alone else timeout)
        _Waiting.is_idle.clear()
        if not ready and timeout:
            clock.sleep(timeout)
        if not ready and timeout is None and is_alone:
            raise Hung("waits")
        return ready


class _Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.SelectorEventLoop(_Waiting())


def _begin() -> None:
    asyncio.set_event_loop_policy(_Policy())
    time.sleep = clock.block  # type: ignore[assignment]
    time.time = time.monotonic = time.perf_counter = lambda: clock.now
    time.time_ns = time.monotonic_ns = time.perf_counter_ns = lambda: round(clock.now * 1e9)


def _read_versions() -> dict[str, Any]:
    """Return each version by its token; the tests find no source of them."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("version_*.py")):
        names: dict[str, Any] = {}
        exec(compile(path.read_text("utf-8"), "tienda.py", "exec"), names)  # noqa: S102  ours
        found[path.stem.removeprefix("version_")] = names["traer_pedidos"]
        path.unlink()
    return found


_begin()
_versions = _read_versions()


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Run all tests on every version, and print nothing: the suite explains."""
    if session.testsfailed:
        return None  # what cannot be collected: pytest knows what to do
    session.config.pluginmanager.unregister(name="terminalreporter")
    for token, version in _versions.items():
        for outcome, words in _in_a_fork(session, version):
            _say(session, f"{token} {words}", outcome)
    if any(_uses_fixture(item, inspect.isasyncgenfunction) for item in session.items):
        _say(session, "fixture", "passed")
    elif any(_uses_fixture(item, inspect.iscoroutinefunction) for item in session.items):
        _say(session, "fixture without yield", "passed")
    return True


def _say(session: pytest.Session, words: str, outcome: Any) -> None:
    report = TestReport(f"::{words}", ("", 0, ""), {}, outcome, None, "call")
    session.config.hook.pytest_runtest_logreport(report=report)


def _in_a_fork(session: pytest.Session, version: Any) -> list[Any]:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_SECONDS, MOST_CPU_SECONDS))
        try:
            with os.fdopen(writer, "w", encoding="utf-8") as pipe:
                json.dump(_run_all(session, version), pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    ended = "spins" if os.WIFSIGNALED(status) else "exits"
    found: list[Any] = json.loads(said) if said else [("failed", ended)]
    return found


def _run_all(session: pytest.Session, version: Any) -> list[tuple[str, str]]:
    """Return the first failures, each with line, name and why; and whether any test passed."""
    tienda.usar(version)
    outcomes = _Outcomes()
    session.config.pluginmanager.register(outcomes)
    for item, following in zip(session.items, [*session.items[1:], None], strict=False):
        _Waiting.rounds = 0
        outcomes.found.append(("passed", ""))
        session.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    failed = [found for found in outcomes.found if found[0] == "failed"]
    return failed[:MOST_FAILURES] + [("passed", "")] * (("passed", "") in outcomes.found)


class _Outcomes:
    """One outcome for each test, set-up and tear-down included."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def pytest_runtest_logreport(self, report: TestReport) -> None:
        name = report.nodeid.partition("::")[2].replace(" ", "_")
        if report.failed and self.found[-1][0] != "failed":
            self.found[-1] = "failed", f"{_line(report)} {name} {_why(report)}"
        elif report.skipped:
            self.found[-1] = "skipped", ""


def _line(report: TestReport) -> int:
    places = re.findall(r"^test_\w+\.py:(\d+):", str(report.longrepr), re.MULTILINE)
    return int(places[-1]) if places else (report.location[1] or 0) + 1


def _why(report: TestReport) -> str:
    errors = re.findall(r"^E {3}(.+)$", str(report.longrepr), re.MULTILINE)
    return "\n".join(errors)[:MOST_CHARACTERS] or str(report.longrepr)[-MOST_CHARACTERS:]


def _uses_fixture(item: pytest.Item, is_kind: Callable[[Any], bool]) -> bool:
    info = getattr(item, "_fixtureinfo", None)
    definitions = info.name2fixturedefs.values() if info else ()
    functions = [inspect.unwrap(one.func) for several in definitions for one in several]
    return any(
        is_kind(function)
        for function in functions
        if inspect.getsourcefile(function) == str(item.path)
    )
