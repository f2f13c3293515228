"""An exercise whose libraries are not installed is not given, and staff see why."""

from pathlib import Path

import pytest

from graders.catalogue.environments import Environments
from graders.catalogue.exercises import Catalogue
from server.actions import assignments
from server.errors import EnvironmentMissing
from server.pages.suites import SuiteState, suite_view
from tests.fixtures.wheels import exercise_with

LINE = f"tiny_answer==1.0 --hash=sha256:{'ab' * 32}"


def test_it_can_be_given_once_they_are_installed(tmp_path: Path) -> None:
    exercise = exercise_with(tmp_path / "needs", LINE)
    environments = Environments(tmp_path)
    catalogue = Catalogue([exercise], environments=environments)

    with pytest.raises(EnvironmentMissing, match=r"needs.*tiny_answer.*exercise install needs"):
        assignments.get_givable(catalogue, "needs")
    before = suite_view(catalogue, "needs", "en")
    assert exercise.lock
    (environments.store.home_of(exercise.lock) / "site").mkdir(parents=True)

    assert before.state is SuiteState.LACKING
    assert "(tiny_answer)" in before.words
    assert assignments.get_givable(catalogue, "needs") is exercise
    assert suite_view(catalogue, "needs", "en").state is SuiteState.UNCERTIFIED


def test_what_is_given_already_still_takes_submissions(tmp_path: Path) -> None:
    exercise = exercise_with(tmp_path / "needs", LINE)
    catalogue = Catalogue([exercise], environments=Environments(tmp_path))

    assert assignments.get_published(catalogue, "needs") is exercise
