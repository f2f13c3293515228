"""Requests to a suite process: judge one run, with options for the suite's author."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from graders.kit.messages.explain import LIBRARIES
from graders.kit.observation.watcher import LONGEST_GRACE
from graders.limits import Limits
from worker.grading.judge_time import JUDGE_CLOCK_SECONDS

MARGIN_SECONDS = 10
# What is not decided by then is inconclusive; the end of the judge comes later.
JUDGE_MARGIN_SECONDS = 3
IN_TURN_SECONDS = 5  # for each check beside its limit
MOST_SECONDS = int(JUDGE_CLOCK_SECONDS) - 50


@dataclass(frozen=True, slots=True)
class AuthorOptions:
    """Options of the pytest plugin: which checks, and how pytest shows their errors.

    chosen      Indices of the checks in the suite's order, from 0.
    tbstyle     pytest's own option --tb, as showlocals is --showlocals and verbose -v.
    seen_before What was seen of the event loop in checks run before (`LoopElsewhere.to_dict`).
    """

    chosen: list[int]
    tbstyle: str = "auto"
    showlocals: bool = False
    verbose: int = 0
    seen_before: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class JudgeRequest:
    """One run.

    first_file  Name of the exercise's first file; lines of other files are shown with theirs.
    seconds    The judge's limit (judge_time.py); at most MOST_SECONDS for any manifest.
    rehearsal  It warms the process for later runs, which wait meanwhile.
    in_turn    As for `run_checks`.
    libraries  Names of those that the program may import, for messages.
    lint       What the linter found, by demand (`Findings.to_dict`).
    """

    limits: Limits
    first_file: str
    seconds: int
    rehearsal: bool = False
    in_turn: bool = False
    author_options: AuthorOptions | None = None
    libraries: tuple[str, ...] = LIBRARIES
    lint: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        limits: Limits,
        first_file: str,
        checks: int,
        *,
        rehearsal: bool = False,
        in_turn: bool = False,
        author_options: AuthorOptions | None = None,
    ) -> Self:
        """Return the request for a run of so many checks."""
        seconds = int(limits.wall_seconds * (LONGEST_GRACE + 1)) + MARGIN_SECONDS
        if in_turn:  # each check runs alone then, and takes hardly more than its limit
            seconds = max(seconds, int(limits.wall_seconds * 2 + IN_TURN_SECONDS) * checks)
        seconds = min(seconds, MOST_SECONDS)
        return cls(limits, first_file, seconds, rehearsal, in_turn, author_options)
