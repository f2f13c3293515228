"""The kit's checks in a plain suite: coroutines that take its fixtures, judged by its runner."""

import asyncio
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from unittest import TestCase

import pytest

from graders.kit.checks.marks import hidden
from graders.kit.checks.plain import marks_of_plain
from graders.kit.checks.pytest_plugin import Fixtures
from graders.kit.checks.running import Judged, Over, judge_all
from graders.kit.module.placeholders import refused
from graders.report import CheckResult, Verdict
from graders.text import Text
from worker.grading.author_requests import Say, judge_for_author
from worker.grading.judge_request import AuthorOptions
from worker.grading.pytest_internals import as_function, copy_unused, fixtures_of

# Not `source`, which plain tests take as well.
_NAMES: Final = frozenset(("solution", "conductor", "clock"))


class KitCheck(pytest.Function):
    """One of them; `as_kit_checks` makes it of what pytest has collected."""


def as_kit_checks(items: Sequence[pytest.Function]) -> list[pytest.Function]:
    """Return a plain suite's tests, those that take the kit's fixtures as checks of the kit."""
    return [_as_kit_check(item) if _find_taken(item) else item for item in items]


def _as_kit_check(item: pytest.Function) -> pytest.Function:
    check = as_function(item, KitCheck)
    if check.get_closest_marker("hidden"):
        hidden(check.function)
    return check


def kit_check_faults(items: Sequence[pytest.Function], *, is_inside: bool) -> list[Text]:
    """Return why tests that take the kit's fixtures cannot be judged so, a sentence each."""
    return [
        fault.format(name=item.name, fixture=fixture)
        for item in items
        for fault, fixture in _faults_of(item, is_inside=is_inside)
    ]


def _faults_of(item: pytest.Function, *, is_inside: bool) -> Iterator[tuple[Text, str]]:
    function = item.function
    method_of = item.cls
    if method_of is not None and issubclass(method_of, TestCase):
        # Without what a decorator hands over: `mock.patch` may give a `clock` of its own.
        parameters = inspect.signature(function, follow_wrapped=False).parameters
        if taken := sorted(_NAMES & set(parameters)):
            yield _A_METHOD, taken[0]
        return
    if not (taken := _find_taken(item)):
        return
    if is_inside:
        yield _INSIDE, taken[0]
    elif method_of is not None:
        yield _A_METHOD, taken[0]
    elif not inspect.iscoroutinefunction(function):
        yield _NOT_ASYNC, taken[0]
    else:
        yield from ((_NOT_FOR_KIT, name) for name, one in fixtures_of(item).items() if _awaits(one))


def _find_taken(item: pytest.Function) -> list[str]:
    """Return those of the kit's fixtures that a test takes: its suite may have others so named."""
    return sorted(
        name
        for name, one in fixtures_of(item).items()
        if name in _NAMES and isinstance(getattr(one, "__self__", None), Fixtures)
    )


def _awaits(fixture: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(fixture) or inspect.isasyncgenfunction(fixture)


async def judge_kit_checks(
    items: Sequence[pytest.Function],
    chosen: Sequence[int],
    over: Mapping[str, CheckResult],
    author_options: AuthorOptions | None,
    say: Say,
    seconds: float,
) -> None:
    """Judge the chosen ones of a suite's tests in turn; `over` are the results of its plain ones.

    Raises:
        BaseException: the suite is broken, or something of ours.
    """
    unused = list(items)
    for index, item in zip(chosen, copy_unused([items[index] for index in chosen]), strict=True):
        unused[index] = item
    before = _as_judged(over)
    errors: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(str(context)))

    def say_with_points(message: dict[str, Any]) -> None:
        marks, check = marks_of_plain(items[message["index"]]), message["check"]
        points = {"points": marks.earned(Verdict(check["verdict"])), "max_points": marks.points}
        say({**message, "check": {**check, **points}})

    def on_judged(item: pytest.Function, judged: Judged) -> None:
        say_with_points({"index": unused.index(item), "check": judged.result.to_dict()})

    with refused():
        if author_options:
            options = replace(author_options, chosen=list(chosen))
            await judge_for_author(
                unused, options, say_with_points, in_turn=True, seconds=seconds, over=before
            )
        else:
            own = [unused[index] for index in chosen]
            await judge_all(own, on_judged, in_turn=True, seconds=seconds, over=before)
    if errors:
        raise RuntimeError("\n".join(errors))


def _as_judged(over: Mapping[str, CheckResult]) -> Over:
    futures = {name: asyncio.Future[Judged]() for name in over}
    for name, result in over.items():
        futures[name].set_result(Judged(result))
    return futures


_NOT_ASYNC: Final = Text(
    "{name} recibe {fixture}, del kit, y no es una corrutina: escribe «async def {name}», o quita "
    "{fixture} y usa lo que el archivo importa.",
    "{name} takes the kit's {fixture} and is no coroutine: write “async def {name}”, or take "
    "{fixture} out and use what the file imports.",
)
_A_METHOD: Final = Text(
    "{name} recibe {fixture}, del kit, y es un método: escríbelo como función del archivo, fuera "
    "de la clase.",
    "{name} takes the kit's {fixture} and is a method: write it as a function of the file, outside "
    "the class.",
)
_INSIDE: Final = Text(
    '{name} recibe {fixture}, del kit, que no está dentro del sandbox: quita trust = "inside", o '
    "quita {fixture}.",
    "{name} takes the kit's {fixture}, which is not inside the sandbox: take "
    'trust = "inside" out, or take {fixture} out.',
)
_NOT_FOR_KIT: Final = Text(
    "{name} recibe fixtures del kit y también {fixture}, que es asíncrona: haz dentro de {name} lo "
    "que hace {fixture}.",
    "{name} takes fixtures of the kit and also {fixture}, which is asynchronous: do in {name} what "
    "{fixture} does.",
)
