"""The contract with pytest: its private names do what the kit and the worker use them for."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from graders.kit.checks.set_up import OwnSetUp, set_up_shared
from worker.grading.pytest_internals import copy_unused, explained_comparisons

ROOT = Path(__file__).parents[2]
SUITE = """
import pytest
ended = []

@pytest.fixture
def own():
    value = object()
    yield value
    ended.append(value)

def test_first(own): ...
def test_second(own): ...
def test_compares(): assert [1, 2] == [1, 3]
"""
Use = Callable[[list[pytest.Function]], None]


class _Plugin:
    def __init__(self, use: Use) -> None:
        self._use = use
        self.error: BaseException | None = None
        self.was_used = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        try:
            self._use([item for item in session.items if isinstance(item, pytest.Function)])
            self.was_used = True
        except BaseException as error:  # noqa: BLE001 - raised again outside of pytest
            self.error = error
        return True


def with_collected(tmp_path: Path, use: Use) -> None:
    """Have pytest collect SUITE as a suite process does, and call `use` with its tests."""
    suite = tmp_path / "test_suite.py"
    suite.write_text(SUITE, "utf-8")
    plugin = _Plugin(use)
    options = ["-p", "no:asyncio", "-p", "no:cacheprovider", "-p", "no:terminal", "--noconftest"]
    # It has been loaded in this process before.
    options += ["-p", "no:hypothesispytest"]
    pytest.main(
        [*options, "-c", os.devnull, "-s", "--import-mode=importlib", str(suite)], plugins=[plugin]
    )
    if plugin.error:
        raise plugin.error
    assert plugin.was_used


def test_checks_that_overlap_have_their_own_fixtures(tmp_path: Path) -> None:
    def use(items: list[pytest.Function]) -> None:
        shared = set_up_shared(items[0])
        first, second = OwnSetUp(items[0], shared), OwnSetUp(items[1], shared)
        ended = items[0].module.ended
        first.set_up()
        second.set_up()
        one, other = first.arguments()["own"], second.arguments()["own"]
        assert one is not other
        first.tear_down()
        assert ended == [one]
        second.tear_down()
        assert ended == [one, other]

    with_collected(tmp_path, use)


def test_a_failed_comparison_is_explained_inside_the_block_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The test around this one has its own explanations.
    monkeypatch.setattr("_pytest.assertion.util._reprcompare", None)

    def message_of(item: pytest.Function) -> str:
        with pytest.raises(AssertionError) as caught:
            item.obj()
        return str(caught.value)

    def use(items: list[pytest.Function]) -> None:
        outside = message_of(items[2])
        with explained_comparisons(items[2]):
            inside = message_of(items[2])
        assert "At index 1 diff: 2 != 3" in inside
        assert "At index 1" not in outside

    with_collected(tmp_path, use)


def test_running_copies_leaves_the_originals_unused(tmp_path: Path) -> None:
    def use(items: list[pytest.Function]) -> None:
        shared = set_up_shared(items[0])
        copied = OwnSetUp(copy_unused(items)[0], shared)
        copied.set_up()
        value = copied.arguments()["own"]
        copied.tear_down()
        assert "own" not in items[0].funcargs
        again = OwnSetUp(items[0], shared)
        again.set_up()
        assert again.arguments()["own"] is not value
        again.tear_down()

    with_collected(tmp_path, use)


def test_private_names_of_pytest_are_used_in_two_modules_only() -> None:
    private = re.compile(r"\b(?:from|import) _pytest\b|\._(initrequest|fixtureinfo|setupstate)\b")
    # What is in the sandbox prepares students' own pytest, and is no part of this contract.
    folders = ["graders/kit", "worker/queue", "worker/grading", "worker/authoring", "worker/host"]
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]

    users = {
        file.relative_to(ROOT).as_posix() for file in files if private.search(file.read_text())
    }

    assert users == {"graders/kit/checks/set_up.py", "worker/grading/pytest_internals.py"}
