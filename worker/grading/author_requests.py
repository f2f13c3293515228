"""Requests of the pytest plugin for authors: list the checks, show errors as pytest does."""

import contextlib
import os
from collections.abc import Callable
from typing import Any

import pytest

from graders.kit.checks.loop_elsewhere import LoopElsewhere
from graders.kit.checks.marks import marks_of
from graders.kit.checks.plain import marks_of_plain, name_of_plain
from graders.kit.checks.running import NONE_OVER, Judged, Over, judge_all, name_of
from graders.kit.expect import CheckEnded
from graders.kit.program.link import SandboxLost
from worker.grading.judge_request import AuthorOptions
from worker.grading.pytest_internals import explained_comparisons
from worker.grading.suite_errors import text_to_json

Say = Callable[[dict[str, Any]], None]


def collected(items: list[pytest.Function], *, is_plain: bool) -> list[dict[str, Any]]:
    """Describe every check, in the suite's order, for the plugin's collection."""
    return [_describe_check(item, is_plain=is_plain) for item in items]


def _describe_check(item: pytest.Function, *, is_plain: bool) -> dict[str, Any]:
    marks = marks_of_plain(item) if is_plain else marks_of(item.function)
    return {
        "name": name_of_plain(item) if is_plain else name_of(item),
        "line": item.location[1],
        "title": text_to_json(marks.title),
        "points": marks.points,
        "hidden": marks.is_hidden,
        "needs": marks.needs,
        "nothing_blocks": marks.nothing_blocks,
        "may_block": marks.may_block,
    }


async def judge_for_author(
    items: list[pytest.Function],
    wanted: AuthorOptions,
    say: Say,
    *,
    in_turn: bool,
    seconds: float,
    over: Over = NONE_OVER,
) -> None:
    """Run the chosen checks; an error of the suite itself is shown and does not end the others.

    `over` is as for `judge_all`.
    """
    chosen = [items[place] for place in wanted.chosen]
    option = items[0].config.option
    option.tbstyle, option.showlocals, option.verbose = (
        wanted.tbstyle,
        wanted.showlocals,
        wanted.verbose,
    )

    def on_judged(item: pytest.Function, judged: Judged) -> None:
        seen = LoopElsewhere.of(marks_of(item.function), judged.result.verdict, judged.loop)
        message = {
            "index": items.index(item),
            "check": judged.result.to_dict(),
            "shown": _format_error(item, judged),
            "loop": seen and seen.to_dict(),
        }
        say(message)

    seen_before = [LoopElsewhere.from_dict(values) for values in wanted.seen_before]

    with explained_comparisons(chosen[0]):
        await judge_all(
            chosen,
            on_judged,
            keep_errors=True,
            in_turn=in_turn,
            seconds=seconds,
            seen_before=seen_before,
            over=over,
        )


def _format_error(item: pytest.Function, judged: Judged) -> str:
    """Return an error of the suite as pytest shows it; "" if the message explains it."""
    error = judged.error
    if error is None or isinstance(error, CheckEnded | SandboxLost):
        return ""
    # Relative paths would be relative to this process's folder, which is not the author's.
    with contextlib.chdir(os.sep):
        return str(item.repr_failure(pytest.ExceptionInfo.from_exception(error)))
