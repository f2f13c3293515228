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


def test_the_report_says_which_check_and_how_often_it_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("worker.authoring.deciding.PAUSES_SECONDS", (0.0, 0.0, 0.0))
    folder = tmp_path / "gather"
    shutil.copytree(BUILT_IN / "gather", folder)
    (folder / "test_gather.py").write_text(UNDECIDABLE, "utf-8")

    with pytest.raises(CommandError, match="“Undecidable”: It is not known") as stopped:
        grade(f"{folder}", [folder / "reference.py"], as_json=True, language="en")

    answer = json.loads(capsys.readouterr().out)
    assert stopped.value.exit_code == COULD_NOT
    assert answer["state"] == "abandoned"
    tries = [(entry["claim"], entry["alone"]) for entry in answer["undecided"]]
    assert tries == [(1, False), (2, False), (3, True), (4, True)]
    assert [check["name"] for check in answer["undecided"][0]["checks"]] == ["undecidable"]
