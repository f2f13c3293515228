"""What a suite process does for its author's desk: tell its checks, show errors as pytest does."""

import contextlib
import os
from collections.abc import Callable
from typing import Any

import pytest

from graders.kit.checks.marks import marks_of
from graders.kit.checks.running import Judged, judge_all, name_of
from graders.kit.expect import CheckEnded
from graders.kit.program.link import SandboxLost
from worker.grading.judge_request import AuthorOptions
from worker.grading.pytest_internals import explained_comparisons
from worker.grading.suite_errors import text_to_json

Say = Callable[[dict[str, Any]], None]


def collected(items: list[pytest.Function]) -> list[dict[str, Any]]:
    """Return what a desk needs to know of every check before it runs one."""
    return [_describe_check(item) for item in items]


def _describe_check(item: pytest.Function) -> dict[str, Any]:
    marks = marks_of(item.function)
    return {
        "name": name_of(item),
        "line": item.location[1],
        "title": text_to_json(marks.title),
        "points": marks.points,
        "hidden": marks.is_hidden,
        "needs": marks.needs,
    }


async def judge_for_author(
    items: list[pytest.Function], wanted: AuthorOptions, say: Say, *, in_turn: bool, seconds: float
) -> None:
    """Run the checks that are wanted; what the suite itself raises is shown, and ends nothing."""
    chosen = [items[place] for place in wanted.chosen]
    option = items[0].config.option
    option.tbstyle, option.showlocals, option.verbose = (
        wanted.tbstyle,
        wanted.showlocals,
        wanted.verbose,
    )

    def on_judged(item: pytest.Function, judged: Judged) -> None:
        place = items.index(item)
        say({"index": place, "check": judged.result.to_dict(), "shown": _shown(item, judged)})

    with explained_comparisons(chosen[0]):
        await judge_all(chosen, on_judged, keep_errors=True, in_turn=in_turn, seconds=seconds)


def _shown(item: pytest.Function, judged: Judged) -> str:
    """Return the suite's own error as pytest shows it; of any other the check's words say all."""
    error = judged.error
    if error is None or isinstance(error, CheckEnded | SandboxLost):
        return ""
    # From elsewhere pytest shows whole paths, and this process's folder is not the author's.
    with contextlib.chdir(os.sep):
        return str(item.repr_failure(pytest.ExceptionInfo.from_exception(error)))
