"""The private names of pytest that the worker uses; those of the kit are in kit/checks/set_up.py.

pytest is pinned. On an upgrade: change the pin, run tests/worker/test_pytest_internals.py, which
does for real what is done here, and mend this module where it fails. Nothing else under `worker`
imports `_pytest`; a test holds that.
"""

import contextlib
import copy
from contextlib import AbstractContextManager

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter
from _pytest.assertion import pytest_runtest_protocol
from _pytest.skipping import evaluate_skip_marks, evaluate_xfail_marks

__all__ = [
    "ReprFileLocation",
    "TerminalRepr",
    "TerminalWriter",
    "copy_unused",
    "explained_comparisons",
    "is_left_out",
]


def explained_comparisons(item: pytest.Function) -> AbstractContextManager[object]:
    """Have failed `assert` statements in the block explain their operands, as pytest's runner does.

    The assertion plugin installs its hooks around each test's protocol, which does not run here.
    """
    return contextlib.contextmanager(pytest_runtest_protocol)(item)


def copy_unused(items: list[pytest.Function]) -> list[pytest.Function]:
    """Return the same tests with no fixture value yet, so that the originals stay unused."""
    copies = [copy.copy(item) for item in items]
    for item in copies:
        item._initrequest()
    return copies


def is_left_out(item: pytest.Function) -> bool:
    """Return whether a test is marked `skip`, `skipif` that holds, or `xfail` likewise."""
    return bool(evaluate_skip_marks(item) or evaluate_xfail_marks(item))
