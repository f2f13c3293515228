"""`plain_checks` as a suite for check50, which lays `plain_checks.py` beside this file."""

import asyncio
import importlib.util
from pathlib import Path
from typing import Any

import check50  # type: ignore[import-not-found]
import check50.py  # type: ignore[import-not-found]

_spec = importlib.util.spec_from_file_location(
    "plain_checks", Path(__file__).with_name("plain_checks.py")
)
assert _spec is not None
assert _spec.loader is not None
_checks = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_checks)


def _judge(check: Any) -> None:
    asyncio.run(check(check50.py.import_("solution.py")))


@check50.check()
def sequential() -> None:
    """One after another."""
    _judge(_checks.sequential)


@check50.check()
def all_at_once() -> None:
    """All at once."""
    _judge(_checks.all_at_once)


@check50.check()
def order() -> None:
    """In the order asked for."""
    _judge(_checks.order)


@check50.check()
def error() -> None:
    """An error comes through."""
    _judge(_checks.error)


@check50.check()
def loop_is_free() -> None:
    """The loop goes on meanwhile."""
    _judge(_checks.loop_is_free)


@check50.check()
def nothing_left() -> None:
    """No task is left."""
    _judge(_checks.nothing_left)
