"""The gallery of attacks: every one ends as it should, takes nothing with it and leaves nothing.

Each file of tests/worker/attacks is handed in to a real exercise, through the real grader, while an
honest submission is graded beside; on every backend, as whoever runs the tests (see .ci/run).
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.sandbox import Person
from tests.worker.attacks.run import ONLY_WITH_ISOLATION, attacks
from worker.sandboxes.bubblewrap import find_bwrap

# An imported suite asks by other frames; the walls around its program are the same.
OF_PLAIN_SUITE = ["forging", "clock"]
# Without isolation the only promise is that no verdict can be forged.
WITHOUT_ISOLATION = ["forging", "clock", "odd"]
ALL = {name: (source, verdicts) for name, source, verdicts in attacks([])}
SECONDS = 400  # a minute on an idle machine of two cores
Gallery = dict[str, Any]


@pytest.fixture(scope="module", params=["system", "wheel", "bare", "plain"])
def gallery(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    as_this_user: Person,
) -> tuple[list[str], Gallery]:
    """The groups that were graded, and the result of each attack; of "plain" a plain suite's."""
    backend, groups, quarry = request.param, [], "presa"
    if request.param == "wheel":
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", "/nowhere")
            bwrap = find_bwrap()
        assert bwrap is not None
        backend, groups = str(bwrap.path), ["escaping", "reading"]
    elif request.param == "bare":
        groups = WITHOUT_ISOLATION
    elif request.param == "plain":
        backend, groups, quarry = "system", OF_PLAIN_SUITE, "presa-plain"
    planted = tmp_path_factory.mktemp("planted") / "secret"
    planted.write_text("hunter2-in-a-file-of-the-worker")
    arguments = [
        "-m",
        "tests.worker.attacks.run",
        str(as_this_user.runtime),
        str(planted),
        backend,
        quarry,
        *groups,
    ]
    return groups, json.loads(as_this_user.run(*arguments, seconds=SECONDS))


@pytest.mark.parametrize("name", ALL)
def test_an_attack_gets_its_expected_verdict(gallery: tuple[list[str], Gallery], name: str) -> None:
    groups, found = gallery
    if name not in found:
        assert groups
        assert name.partition("/")[0] not in groups or name in ONLY_WITH_ISOLATION
        pytest.skip("not for this backend")
    source, verdicts = ALL[name]
    if "refused" in found[name]:
        assert "refused" in verdicts
        return
    works, guesses = found[name]["checks"]

    if groups == OF_PLAIN_SUITE:  # it may fail in another way, and never pass
        assert (works["verdict"] == "passed") <= ("passed" in verdicts)
        assert works["verdict"] != "inconclusive"
    else:
        assert works["verdict"] in verdicts, works["message"]["en"]
    assert guesses["verdict"] != "passed"
    assert [line for line in works["output"].splitlines() if line.startswith("GOT")] == []
    assert "GOT" not in guesses["output"]
    if b"\ntried()" in source:
        assert "tried" in works["output"].splitlines()


def test_no_secret_is_in_any_report(gallery: tuple[list[str], Gallery]) -> None:
    _, found = gallery

    for name in ALL.keys() & found.keys():
        assert "hunter2" not in json.dumps(found[name]), name


def test_an_honest_submission_beside_the_attacks_keeps_its_verdict(
    gallery: tuple[list[str], Gallery],
) -> None:
    _, found = gallery

    assert len(found["honest"]) >= 2
    assert {tuple(verdicts) for verdicts in found["honest"]} == {("passed", "failed")}


def test_the_attacks_leave_nothing_behind(gallery: tuple[list[str], Gallery]) -> None:
    _, found = gallery
    before, after = found["left"]

    assert after == before
    assert after["processes"] == 0


def test_every_attack_is_in_its_table_and_there_are_enough() -> None:
    folder = Path(__file__).parent / "attacks"
    there = {
        f"{file.parent.name}/{file.stem}"
        for file in folder.glob("*/*.py")
        if not file.parent.name.startswith("presa")
    }

    assert there == set(ALL)
    assert len(ALL) >= 80
    assert os.environ.get("A_SECRET") is None  # the one of the gallery's worker is its own
