"""Parts of `semaforo up` that a whole run does not exercise: restarts, logs, sockets, disks."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from semaforo import access_file, preflight, valkey
from semaforo.demo import Access as DemoAccess
from semaforo.first_start import Access
from semaforo.liveness import is_queue_responding, kill_when_unresponsive
from semaforo.supervisor import LOG_BYTES, SupervisedProgram
from semaforo.terminal import CommandError
from tests.journeys.conftest import environment
from worker.sandboxes.bubblewrap import find_bwrap


async def test_a_program_that_refuses_to_run_raises_its_last_log_lines(tmp_path: Path):
    program = SupervisedProgram(
        "worker", ["/bin/sh", "-c", "echo no namespaces >&2; exit 78"], tmp_path / "log"
    )
    await program.start()

    with pytest.raises(CommandError, match="no namespaces"):
        await program.keep_running(lambda *_: None)


async def test_a_program_that_exits_is_restarted_after_growing_pauses(tmp_path: Path):
    calls: list[tuple[str, int, float]] = []
    three_restarts = asyncio.Event()

    def on_restart(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 3:
            three_restarts.set()

    program = SupervisedProgram("api", ["/bin/sh", "-c", "exit 3"], tmp_path / "log")
    await program.start()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        supervising = tasks.create_task(program.keep_running(on_restart))
        await three_restarts.wait()
        supervising.cancel()

    assert calls == [("api", 3, 0.1), ("api", 3, 0.5), ("api", 3, 2.0)]


async def test_a_program_that_was_just_restarted_tells_why_it_died_before(tmp_path: Path):
    log = tmp_path / "log"
    log.write_text("of yesterday\n")
    command = ["/bin/sh", "-c", f"[ -e {tmp_path}/again ] && exec sleep 60; echo no module; exit 1"]
    program = SupervisedProgram("worker", command, log)
    restarted = asyncio.Event()
    await program.start()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        running = tasks.create_task(program.keep_running(lambda *_: restarted.set()))
        await restarted.wait()
        (tmp_path / "again").touch()
        first = program.pid
        while program.pid == first:  # noqa: ASYNC110 - started after a pause
            await asyncio.sleep(0.01)
        running.cancel()
    try:
        assert program.log_tail() == "no module"
    finally:
        await program.stop(1)


async def test_an_unresponsive_program_is_killed_and_restarted(tmp_path: Path):
    (tmp_path / "queue").mkdir()
    socket = tmp_path / "queue.sock"
    command = valkey.command(valkey.find_server(), socket, tmp_path)
    program = SupervisedProgram("queue", command, tmp_path / "log")
    calls: list[str] = []
    restarted = asyncio.Event()

    answered = asyncio.Event()

    async def probe() -> bool:
        responds = await is_queue_responding(f"unix://{socket}")
        (answered.set if responds else answered.clear)()
        return responds

    await program.start()
    first = program.pid
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        owned = [
            tasks.create_task(program.keep_running(lambda *_: restarted.set())),
            tasks.create_task(
                kill_when_unresponsive(
                    program, probe, calls.append, interval_seconds=0.02, failure_threshold=1
                )
            ),
        ]
        await answered.wait()
        os.kill(first, signal.SIGSTOP)
        await restarted.wait()
        answered.clear()
        await answered.wait()
        for task in owned:
            task.cancel()
    second = program.pid
    await program.stop(1)

    assert calls == ["queue"]
    assert second not in (0, first)


async def test_processes_left_behind_by_a_program_are_killed_before_its_restart(tmp_path: Path):
    log = tmp_path / "log"
    program = SupervisedProgram("worker", ["/bin/sh", "-c", "sleep 60 & echo $!; exit 1"], log)
    calls = asyncio.Event()
    await program.start()

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        supervising = tasks.create_task(program.keep_running(lambda *_: calls.set()))
        await calls.wait()
        supervising.cancel()

    left = int(log.read_text().split()[0])
    async with asyncio.timeout(10):
        while not has_exited(left):  # noqa: ASYNC110 - the kernel kills it
            await asyncio.sleep(0.01)
    assert has_exited(left)


def has_exited(pid: int) -> bool:
    """Return whether the process has exited; true for a zombie, too."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


async def test_a_program_that_ignores_sigterm_is_killed(tmp_path: Path):
    ignores_sigterm = "trap '' TERM; echo ready; exec sleep 60"
    log = tmp_path / "log"
    program = SupervisedProgram("api", ["/bin/sh", "-c", ignores_sigterm], log)
    await program.start()
    async with asyncio.timeout(10):
        while not log.read_text():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.01)

    async with asyncio.timeout(5):
        await program.stop(0.1)

    with pytest.raises(ProcessLookupError):
        os.kill(program.pid, 0)


def test_a_long_log_is_renamed(tmp_path: Path):
    log = tmp_path / "api.log"
    log.write_bytes(b"x" * (LOG_BYTES + 1))

    SupervisedProgram("api", ["/bin/true"], log)

    assert not log.exists()
    assert (tmp_path / "api.old.log").exists()


def test_a_long_path_gets_its_socket_in_a_private_temporary_folder(tmp_path: Path):
    deep = tmp_path / ("d" * 100)
    socket = valkey.socket_path(deep)
    try:
        assert len(os.fsencode(socket)) <= valkey.LONGEST_SOCKET_PATH
        assert socket == valkey.socket_path(deep) != valkey.socket_path(tmp_path / ("e" * 100))

        socket.parent.chmod(0o755)
        with pytest.raises(CommandError, match="Other users have access"):
            valkey.socket_path(deep)
    finally:
        for folder in (socket.parent, valkey.socket_path(tmp_path / ("e" * 100)).parent):
            folder.rmdir()


def test_the_installed_packages_include_a_queue_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")

    assert os.access(valkey.find_server(), os.X_OK)


def test_a_folder_without_write_permission_is_reported_in_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(CommandError, match="cannot be written"),
        preflight.lock_data_dir(tmp_path / "file"),
    ):
        pass


def test_a_full_disk_is_reported_in_one_sentence(tmp_path: Path):
    bwrap = find_bwrap()
    assert bwrap is not None
    up = [sys.executable, "-m", "semaforo", "up", "--port", "0", "--data-dir", str(tmp_path)]

    done = subprocess.run(
        [
            str(bwrap.path),
            "--dev-bind",
            "/",
            "/",
            "--size",
            "1000000",
            "--tmpfs",
            str(tmp_path),
            *up,
        ],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert "is full" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_address_of_another_machine_is_reported_in_one_sentence():
    with pytest.raises(CommandError, match=r"Cannot listen on 192\.0\.2\.1"):
        preflight.listen("192.0.2.1", 0)


def test_the_access_file_names_the_port_of_this_start(
    tmp_path: Path,
):
    old, new = "http://127.0.0.1:8000", "http://127.0.0.1:8001"
    access_file.write(tmp_path, old, Access({"student": DemoAccess("link", "sem_1")}, "first"))

    access_file.update_url(tmp_path, new)

    assert old not in (tmp_path / "up.json").read_text()
    assert access_file.read(tmp_path)["student"] == {
        "sign_in": f"{new}/sign-in/link",
        "token": "sem_1",
    }
    assert access_file.read(tmp_path)["setup"] == f"{new}/setup/first"
