"""`semaforo grade` says what could not be decided, and why, when it gives up."""

import json
import shutil
from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN
from semaforo.grade import grade
from semaforo.terminal import COULD_NOT, CommandError

UNDECIDABLE = """
from graders.kit import Solution, points, title
from graders.kit.expect import undecided

@points(1)
@title(es="Indecidible", en="Undecidable")
async def test_undecidable(solution: Solution) -> None:
    raise undecided("No se sabe.", "It is not known.")
"""


# One check has a verdict as long as all run at once, another once they run in turn.
AT_TIMES = """
from graders.kit import Solution, points, title
from graders.kit.expect import undecided

async def in_turn(solution: Solution) -> bool:
    await solution.call("ejemplo_secuencial")
    return solution._channel._link.in_turn

@points(2)
@title(es="Al principio", en="At first")
async def test_at_first(solution: Solution) -> None:
    if await in_turn(solution):
        raise undecided("No se sabe.", "It is not known.")

@points(3)
@title(es="Al final", en="At last")
async def test_at_last(solution: Solution) -> None:
    if not await in_turn(solution):
        raise undecided("No se sabe.", "It is not known.")
"""


def own_exercise(tmp_path: Path, suite: str) -> Path:
    folder = tmp_path / "gather"
    shutil.copytree(BUILT_IN / "gather", folder)
    (folder / "test_gather.py").write_text(suite, "utf-8")
    return folder


def test_a_check_needs_its_verdict_in_one_try_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("worker.authoring.deciding.PAUSES_SECONDS", (0.0, 0.0, 0.0))
    folder = own_exercise(tmp_path, AT_TIMES)

    ended = grade(f"{folder}", [folder / "reference.py"], as_json=True, language="en")

    answer = json.loads(capsys.readouterr().out)
    assert (ended, answer["state"], answer["points"]) == (0, "finished", 5)
    named = [[check["name"] for check in entry["checks"]] for entry in answer["undecided"]]
    assert named == [["at_last"], ["at_last"]]


def test_what_is_decided_is_shown_beside_what_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("worker.authoring.deciding.PAUSES_SECONDS", (0.0, 0.0, 0.0))
    decided = AT_TIMES.partition("@points(3)")[0]
    folder = own_exercise(tmp_path, decided + UNDECIDABLE.partition("undecided\n\n")[2])

    with pytest.raises(CommandError, match="“Undecidable”: It is not known") as stopped:
        grade(f"{folder}", [folder / "reference.py"], language="en")

    shown = capsys.readouterr().out
    assert stopped.value.exit_code == COULD_NOT
    assert shown.startswith("gather   2/3 points; 1 undecided\n")
    assert "✓ At first" in shown
    assert "? Undecidable" in shown


def test_the_report_says_which_check_and_how_often_it_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("worker.authoring.deciding.PAUSES_SECONDS", (0.0, 0.0, 0.0))
    folder = own_exercise(tmp_path, UNDECIDABLE)

    with pytest.raises(CommandError, match="“Undecidable”: It is not known") as stopped:
        grade(f"{folder}", [folder / "reference.py"], as_json=True, language="en")

    answer = json.loads(capsys.readouterr().out)
    assert stopped.value.exit_code == COULD_NOT
    assert answer["state"] == "abandoned"
    tries = [(entry["claim"], entry["alone"]) for entry in answer["undecided"]]
    assert tries == [(1, False), (2, False), (3, True), (4, True)]
    assert [check["name"] for check in answer["undecided"][0]["checks"]] == ["undecidable"]
