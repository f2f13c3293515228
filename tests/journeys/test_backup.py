"""`semaforo backup` and `restore`, as an operator types them, beside everything running."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

from tests.journeys.conftest import ROOT, RunningStack, environment, semaforo


async def test_a_back_up_of_a_running_server_is_restored_elsewhere(
    running: RunningStack, tmp_path: Path
):
    file, elsewhere = tmp_path / "semaforo.backup", tmp_path / "elsewhere"
    folder = ("--data-dir", str(running.data_dir))

    code, out, errors = await semaforo("backup", str(file), *folder)
    again = await semaforo("backup", str(file), *folder)
    beside = await semaforo("restore", str(file), "--replace", *folder)
    restored = await semaforo("restore", str(file), "--data-dir", str(elsewhere))
    twice = await semaforo("restore", str(file), "--data-dir", str(elsewhere))
    address = "student@semaforo.localhost"
    opened = await semaforo("token", "list", address, "--data-dir", str(elsewhere))

    assert (code, out) == (0, "")
    assert "users" in errors
    assert mode_of(file) == 0o600
    assert (again[0], "already exists" in again[2]) == (1, True)
    assert (beside[0], "already running" in beside[2]) == (1, True)
    assert restored[0] == 0
    assert (twice[0], "--replace" in twice[2]) == (1, True)
    assert opened[0] == 0
    assert running.access["student"]["token"][-4:] in opened[1]
    assert mode_of(elsewhere / "semaforo.db") == 0o600


async def test_a_back_up_goes_through_pipes(tmp_path: Path):
    env = environment(SEMAFORO_DATA_DIR=str(tmp_path / "a"))
    await semaforo("user", "add", "ada@example.org", "--name", "Ada", env=env)

    command = f"{sys.executable} -m semaforo"
    process = await asyncio.create_subprocess_shell(
        f"{command} backup - | {command} restore - --data-dir {tmp_path}/b",
        stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=env, cwd=ROOT,
    )  # fmt: skip
    out, errors = await process.communicate()

    assert (process.returncode, out) == (0, b""), errors
    linked = await semaforo("user", "link", "ada@example.org", "--data-dir", str(tmp_path / "b"))
    assert linked[0] == 0


async def test_a_backup_that_does_not_fit_leaves_no_file(tmp_path: Path):
    env = environment(SEMAFORO_DATA_DIR=str(tmp_path / "a"), LC_ALL="es_ES.UTF-8")
    await semaforo("user", "add", "ada@example.org", "--name", "Ada", env=env)

    code, _, errors = await semaforo("backup", "/dev/full/x", env=env)
    missing = await semaforo("backup", str(tmp_path / "x"), "--data-dir", str(tmp_path / "none"))

    assert (code, "No se puede usar" in errors) == (1, True)
    assert (missing[0], "no database" in missing[2]) == (1, True)
    assert not (tmp_path / "none").exists()
    assert names_in(tmp_path) == ["a"]


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def mode_of(file: Path) -> int:
    return file.stat().st_mode & 0o777
