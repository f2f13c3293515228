"""`semaforo grade`, as a student or a CI job types it."""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE
from contextlib import suppress
from pathlib import Path

import pytest

from semaforo.terminal import describe_os_error
from tests.fixtures.queue import until
from tests.journeys.conftest import ROOT, START_SECONDS, environment, semaforo
from tests.worker.processes import descendants_of

GATHER = ROOT / "graders" / "exercises" / "gather"
REFERENCE = str(GATHER / "reference.py")


async def test_a_right_file_exits_with_0():
    code, out, _ = await semaforo("grade", "gather", REFERENCE, "--language", "en")

    assert code == 0
    assert "10/10 points" in out
    assert "\x1b" not in out


async def test_a_wrong_file_exits_with_1_and_prints_the_report(tmp_path: Path):
    code, out, _ = await semaforo("grade", "gather", str(GATHER / "starter.py"), "--json")

    report = json.loads(out)
    assert code == 1
    assert report["exercise"] == "gather"
    assert report["state"] == "finished"
    assert report["points"] < report["max_points"]
    assert {len(report[name]) for name in ("suite_hash", "runtime_hash", "kit_hash")} == {64}
    fields = {"name", "verdict", "points", "max_points", "wall_seconds", "message", "evidence"}
    assert all(fields <= set(check) for check in report["checks"])


async def test_an_exercise_can_be_named_by_the_path_of_its_folder(tmp_path: Path):
    elsewhere = tmp_path / "juntas"
    shutil.copytree(GATHER, elsewhere, ignore=shutil.ignore_patterns("samples", "__pycache__"))
    (elsewhere / "test_gather.py").rename(elsewhere / "test_juntas.py")

    code, out, errors = await semaforo("grade", str(elsewhere), REFERENCE, "--json", cwd=tmp_path)

    assert code == 0, errors
    assert json.loads(out)["exercise"] == "juntas"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing", REFERENCE), "There is no exercise"),
        (("gather", "missing.py"), "cannot be read"),
        (("gather", str(GATHER)), "cannot be read"),
        (("./tests", REFERENCE), "test file"),
    ],
)
async def test_an_impossible_grading_exits_with_2_and_one_sentence(
    arguments: tuple[str, ...], words: str
):
    code, out, errors = await semaforo("grade", *arguments)

    assert (code, out) == (2, "")
    assert words in errors
    assert errors.count("\n") == 1


async def test_a_refused_file_exits_with_2_in_the_language_of_the_terminal(tmp_path: Path):
    empty = tmp_path / "empty.py"
    empty.write_bytes(b"\n")

    code, _, errors = await semaforo("grade", "gather", str(empty), env=environment(LC_ALL="es_ES"))

    assert code == 2
    assert "empty.py no contiene nada" in errors or "solution.py no contiene nada" in errors


async def test_a_host_without_a_sandbox_exits_with_2_and_a_reason(tmp_path: Path):
    broken = tmp_path / "bwrap"
    broken.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"
    )
    broken.chmod(0o755)
    nothing_but = environment(PATH=f"{tmp_path}:/usr/bin:/bin")

    code, out, errors = await semaforo("grade", "gather", REFERENCE, env=nothing_but)

    assert (code, out) == (2, "")
    assert "semaforo doctor" in errors


async def test_a_suite_process_killed_at_its_start_is_restarted(tmp_path: Path):
    # Where it loads a suite it can make no file, so it takes a byte that says "not yet killed".
    folder, byte = own_gather(tmp_path), tmp_path / "byte"
    os.mkfifo(byte)
    suite = folder / "test_gather.py"
    once = f"import os\nbyte = os.open({str(byte)!r}, os.O_RDWR | os.O_NONBLOCK)\n"
    once += "try:\n    if os.read(byte, 1):\n        os.kill(os.getpid(), 9)\n"
    once += "except BlockingIOError:\n    pass\n"
    suite.write_text(once + suite.read_text())
    left = os.open(byte, os.O_RDWR | os.O_NONBLOCK)
    os.write(left, b"1")

    code, out, errors = await semaforo("grade", str(folder), REFERENCE, "--language", "en")

    with pytest.raises(BlockingIOError):
        os.read(left, 1)
    os.close(left)
    assert code == 0, errors
    assert "10/10 points" in out


async def test_a_broken_suite_exits_with_2_at_once(tmp_path: Path):
    folder = own_gather(tmp_path)
    (folder / "test_gather.py").write_text("raise RuntimeError('the author erred')\n")

    code, out, errors = await semaforo("grade", str(folder), REFERENCE, "--language", "en")

    assert (code, out) == (2, "")
    assert "The suite does not run" in errors
    assert "the author erred" in errors


def own_gather(tmp_path: Path) -> Path:
    folder = tmp_path / "gather"
    shutil.copytree(GATHER, folder, ignore=shutil.ignore_patterns("samples", "__pycache__"))
    return folder


async def test_grade_all_prints_a_table_of_students_by_exercises(tmp_path: Path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "lin" / "gather").mkdir(parents=True)
    shutil.copy(REFERENCE, tmp_path / "ada" / "gather.py")
    wrong = GATHER / "samples" / "wrong_sequential.py"
    shutil.copy(wrong, tmp_path / "lin" / "gather" / "solution.py")

    table = await semaforo("grade", "--all", str(tmp_path), "--language", "es")
    (tmp_path / "lin" / "notes.txt").write_text("no exercise", "utf-8")
    (tmp_path / "ada" / "gather.txt").write_text("my notes on gather", "utf-8")
    again = await semaforo("grade", "--all", str(tmp_path), "--language", "es")
    code, out, errors = await semaforo("grade", "--all", str(tmp_path), "--json")

    assert table[0] == 1
    assert [line.split() for line in table[1].splitlines() if line.strip()] == [
        ["estudiante", "gather", "puntos"],
        ["ada", "10/10", "10"],
        ["lin", "7/10", "7"],
    ]
    assert code == 2
    assert "lin/notes.txt: there is no exercise with this name" in errors
    graded = {(entry["student"], entry["name"]): entry["report"] for entry in json.loads(out)}
    assert graded["ada", "gather.py"]["points"] == 10
    assert graded["lin", "gather"]["points"] == 7
    assert graded["lin", "notes.txt"] is None
    assert again[1] == table[1]
    assert "ada/gather.txt: solo se califican los archivos que acaban en .py" in again[2]


async def test_grade_all_reports_problems_in_the_chosen_language(tmp_path: Path):
    broken = tmp_path / "exercises" / "broken"
    shutil.copytree(GATHER, broken, ignore=shutil.ignore_patterns("samples", "__pycache__"))
    (broken / "test_gather.py").unlink()
    (broken / "test_broken.py").write_text("raise RuntimeError('the author erred')\n")
    (tmp_path / "all" / "ada").mkdir(parents=True)
    shutil.copy(REFERENCE, tmp_path / "all" / "ada" / "broken.py")

    code, _, errors = await semaforo(
        "grade", "--all", str(tmp_path / "all"), "--language", "es",
        env=environment(SEMAFORO_EXERCISES_DIRS=str(broken.parent)),
    )  # fmt: skip

    assert code == 2
    assert errors.startswith("ada/broken.py: La suite no funciona")
    assert "the author erred" in errors
    assert "SuiteError" not in errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [((), "Name the exercise"), (("--all", "/nowhere"), "cannot be read")],
)
async def test_a_missing_folder_is_reported(arguments: tuple[str, ...], words: str):
    code, out, errors = await semaforo("grade", *arguments, "--language", "en")

    assert (code, out) == (2, "")
    assert words in errors


HELPERS = {
    "suite": b"worker.grading.suite_server",
    "zygote": b"from inside import zygote",
}
SLOW = "import time\nasync def ejemplo_secuencial(f): time.sleep(4)\n"


@pytest.mark.parametrize("role", HELPERS)
async def test_a_run_survives_the_death_of_a_helper_process(tmp_path: Path, role: str):
    slow = tmp_path / "solution.py"
    slow.write_text(SLOW)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "semaforo", "grade", "gather", str(slow), "--json",
        stdout=PIPE, stderr=PIPE, env=environment(), cwd=ROOT,
    )  # fmt: skip
    try:
        async with asyncio.timeout(START_SECONDS):
            await until(lambda: judged_by(process.pid))
            for pid in helpers_of(process.pid, HELPERS[role])[:1]:
                os.kill(pid, signal.SIGKILL)
            out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()

    assert process.returncode == 1, errors.decode()
    assert json.loads(out)["state"] == "finished"


async def judged_by(pid: int) -> bool:
    """Whether a suite process of this command has forked a judge."""
    return len(helpers_of(pid, HELPERS["suite"])) > 1


def helpers_of(pid: int, words: bytes) -> list[int]:
    found = []
    for helper in descendants_of(pid):
        with suppress(OSError):
            if words in Path(f"/proc/{helper}/cmdline").read_bytes():
                found.append(helper)
    return found


@pytest.mark.parametrize("name", ["missing", "directory", "file/below", "n" * 300, "loop"])
def test_the_reason_why_a_file_cannot_be_read_is_in_each_language(name: str, tmp_path: Path):
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")

    with pytest.raises(OSError) as raised:  # noqa: PT011 - its kind is what is described
        (tmp_path / name).read_bytes()

    reason = describe_os_error(raised.value)
    assert raised.value.strerror not in (reason.es, reason.en)
    assert reason.es != reason.en
