"""The private names of pytest that the worker uses; those of the kit are in kit/checks/set_up.py.

pytest is pinned. On an upgrade: change the pin, run tests/worker/test_pytest_internals.py, which
does for real what is done here, and mend this module where it fails. Nothing else under `worker`
imports `_pytest`; a test holds that.
"""

import contextlib
import copy
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import pytest
from _pytest._code.code import ReprFileLocation, TerminalRepr
from _pytest._io import TerminalWriter
from _pytest.assertion import pytest_runtest_protocol
from _pytest.assertion.rewrite import _rewrite_test
from _pytest.runner import runtestprotocol
from _pytest.skipping import evaluate_skip_marks, evaluate_xfail_marks

__all__ = [
    "KnownFixtures",
    "ReprFileLocation",
    "TerminalRepr",
    "TerminalWriter",
    "as_function",
    "collect_again",
    "compile_suite",
    "copy_unused",
    "explained_comparisons",
    "fixtures_of",
    "is_left_out",
    "put_conftest",
    "run_test",
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


def fixtures_of(item: pytest.Function) -> dict[str, Callable[..., Any]]:
    """Return the functions of all fixtures that a test takes, directly or by others, by name."""
    return {name: found[-1].func for name, found in item._fixtureinfo.name2fixturedefs.items()}


def as_function(item: pytest.Function, kind: type[pytest.Function]) -> pytest.Function:
    """Return the same test as one of this kind, whatever pytest-asyncio has made of it."""
    same: pytest.Function = kind.from_parent(
        item.parent,
        name=item.name,
        callspec=getattr(item, "callspec", None),
        callobj=item.obj,
        fixtureinfo=item._fixtureinfo,
        originalname=item.originalname,
    )
    same.own_markers = item.own_markers
    return same


class KnownFixtures:
    """The fixtures that a session knows when this is made, to return to them."""

    def __init__(self, session: pytest.Session) -> None:
        self._manager = session._fixturemanager
        self._session = session
        self._found = {
            name: {node: list(found) for node, found in by_node.items()}
            for name, by_node in self._manager._arg2node2fixturedefs.items()
        }
        self._automatic = {
            node: list(names) for node, names in self._manager._node_autousenames.items()
        }

    def restore(self) -> None:
        """Have the session know these fixtures and no others."""
        by_name, automatic = self._manager._arg2node2fixturedefs, self._manager._node_autousenames
        by_name.clear()
        for name, by_node in self._found.items():
            by_name[name] = {node: list(found) for node, found in by_node.items()}
        automatic.clear()
        automatic.update({node: list(names) for node, names in self._automatic.items()})


def put_conftest(session: pytest.Session, file: Path, conftest: ModuleType) -> None:
    """Have the session use a conftest.py that was loaded, in place of what it was before."""
    plugins = session.config.pluginmanager
    if plugins.has_plugin(str(file)):
        plugins.unregister(name=str(file))
    plugins.register(conftest, str(file))
    session._fixturemanager._flush_pending_conftests_to_session(session)


class FreshModule(pytest.Module):
    """A suite's module that is run again: its tests and fixtures are those of `run_again`."""

    run_again: ModuleType

    def _getobj(self) -> ModuleType:
        return self.run_again


def compile_suite(path: Path, config: pytest.Config) -> CodeType:
    """Return a suite's file compiled, its `assert` statements rewritten as pytest does."""
    return _rewrite_test(path, config)[1]


def collect_again(module: ModuleType, old: pytest.Module) -> list[pytest.Function]:
    """Collect a suite's file that has been run again, its fixtures included."""
    fresh = FreshModule.from_parent(old.parent, path=old.path)
    fresh.run_again = module
    return [one for one in old.session.genitems(fresh) if isinstance(one, pytest.Function)]


def run_test(item: pytest.Function) -> list[pytest.TestReport]:
    """Set up, call and tear down one test as pytest does; returns its reports."""
    try:
        with explained_comparisons(item):
            return runtestprotocol(item, log=False, nextitem=None)
    finally:
        _leave_nothing_set_up(item.session)


def _leave_nothing_set_up(session: pytest.Session) -> None:
    """Tear down what a test left: its program may have ended while it was reported or torn down.

    pytest would fail the next test for it, which is not at fault.
    """
    while session._setupstate.stack:
        # A finalizer that asks the program again raises its end again, each time for one node less.
        with contextlib.suppress(BaseException):
            session._setupstate.teardown_exact(None)
