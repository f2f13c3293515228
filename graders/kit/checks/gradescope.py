"""Stands for `gradescope_utils`, which old suites import: its decorators, as marks of the kit.

The package itself need not be installed. Weights are points; what is shown later, or never, is
hidden.
"""

import sys
from collections.abc import Callable
from functools import wraps
from types import ModuleType
from typing import Any, TypeVar

from graders.kit.checks.marks import deduction, hidden, points, title, title_of

_Test = TypeVar("_Test", bound=Callable[..., Any])
_NAME = "gradescope_utils.autograder_utils.decorators"


def install() -> None:
    """Let `import gradescope_utils` in this process give this module."""
    parts = _NAME.split(".")
    for length in range(1, len(parts)):
        sys.modules[".".join(parts[:length])] = ModuleType(".".join(parts[:length]))
    sys.modules[_NAME] = sys.modules[__name__]


def weight(worth: float) -> Callable[[_Test], _Test]:
    """Set the points of a test; a negative weight takes points off if it fails."""
    return points(worth) if worth >= 0 else deduction(-worth)


def number(label: str) -> Callable[[_Test], _Test]:
    """Put a number before the title of a test."""

    def mark(test: _Test) -> _Test:
        words = f"{label} {title_of(test.__doc__, test.__name__)}"
        return title(es=words, en=words)(test)

    return mark


def visibility(level: str) -> Callable[[_Test], _Test]:
    """Hide a test, unless it is "visible"."""
    return (lambda test: test) if level == "visible" else hidden


def hide_errors(error_message: str = "") -> Callable[[_Test], _Test]:
    """Hide how a test failed."""
    return hidden


def tags(*labels: str) -> Callable[[_Test], _Test]:
    """Take labels, which nothing reads here."""
    return lambda test: test


def leaderboard(
    column_name: str, sort_order: str = "desc"
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give the test the function that it reports a value with; the value is not shown here."""

    def mark(test: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(test)
        def with_function(*arguments: Any, **named: Any) -> Any:
            return test(*arguments, set_leaderboard_value=lambda value: None, **named)

        return with_function

    return mark


def partial_credit(worth: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a test pass that sets its whole score; points are not divided here."""

    def mark(test: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(test)
        def with_function(*arguments: Any, **named: Any) -> Any:
            scores = [0.0]
            test(*arguments, set_score=scores.append, **named)
            if scores[-1] < worth:
                raise AssertionError(f"{scores[-1]:g} / {worth:g}")

        return points(worth)(with_function)

    return mark
