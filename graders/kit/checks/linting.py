"""Checks that demand rules of the linter: ended by what it found, before their own lines run."""

from collections.abc import Callable, Mapping
from typing import Any

from graders.kit.lint import Findings, lint_of


def judge_style(check: Callable[..., Any], found: Mapping[str, Mapping[str, Any]]) -> None:
    """End a check marked `@lint` if the linter found what it forbids; `found` is by demand."""
    if demand := lint_of(check):
        Findings.from_dict(found[demand.key]).must_be_none()
