"""Grades from the command: set by hand, printed, and written to files."""

from pathlib import Path

from tests.journeys.conftest import semaforo


async def test_a_grade_is_set_printed_written_and_taken_back(
    operator: dict[str, str], tmp_path: Path
):
    ada = ("user", "add", "ada@example.org", "--name", "Ada Byron")
    await semaforo(*ada, "--course", "c1", "--title", "C 1", env=operator)
    await semaforo("course", "assign", "c1", "gather", env=operator)
    change = ("course", "override", "c1", "gather", "ada@example.org")

    done = await semaforo(*change, "--points", "9,0", "--reason", "Claro.", env=operator)
    refused = await semaforo(*change, "--points", "9", env=operator)
    printed = await semaforo("course", "grades", "c1", env=operator)
    written = await semaforo(
        "course", "grades", "c1", "--csv", "-", "--xlsx", str(tmp_path / "g.xlsx"), env=operator
    )
    nowhere = await semaforo("course", "grades", "c1", "--csv", "/none/x", env=operator)
    undone = await semaforo(*change, "--remove", env=operator)
    after = await semaforo("course", "grades", "c1", "--moodle", "-", env=operator)

    assert (done[0], done[1]) == (0, "Done.\n")
    assert refused[0] == 1
    assert "reason" in refused[2]
    assert [line.split() for line in printed[1].splitlines()] == [
        ["grade", "name", "e-mail"],
        ["9", "Ada", "Byron", "ada@example.org"],
    ]
    assert "ada@example.org,,Ada Byron,,9,9" in written[1]
    assert (tmp_path / "g.xlsx").read_bytes().startswith(b"PK")
    assert nowhere[0] == 1
    assert "/none/x cannot be written" in nowhere[2]
    assert undone[0] == 0
    assert "ada@example.org,,0" in after[1]
