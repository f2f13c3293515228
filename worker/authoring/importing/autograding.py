"""Points from GitHub Classroom's autograding.json: those of a command that names tests."""

import json
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from worker.authoring.importing.folder import Brought

_CHOSEN: Final = re.compile(r"-k\s+['\"]?(\w+)|::(\w+(?:::\w+)?)")


def read_autograding(brought: Brought, tests: Sequence[str]) -> dict[str, float]:
    """Return points by check name; those of a command are shared among the tests it names.

    A command that names no test shares its points among all tests that no other names.
    """
    found: dict[str, float] = {}
    for path in brought.named("autograding.json"):
        rest: list[float] = []
        for name, worth in _commands(brought.files[path]):
            chosen = [test for test in tests if name and _is_chosen(test, name)]
            found |= dict.fromkeys(map(check_name, chosen), round(worth / max(len(chosen), 1), 4))
            rest += [] if chosen else [worth]
        left = [test for test in tests if check_name(test) not in found]
        if rest and left:
            found |= dict.fromkeys(map(check_name, left), round(sum(rest) / len(left), 4))
        return found
    return found


def check_name(test: str) -> str:
    """Return a test's name as reports have it: `test_` taken off each part."""
    return ".".join(part.removeprefix("test_") for part in test.split("."))


def _commands(content: bytes) -> list[tuple[str, float]]:
    """Return the test that each command names, "" if it names none, and its points."""
    try:
        tests = json.loads(content)["tests"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return []
    return [(_named(one), float(one["points"])) for one in tests if _has_points(one)]


def _has_points(one: Any) -> bool:
    return (
        isinstance(one, dict)
        and isinstance(one.get("points"), int | float)
        and 0 <= one["points"] < 1_000_000
        and isinstance(one.get("run"), str)
    )


def _named(one: dict[str, Any]) -> str:
    chosen = _CHOSEN.search(one["run"])
    return (chosen[1] or chosen[2].replace("::", ".")) if chosen else ""


def _is_chosen(test: str, name: str) -> bool:
    return fnmatchcase(test, f"*{name}*")
