"""Set-up and tear-down of checks that overlap, by pytest's own fixtures.

pytest keeps one SetupState per session and one cached value per function-scoped fixture, so that
checks that overlap would share a `solution`. Both are swapped in and out around the (synchronous)
set-up and tear-down of each check; only the calls interleave.

These are private names of pytest, which is pinned, and this is the only module of the kit that
uses any. On an upgrade: change the pin, run tests/worker/test_pytest_internals.py, which
runs overlapping checks with fixtures for real, and mend this module where it fails.
"""

from collections.abc import Callable
from typing import Any

import pytest
from _pytest.fixtures import FixtureDef
from _pytest.runner import SetupState

__all__ = ["OwnSetUp", "SetupState", "set_up_shared"]


def set_up_shared(item: pytest.Function) -> SetupState:
    """Set up the session, packages and the module, once for all their checks."""
    shared = SetupState()
    shared.setup(item.parent)  # type: ignore[arg-type]
    return shared


class OwnSetUp:
    """A check's own SetupState and own values of function-scoped fixtures."""

    def __init__(self, item: pytest.Function, shared: SetupState) -> None:
        self._item, self._session = item, item.session
        self._state = SetupState()
        self._state.stack = dict(shared.stack)
        fixtures = (f for fs in item._fixtureinfo.name2fixturedefs.values() for f in fs)
        self._fixtures = [f for f in fixtures if f.scope == "function"]
        self._fixture_values: dict[FixtureDef[Any], tuple[Any, Any]] = {}

    def set_up(self) -> None:
        """Set the check up."""
        self._within(lambda: self._state.setup(self._item))

    def arguments(self) -> dict[str, Any]:
        """Return the fixture values that the check's function takes, once it is set up."""
        return {name: self._item.funcargs[name] for name in self._item._fixtureinfo.argnames}

    def tear_down(self) -> None:
        """Tear down what is the check's own."""
        # What the checks share stays: the judge's process ends with it.
        self._within(lambda: self._state.teardown_exact(self._item.parent))  # type: ignore[arg-type]

    def _within(self, act: Callable[[], None]) -> None:
        theirs = self._session._setupstate
        self._session._setupstate = self._state
        for fixture in self._fixtures:
            _put(fixture, *self._fixture_values.get(fixture, (None, type(fixture._finalizers)())))
        try:
            act()
        finally:
            for fixture in self._fixtures:
                self._fixture_values[fixture] = fixture.cached_result, fixture._finalizers
                _put(fixture, None, type(fixture._finalizers)())
            self._session._setupstate = theirs


def _put(fixture: FixtureDef[Any], cached_result: Any, finalizers: Any) -> None:
    # Both are declared Final by pytest; `vars` gets round that.
    vars(fixture).update(cached_result=cached_result, _finalizers=finalizers)
