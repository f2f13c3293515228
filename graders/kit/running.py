"""All checks of one grading run at the same time, on one event loop, under pytest's own fixtures.

pytest keeps one SetupState per session and one cached value per function-scoped fixture, so that
checks that overlap would share a `solution`. Both are swapped in and out around the (synchronous)
set-up and tear-down of each check; only the calls interleave. These are private names of pytest:
its version is pinned, and tests/graders/test_running.py holds the contract. pytest-asyncio must be
off in this process, and suites have no asynchronous fixtures.
"""

import asyncio
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from _pytest.fixtures import FixtureDef
from _pytest.runner import SetupState

from graders.kit import words
from graders.kit.channel import Channel
from graders.kit.expect import CheckEnded
from graders.kit.link import SandboxLost
from graders.kit.marks import PREFIX, marks_of
from graders.report import NOTHING, CheckResult, Verdict
from graders.text import Text

# A right program may have limits of its own, and they are hardly shorter; httpx's is 5 s.
KEPT_SECONDS = 1.0
FIXTURE_OF_CHANNEL = "_channel"
OnCheck = Callable[[CheckResult], None]
OnJudged = Callable[[pytest.Function, "Judged"], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """One check that is over; `error` is what ended it before its last line, if anything did."""

    result: CheckResult
    error: BaseException | None = None


async def run_checks(
    items: list[pytest.Function], on_check: OnCheck, *, in_turn: bool = False
) -> list[CheckResult]:
    """Run every check at once, each after those it needs; results in the suite's order.

    `in_turn` runs one at a time, so that the program's processes do not take processors from each
    other. `on_check` hears of each as it is decided. What the suite itself raises, beyond
    assertions, is raised here.
    """

    def on_judged(item: pytest.Function, judged: Judged) -> None:
        on_check(judged.result)

    return [judged.result for judged in await judge_all(items, on_judged, in_turn=in_turn)]


async def judge_all(
    items: list[pytest.Function],
    on_judged: OnJudged,
    *,
    keep_errors: bool = False,
    in_turn: bool = False,
) -> list[Judged]:
    """Do what `run_checks` does, and keep how each check ended."""
    shared = set_up_shared(items[0])
    loop = asyncio.get_running_loop()
    places = asyncio.Semaphore(1 if in_turn else len(items))
    decided: dict[str, asyncio.Future[CheckResult]] = {
        name_of(item): loop.create_future() for item in items
    }

    async def one(item: pytest.Function) -> Judged:
        # A check that was not chosen to run is nobody's obstacle.
        awaited = [decided[name] for name in marks_of(item.function).needs if name in decided]
        needed = [await result for result in awaited]
        async with places:
            judged = await judge(item, shared, needed, keep_errors=keep_errors)
        decided[name_of(item)].set_result(judged.result)
        on_judged(item, judged)
        return judged

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(item)) for item in items]
    return [task.result() for task in tasks]


def set_up_shared(item: pytest.Function) -> SetupState:
    """Set up the session, packages and the module, once for all their checks."""
    shared = SetupState()
    shared.setup(item.parent)  # type: ignore[arg-type]
    return shared


def name_of(item: pytest.Function) -> str:
    """Return the check's name: the test function's without `test_`."""
    return item.name.removeprefix(PREFIX)


async def judge(
    item: pytest.Function,
    shared: SetupState,
    needed: Sequence[CheckResult] = (),
    *,
    keep_errors: bool = False,
) -> Judged:
    """Run one check, unless one of those it needs did not pass.

    What the suite itself raises, beyond assertions, is raised; or, for its author at a desk, kept
    in an inconclusive result.
    """
    if lacking := [check for check in needed if check.verdict is not Verdict.PASSED]:
        return Judged(_not_run(item, lacking))
    own = _OwnSetUp(item, shared)
    verdict, message, line = Verdict.PASSED, NOTHING, None
    ended: BaseException | None = None
    try:
        own.set_up()
        arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames}
        returned = item.obj(**arguments)
        if inspect.isawaitable(returned):
            await returned
    except CheckEnded as end:
        verdict, message, line, ended = end.verdict, end.message, end.line, end
    except SandboxLost as lost:
        verdict, message, ended = Verdict.INCONCLUSIVE, _LOST, lost
    except Exception as error:
        if not isinstance(error, AssertionError) and not keep_errors:
            raise
        message = Text.same(str(error).strip()[:1000] or "assert")
        is_checks = isinstance(error, AssertionError)
        verdict, ended = Verdict.FAILED if is_checks else Verdict.INCONCLUSIVE, error
    finally:
        channel = item.funcargs.get(FIXTURE_OF_CHANNEL)
        evidence = _seen(channel) if isinstance(channel, Channel) else {}
        own.tear_down()
    if _is_doubtful(verdict, channel):
        verdict, message, line = Verdict.INCONCLUSIVE, words.NO_PROCESSOR, None
    return Judged(_result(item, verdict, message=message, line=line, **evidence), ended)


def _is_doubtful(verdict: Verdict, channel: object) -> bool:
    """Whether what went wrong may be for a time-out of the program's own, and that our doing.

    Ours of its limits count the program's own time. A client's count the clock's.
    """
    is_kept = isinstance(channel, Channel) and channel.watcher.longest_kept >= KEPT_SECONDS
    return is_kept and verdict in (Verdict.FAILED, Verdict.CRASHED)


def _not_run(item: pytest.Function, lacking: Sequence[CheckResult]) -> CheckResult:
    if undecided := [c for c in lacking if c.verdict is Verdict.INCONCLUSIVE]:
        return _result(item, Verdict.INCONCLUSIVE, message=undecided[0].message)
    titles = {"es": lacking[0].title.es, "en": lacking[0].title.en}
    return _result(item, Verdict.NOT_RUN, message=_NEEDS.format(**titles))


def _result(item: pytest.Function, verdict: Verdict, **found: Any) -> CheckResult:
    marks = marks_of(item.function)
    is_help_wanted = verdict not in (Verdict.PASSED, Verdict.NOT_RUN, Verdict.INCONCLUSIVE)
    return CheckResult(
        name=name_of(item),
        title=marks.title,
        verdict=verdict,
        points=marks.points if verdict is Verdict.PASSED else 0.0,
        max_points=marks.points,
        hidden=marks.is_hidden,
        hints=marks.hints if is_help_wanted else (),
        **found,
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
_NEEDS = Text(
    "No se ejecutó: antes debe cumplirse «{es}».",
    "It was not run: first this must hold: “{en}”.",
)
