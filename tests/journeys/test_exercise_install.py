"""`semaforo exercise install`, as an administrator types it."""

from pathlib import Path

from tests.fixtures.wheels import exercise_with, make_wheel
from tests.journeys.conftest import environment, semaforo


async def test_an_exercise_is_graded_once_its_libraries_are_installed(tmp_path: Path) -> None:
    line = make_wheel(tmp_path / "wheels", "tiny_answer", {"tiny_answer.py": "ANSWER = 42\n"})
    folder = exercise_with(tmp_path / "exercises" / "needs", line).folder
    env = environment(
        SEMAFORO_EXERCISES_DIRS=str(folder.parent), SEMAFORO_DATA_DIR=str(tmp_path / "data")
    )
    grade = ("grade", "needs", str(folder / "reference.py"), "--language", "en")
    install = ("exercise", "install", "--wheels", str(tmp_path / "wheels"), "--language", "en")

    refused = await semaforo(*grade, env=env)
    _, findings, _ = await semaforo("doctor", "--language", "en", env=env)
    installed = await semaforo(*install, "needs", env=env)
    again = await semaforo(*install, "--all", env=env)
    code, _, errors = await semaforo(*grade, env=env)

    assert refused[0] == 2
    assert "semaforo exercise install needs" in refused[2]
    assert "– environment" in findings
    assert installed[:2] == (0, "needs: installed: tiny_answer\n"), installed
    assert again[:2] == (0, "needs: installed already: tiny_answer\n"), again
    assert code == 0, errors


async def test_the_reason_is_given_for_what_cannot_be_installed(tmp_path: Path) -> None:
    folder = exercise_with(
        tmp_path / "exercises" / "needs", f"tiny_answer==1.0 --hash=sha256:{'ab' * 32}"
    ).folder
    (tmp_path / "wheels").mkdir()
    env = environment(SEMAFORO_DATA_DIR=str(tmp_path / "data"))
    install = ("exercise", "install", "--language", "en")

    absent = await semaforo(*install, str(folder), "--wheels", str(tmp_path / "wheels"), env=env)
    unnamed = await semaforo(*install, env=env)

    assert absent[0] == unnamed[0] == 2
    assert "The libraries of “needs” are not installed" in absent[2]
    assert "No matching distribution found for tiny_answer==1.0" in absent[2]
    assert "--all" in unnamed[2]
