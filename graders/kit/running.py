"""All checks of one grading run at the same time, on one event loop, under pytest's own fixtures.

pytest keeps one SetupState per session and one cached value per function-scoped fixture, so that
checks that overlap would share a `solution`. Both are swapped in and out around the (synchronous)
set-up and tear-down of each check; only the calls interleave. These are private names of pytest:
its version is pinned, and tests/graders/test_running.py holds the contract. pytest-asyncio must be
off in this process, and suites have no asynchronous fixtures.
"""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from _pytest.fixtures import FixtureDef
from _pytest.runner import SetupState

from graders.kit.channel import Channel
from graders.kit.expect import CheckEnded
from graders.kit.link import SandboxLost
from graders.kit.marks import marks_of
from graders.report import NOTHING, CheckResult, Verdict
from graders.text import Text

FIXTURE_OF_CHANNEL = "_channel"
OnCheck = Callable[[CheckResult], None]


async def run_checks(items: list[pytest.Function], on_check: OnCheck) -> list[CheckResult]:
    """Run every check at once; results in the suite's order, `on_check` as each is decided."""
    shared = SetupState()
    # Session, packages and the module: set up once, for all their checks.
    shared.setup(items[0].parent)  # type: ignore[arg-type]

    async def one(item: pytest.Function) -> CheckResult:
        result = await _run_check(item, shared)
        on_check(result)
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


async def _run_check(item: pytest.Function, shared: SetupState) -> CheckResult:
    own = _OwnSetUp(item, shared)
    verdict, message, line = Verdict.PASSED, NOTHING, None
    try:
        own.set_up()
        arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
        returned = item.obj(**arguments)
        if inspect.isawaitable(returned):
            await returned
    except CheckEnded as end:
        verdict, message, line = end.verdict, end.message, end.line
    except SandboxLost:
        verdict, message = Verdict.INCONCLUSIVE, _LOST
    except AssertionError as error:
        verdict, message = Verdict.FAILED, Text.same(str(error).strip()[:1000] or "assert")
    finally:
        channel = item.funcargs.get(FIXTURE_OF_CHANNEL)
        evidence = _seen(channel) if isinstance(channel, Channel) else {}
        own.tear_down()
    marks = marks_of(item.function)
    return CheckResult(
        name=item.name.removeprefix("test_"),
        title=marks.title,
        verdict=verdict,
        points=marks.points if verdict is Verdict.PASSED else 0.0,
        max_points=marks.points,
        message=message,
        line=line,
        **evidence,
    )


def _seen(channel: Channel) -> dict[str, Any]:
    return {
        "wall_seconds": None if channel.wall_seconds is None else round(channel.wall_seconds, 6),
        "evidence": channel.asking.evidence.events(),
        "output": channel.printed,
    }


class _OwnSetUp:
    """A check's own SetupState and own values of function-scoped fixtures."""

    def __init__(self, item: pytest.Function, shared: SetupState) -> None:
        self._item, self._session = item, item.session
        self._state = SetupState()
        self._state.stack = dict(shared.stack)
        fixtures = (f for fs in item._fixtureinfo.name2fixturedefs.values() for f in fs)
        self._fixtures = [f for f in fixtures if f.scope == "function"]
        self._kept: dict[FixtureDef[Any], tuple[Any, Any]] = {}

    def set_up(self) -> None:
        self._within(lambda: self._state.setup(self._item))

    def tear_down(self) -> None:
        # What the checks share stays: the judge's process ends with it.
        self._within(lambda: self._state.teardown_exact(self._item.parent))  # type: ignore[arg-type]

    def _within(self, act: Callable[[], None]) -> None:
        theirs = self._session._setupstate
        self._session._setupstate = self._state
        for fixture in self._fixtures:
            _put(fixture, *self._kept.get(fixture, (None, type(fixture._finalizers)())))
        try:
            act()
        finally:
            for fixture in self._fixtures:
                self._kept[fixture] = fixture.cached_result, fixture._finalizers
                _put(fixture, None, type(fixture._finalizers)())
            self._session._setupstate = theirs


def _put(fixture: FixtureDef[Any], cached_result: Any, finalizers: Any) -> None:
    # Declared Final, for everybody but those who swap whole fixtures.
    vars(fixture).update(cached_result=cached_result, _finalizers=finalizers)


_LOST = Text(
    "Nuestra máquina perdió el entorno de ejecución; se repetirá sola.",
    "Our machine lost the sandbox; it will be run again by itself.",
)
