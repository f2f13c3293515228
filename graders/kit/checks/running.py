"""All checks of one grading run at the same time, on one event loop.

pytest's own fixtures, one set-up for each (`set_up`). pytest-asyncio must be off in this process,
and suites have no asynchronous fixtures.
"""

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import pytest

from graders.kit.channel import Channel
from graders.kit.checks.loop_elsewhere import (
    LoopElsewhere,
    must_be_free_elsewhere,
    names_observed,
)
from graders.kit.checks.marks import PREFIX, Marks, marks_of
from graders.kit.checks.picturing import picture_of
from graders.kit.checks.set_up import OwnSetUp, SetupState, set_up_shared
from graders.kit.expect import CheckEnded
from graders.kit.messages import requirements
from graders.kit.messages.blocked import must_be_free
from graders.kit.messages.code import as_code
from graders.kit.messages.explain import KILLED
from graders.kit.observation.blocking import LoopRecord
from graders.kit.program.link import SandboxLost
from graders.kit.wire import Failure, file_of
from graders.report import FAILURES, NOTHING, CheckResult, Verdict
from graders.text import Text
from graders.undecided import LONGEST_DETAIL, Doubt

FIXTURE_OF_CHANNEL = "_channel"
OnCheck = Callable[[CheckResult], None]
OnJudged = Callable[[pytest.Function, "Judged"], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """One check that is over.

    error  What ended it before its last line, if anything did.
    loop   What was seen of the program's event loop; None if no program was called.
    """

    result: CheckResult
    error: BaseException | None = None
    loop: LoopRecord | None = None


# How checks ended, by their names.
Over = Mapping[str, asyncio.Future[Judged]]
NONE_OVER: Final[Over] = MappingProxyType({})


async def run_checks(
    items: list[pytest.Function],
    on_check: OnCheck,
    *,
    in_turn: bool = False,
    seconds: float | None = None,
) -> list[CheckResult]:
    """Run every check at once, each after those it needs; results in the suite's order.

    `in_turn` runs one at a time, so that the program's processes do not take processors from each
    other. `on_check` is called with each as it is decided. What is not decided after `seconds` is
    inconclusive.

    Raises:
        BaseExceptionGroup: what checks raised, beyond assertions; when all others are over.
    """

    def on_judged(item: pytest.Function, judged: Judged) -> None:
        on_check(judged.result)

    all_judged = await judge_all(items, on_judged, in_turn=in_turn, seconds=seconds)
    return [judged.result for judged in all_judged]


async def judge_all(
    items: list[pytest.Function],
    on_judged: OnJudged,
    *,
    keep_errors: bool = False,
    in_turn: bool = False,
    seconds: float | None = None,
    seen_before: Sequence[LoopElsewhere] = (),
    over: Over = NONE_OVER,
) -> list[Judged]:
    """Do what `run_checks` does, and keep how each check ended; `keep_errors` raises nothing.

    `seen_before` is what was seen in checks that were run before these; `over` is how others ended
    that these may need.
    """
    shared = set_up_shared(items[0])
    deadline = None if seconds is None else asyncio.get_running_loop().time() + seconds
    errors: list[BaseException] = []
    places = asyncio.Semaphore(1 if in_turn else len(items))
    marks = {name_of(item): marks_of(item.function) for item in items}
    decided = {**{name: asyncio.Future[Judged]() for name in marks}, **over}

    async def one(item: pytest.Function) -> Judged:
        # A check that was not selected prevents no other from running.
        awaited = [decided[name] for name in marks[name_of(item)].needs if name in decided]
        # Shielded: what ends this check at its deadline must not cancel the result of another.
        needed = [(await asyncio.shield(judged)).result for judged in awaited]
        async with places:
            return await judge(item, shared, needed, keep_errors=keep_errors)

    async def one_to_its_end(item: pytest.Function) -> Judged:
        """Whatever becomes of this check, the others go on."""
        judged = await _in_time(item, one(item), deadline, errors)
        if marks[name_of(item)].nothing_blocks and judged.result.verdict is Verdict.PASSED:
            others = {name: decided[name] for name in names_observed(name_of(item), marks)}
            judged = await _judge_with_others(item, judged, others, marks, seen_before)
        decided[name_of(item)].set_result(judged)
        on_judged(item, judged)
        return judged

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one_to_its_end(item)) for item in items]
    if errors and not keep_errors:
        raise BaseExceptionGroup("checks that broke", errors)
    return [task.result() for task in tasks]


async def _judge_with_others(
    item: pytest.Function,
    judged: Judged,
    others: Mapping[str, asyncio.Future[Judged]],
    marks: Mapping[str, Marks],
    seen_before: Sequence[LoopElsewhere],
) -> Judged:
    """Wait for all that a check which promises a free loop speaks of, each with its own limit.

    Returns how the check, which passed by itself, is judged by what was seen in them.
    """
    over = {name: await asyncio.shield(other) for name, other in others.items()}
    seen = [
        LoopElsewhere.of(marks[name], other.result.verdict, other.loop)
        for name, other in over.items()
    ]
    try:
        must_be_free_elsewhere([*seen_before, *filter(None, seen)])
    except CheckEnded as end:
        own = judged.result if seen_before else _find_held_up(over.values()) or judged.result
        found: dict[str, Any] = {
            "wall_seconds": own.wall_seconds,
            "evidence": own.evidence,
            "output": own.output,
            "picture": own.picture,
        }
        if end.verdict is Verdict.INCONCLUSIVE:
            found["doubt"] = Doubt(f"{_UNSEEN_ELSEWHERE}: {end.detail}")
        result = _result(item, end.verdict, message=end.message, line=end.line, **found)
        return Judged(result, end, judged.loop)
    return judged


def _find_held_up(others: Iterable[Judged]) -> CheckResult | None:
    """Return the check whose loop `must_be_free_elsewhere` found held up; None if it is hidden.

    Its picture shows what the message speaks of.
    """
    held_up = [other for other in others if other.loop and other.loop.was_held_up]
    first = min(held_up, key=lambda other: other.loop is None or not other.loop.line, default=None)
    return None if first is None or first.result.hidden else first.result


async def _in_time(
    item: pytest.Function,
    judging: Coroutine[Any, Any, Judged],
    deadline: float | None,
    errors: list[BaseException],
) -> Judged:
    """Return how a check was judged; inconclusive if it breaks, or is not over at `deadline`.

    What breaks it is added to `errors`.
    """
    try:
        async with asyncio.timeout_at(deadline) as limit:
            return await judging
    except (KeyboardInterrupt, asyncio.CancelledError):
        raise
    except BaseException as error:  # noqa: BLE001  of a suite anything may come, as pytest.fail()
        if limit.expired():
            late = _undecided(item, requirements.NO_PROCESSOR, Doubt(_LATE))
            return Judged(late)
        errors.append(error)
        return Judged(_undecided(item, _BROKEN, Doubt(repr(error)[-LONGEST_DETAIL:])), error)


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

    pytest.fail() fails it; pytest.skip() and xfail() end it as not run, without its points. An
    error that the program's answer may have caused fails it; any other that the suite raises is
    raised, or, for `suite test`, kept in an inconclusive result.
    """
    if lacking := [check for check in needed if check.verdict is not Verdict.PASSED]:
        return Judged(not_run(name_of(item), marks_of(item.function), lacking))
    own = OwnSetUp(item, shared)
    verdict, message, line = Verdict.PASSED, NOTHING, None
    ended: BaseException | None = None
    try:
        own.set_up()
        arguments = own.arguments()
        returned = item.obj(**arguments)
        if inspect.isawaitable(returned):
            await returned
        _must_be_free(item)
    except (Exception, *_OUTCOMES) as error:
        if not (found := _verdict_on(error, item)) and not keep_errors:
            raise
        unknown = Verdict.INCONCLUSIVE, Text.same(str(error).strip()[:1000])
        verdict, message = found or unknown
        line, ended = error.line if isinstance(error, CheckEnded) else None, error
    finally:
        channel = item.funcargs.get(FIXTURE_OF_CHANNEL)
        evidence, detail, record = _collect_observations(channel)
        own.tear_down()
    verdict, message, line = _unless_gone(channel, detail, verdict, message, line)
    line = _find_line(line, verdict, channel)
    is_witnessed = isinstance(ended, CheckEnded) and ended.is_witnessed
    if not is_witnessed and _is_doubtful(verdict, channel):
        evidence["doubt"] = _doubt(channel, _AFTER_STALL.format(verdict=verdict.value))
        verdict, message, line = Verdict.INCONCLUSIVE, requirements.NO_PROCESSOR, None
    elif verdict is Verdict.INCONCLUSIVE:
        why = ended.detail if isinstance(ended, CheckEnded) else str(ended or "")
        evidence["doubt"] = _doubt(channel, detail or why)
    return Judged(_result(item, verdict, message=message, line=line, **evidence), ended, record)


def _must_be_free(item: pytest.Function) -> None:
    """End a check that promises a free event loop unless it was free in its own run."""
    channel = item.funcargs.get(FIXTURE_OF_CHANNEL)
    if marks_of(item.function).nothing_blocks and isinstance(channel, Channel):
        must_be_free(channel.loop_record)


def _verdict_on(error: BaseException, item: pytest.Function) -> tuple[Verdict, Text] | None:
    """Return how a check ended that raised this; None if the suite is broken."""
    if isinstance(error, CheckEnded):
        return error.verdict, error.message
    if isinstance(error, SandboxLost):
        return Verdict.INCONCLUSIVE, _LOST
    if isinstance(error, pytest.skip.Exception | pytest.xfail.Exception):
        return Verdict.NOT_RUN, _SKIPPED.format(reason=error.msg or type(error).__name__)
    if isinstance(error, AssertionError | pytest.fail.Exception):
        return Verdict.FAILED, Text.same(str(error).strip()[:1000] or "assert")
    if _is_by_value(error, item):
        words = f"{type(error).__name__}: {error}"[:300]
        return Verdict.FAILED, _UNUSABLE.format(error=as_code(words))
    return None


def _is_by_value(error: BaseException, item: pytest.Function) -> bool:
    """Return whether the check may have choked on what the program, which it called, gave back."""
    channel = item.funcargs.get(FIXTURE_OF_CHANNEL)
    was_called = isinstance(channel, Channel) and channel.wall_seconds is not None
    # An attribute that an object of the kit has not, other than what stands for a value.
    holder = type(getattr(error, "obj", None)).__module__
    is_misspelt = holder.startswith("graders.kit.") and holder != Failure.__module__
    return was_called and isinstance(error, _BY_VALUE) and not is_misspelt


def _unless_gone(
    channel: object, detail: str, verdict: Verdict, message: Text, line: int | None
) -> tuple[Verdict, Text, int | None]:
    """Return how the check ended; one that failed because its process was gone did not fail.

    It crashed if the process was killed, and is undecided if we lost it, for the reason `detail`.
    """
    if verdict is Verdict.FAILED and detail:
        return Verdict.INCONCLUSIVE, _LOST, None
    was_killed = isinstance(channel, Channel) and channel.was_killed
    if was_killed and verdict is Verdict.FAILED:
        return Verdict.CRASHED, KILLED, None
    return verdict, message, line


def _find_line(line: int | None, verdict: Verdict, channel: object) -> int | None:
    """Return the line, or where the function begins that was called last and did not do well."""
    if line is None and verdict in FAILURES and isinstance(channel, Channel):
        return channel.called_line or channel.find_definition()
    return line


def _doubt(channel: object, detail: str) -> Doubt:
    stalled = channel.watcher.longest_stall if isinstance(channel, Channel) else 0.0
    return Doubt(detail[-LONGEST_DETAIL:], round(stalled, 3))


def _is_doubtful(verdict: Verdict, channel: object) -> bool:
    """Whether a time-out of the program's own, caused by our machine, may be what went wrong.

    Our limits count the program's own time. A client's time-out counts the clock's.
    """
    was_late = isinstance(channel, Channel) and channel.may_have_been_late
    return was_late and verdict in (Verdict.FAILED, Verdict.CRASHED)


def not_run(name: str, marks: Marks, lacking: Sequence[CheckResult]) -> CheckResult:
    """Return the result of a check that was not run, for those it needs that did not pass."""
    if undecided := [c for c in lacking if c.verdict is Verdict.INCONCLUSIVE]:
        first = undecided[0]
        found = {"message": first.message, "doubt": first.doubt}
        return result_of(name, marks, Verdict.INCONCLUSIVE, **found)
    if (cause := lacking[0]).verdict is Verdict.NOT_RUN and not cause.hidden:
        # A file that Python cannot read, or a missing function, stops both for the same reason.
        return result_of(name, marks, Verdict.NOT_RUN, message=cause.message, line=cause.line)
    titles = {"es": cause.title.es, "en": cause.title.en}
    return result_of(name, marks, Verdict.NOT_RUN, message=_NEEDS.format(**titles))


def result_of(name: str, marks: Marks, verdict: Verdict, **found: Any) -> CheckResult:
    """Return the result of a check with these marks; `found` are further fields of it."""
    file = file_of(found.get("line"))
    was_killed = found.pop("was_killed", False) and verdict is Verdict.CRASHED
    is_help_wanted = verdict not in (Verdict.PASSED, Verdict.NOT_RUN, Verdict.INCONCLUSIVE)
    return CheckResult(
        name=name,
        title=marks.title,
        verdict=verdict,
        points=marks.earned(verdict),
        max_points=marks.points,
        hidden=marks.is_hidden,
        file=file,
        hints=marks.hints if is_help_wanted else (),
        was_killed=was_killed,
        **found,
    )


def _undecided(item: pytest.Function, message: Text, doubt: Doubt) -> CheckResult:
    return _result(item, Verdict.INCONCLUSIVE, message=message, doubt=doubt)


def _result(item: pytest.Function, verdict: Verdict, **found: Any) -> CheckResult:
    return result_of(name_of(item), marks_of(item.function), verdict, **found)


def _collect_observations(channel: object) -> tuple[dict[str, Any], str, LoopRecord | None]:
    """Return what is shown beside the verdict, why it could not be decided, and of the loop."""
    if not isinstance(channel, Channel):
        return {}, "", None
    seen = {
        "wall_seconds": None if channel.wall_seconds is None else round(channel.wall_seconds, 6),
        "evidence": channel.service_calls.evidence.events(),
        "output": channel.printed,
        "picture": picture_of(channel),
        "was_killed": channel.was_killed,
    }
    return seen, channel.undecided_because, channel.loop_record


_UNSEEN_ELSEWHERE = "in another check"
_AFTER_STALL = "“{verdict}” after a stall: a time-out of the program's own may be the cause"
_LATE = "not decided within the judge's time"
_BROKEN = Text(
    "La suite falló en esta comprobación.",
    "The suite broke in this check.",
)
_LOST = Text(
    "Nuestra máquina perdió el entorno de ejecución; la comprobación se repetirá automáticamente.",
    "Our machine lost the sandbox; the check will be run again automatically.",
)
# Not Exceptions, but how pytest's own functions end a test.
_OUTCOMES = (pytest.fail.Exception, pytest.skip.Exception, pytest.xfail.Exception)
# What a check raises that took the student's value for one of another type. A name that is not
# defined or a module that is missing is an error of the suite, whatever the student did.
_BY_VALUE = (TypeError, AttributeError, LookupError, ValueError, ArithmeticError)
_UNUSABLE = Text(
    "La comprobación no pudo usar lo que devolvió tu programa ({error}). Revisa qué tipo de valor "
    "pide el enunciado.",
    "The check could not use what your program returned ({error}). See which type of value the "
    "statement asks for.",
)
_SKIPPED = Text("La suite no ejecuta esta comprobación: {reason}", "The suite skips it: {reason}")
_NEEDS = Text(
    "No se ejecutó porque no se cumple «{es}».",
    "Not run because “{en}” did not pass.",
)
