"""Parts of `semaforo up` that a journey passes too quickly to see."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from semaforo import facts, preflight, valkey
from semaforo.demo import Access
from semaforo.hangs import end_when_hanging, queue_answers
from semaforo.supervisor import LOG_BYTES, Child
from semaforo.terminal import Stop
from tests.journeys.conftest import environment
from worker.sandboxes.bubblewrap import find_bwrap


async def test_a_program_that_refuses_ends_all_with_its_own_last_words(tmp_path: Path):
    child = Child("worker", ["/bin/sh", "-c", "echo no namespaces >&2; exit 78"], tmp_path / "log")
    await child.start()

    with pytest.raises(Stop, match="no namespaces"):
        await child.keep_running(lambda *_: None)


async def test_a_program_that_dies_is_started_again_after_longer_and_longer_pauses(tmp_path: Path):
    told: list[tuple[str, int, float]] = []
    thrice = asyncio.Event()

    def on_restart(*told_now: object) -> None:
        told.append(told_now)
        if len(told) == 3:
            thrice.set()

    child = Child("api", ["/bin/sh", "-c", "exit 3"], tmp_path / "log")
    await child.start()
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(child.keep_running(on_restart))
        await thrice.wait()
        keeping.cancel()

    assert told == [("api", 3, 0.1), ("api", 3, 0.5), ("api", 3, 2.0)]


async def test_a_program_that_hangs_is_ended_and_started_again(tmp_path: Path):
    (tmp_path / "queue").mkdir()
    socket = tmp_path / "queue.sock"
    line = valkey.command(valkey.find_server(), socket, tmp_path)
    child = Child("queue", line, tmp_path / "log")
    told: list[str] = []
    restarted = asyncio.Event()

    answered = asyncio.Event()

    async def answers() -> bool:
        does = await queue_answers(f"unix://{socket}")
        (answered.set if does else answered.clear)()
        return does

    await child.start()
    first = child.pid
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        owned = [
            tasks.create_task(child.keep_running(lambda *_: restarted.set())),
            tasks.create_task(
                end_when_hanging(child, answers, told.append, every_seconds=0.02, silent_looks=1)
            ),
        ]
        await answered.wait()
        os.kill(first, signal.SIGSTOP)
        await restarted.wait()
        answered.clear()
        await answered.wait()
        for task in owned:
            task.cancel()
    second = child.pid
    await child.end(1)

    assert told == ["queue"]
    assert second not in (0, first)


async def test_what_a_dead_program_leaves_behind_is_ended_before_it_starts_again(tmp_path: Path):
    log = tmp_path / "log"
    child = Child("worker", ["/bin/sh", "-c", "sleep 60 & echo $!; exit 1"], log)
    told = asyncio.Event()
    await child.start()

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        keeping = tasks.create_task(child.keep_running(lambda *_: told.set()))
        await told.wait()
        keeping.cancel()

    left = int(log.read_text().split()[0])
    async with asyncio.timeout(10):
        while not is_over(left):  # noqa: ASYNC110 - the kernel ends it, we can only look
            await asyncio.sleep(0.01)


def is_over(pid: int) -> bool:
    """True too for a dead process that nobody has asked about yet."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return True


async def test_a_program_that_does_not_listen_is_ended_by_force(tmp_path: Path):
    deaf = "trap '' TERM; echo ready; exec sleep 60"
    log = tmp_path / "log"
    child = Child("api", ["/bin/sh", "-c", deaf], log)
    await child.start()
    async with asyncio.timeout(10):
        while not log.read_text():  # noqa: ASYNC110 - another process writes it
            await asyncio.sleep(0.01)

    async with asyncio.timeout(5):
        await child.end(0.1)

    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def test_a_long_log_is_put_aside(tmp_path: Path):
    log = tmp_path / "api.log"
    log.write_bytes(b"x" * (LOG_BYTES + 1))

    Child("api", ["/bin/true"], log)

    assert not log.exists()
    assert (tmp_path / "api.old.log").exists()


def test_a_deep_folder_gets_its_socket_elsewhere_and_to_itself(tmp_path: Path):
    deep = tmp_path / ("d" * 100)
    socket = valkey.socket_path(deep)
    try:
        assert len(os.fsencode(socket)) <= valkey.LONGEST_SOCKET_PATH
        assert socket == valkey.socket_path(deep) != valkey.socket_path(tmp_path / ("e" * 100))

        socket.parent.chmod(0o755)
        with pytest.raises(Stop, match="open to others"):
            valkey.socket_path(deep)
    finally:
        for folder in (socket.parent, valkey.socket_path(tmp_path / ("e" * 100)).parent):
            folder.rmdir()


def test_the_packages_bring_a_queue_server(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")

    assert os.access(valkey.find_server(), os.X_OK)


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")

    with pytest.raises(Stop, match="cannot be written"), preflight.folder_held(tmp_path / "file"):
        pass


def test_a_full_disk_is_one_sentence(tmp_path: Path):
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


def test_an_address_that_is_not_ours_is_one_sentence():
    with pytest.raises(Stop, match=r"Cannot listen on 192\.0\.2\.1"):
        preflight.listen("192.0.2.1", 0)


def test_the_facts_of_the_last_start_never_name_a_port_that_is_not_listened_on(
    tmp_path: Path,
):
    old, new = "http://127.0.0.1:8000", "http://127.0.0.1:8001"
    facts.write(tmp_path, old, {"student": Access("link", "sem_1")})

    facts.readdress(tmp_path, new)

    assert old not in (tmp_path / "up.json").read_text()
    assert facts.read(tmp_path)["student"] == {"sign_in": f"{new}/sign-in/link", "token": "sem_1"}
