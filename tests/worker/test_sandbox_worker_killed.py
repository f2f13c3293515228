"""All processes of a killed worker end; the next worker removes its cgroups."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.fixtures.sandbox import PROJECT, Person
from tests.worker.processes import descendants_of, ended
from worker.sandboxes.cgroups import Cgroups

WORKER = """
import asyncio, sys
from pathlib import Path
from graders.limits import Limits
from tests.worker.running import Check, program, send_program
from worker.sandboxes import open_zygote

async def main():
    async with open_zygote(Path(sys.argv[1])) as zygote:
        checks = []
        for name in ("spin", "escape"):
            sandbox = await zygote.open(Limits(cpu_seconds=60))
            send_program(sandbox, program(name))
            checks.append((sandbox, Check(sandbox)))
            await checks[-1][1].printed(until=b"\\n")
        print("open", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def killed_worker(as_this_user: Person) -> Iterator["subprocess.Popen[str]"]:
    process = as_this_user.start("-c", WORKER, str(as_this_user.runtime))
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.parametrize("stops_them", [False, True])
def test_all_processes_end_with_a_killed_worker(
    killed_worker: "subprocess.Popen[str]", stops_them: bool
) -> None:
    assert killed_worker.stdout is not None
    assert killed_worker.stdout.readline() == "open\n"
    pids = descendants_of(killed_worker.pid)
    pidfds = [os.pidfd_open(pid) for pid in pids]
    if stops_them:  # then none can notice that its socket is closed: the kernel must end them
        for pidfd in pidfds:
            signal.pidfd_send_signal(pidfd, signal.SIGSTOP)

    killed_worker.send_signal(signal.SIGKILL)
    all_ended = ended(pidfds, seconds=10)

    for pidfd in pidfds:
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        os.close(pidfd)
    assert len(pids) >= 7  # bubblewrap, two of the zygote, two starters, and theirs
    assert all_ended


def test_only_the_cgroups_of_a_killed_worker_are_removed() -> None:
    living = Cgroups.make()
    if living is None:
        pytest.skip("no memory cgroup to be had here")
    make = "from worker.sandboxes.cgroups import Cgroups; print(*Cgroups.make().hierarchies)"
    left = subprocess.run(
        [sys.executable, "-c", make], cwd=PROJECT, check=True, capture_output=True, timeout=60
    ).stdout.decode()
    folders = [Path(folder) for folder in left.split()]
    (folders[0] / "run7").mkdir()
    assert all(folder.is_dir() for folder in folders)

    another = Cgroups.make()

    assert not any(folder.exists() for folder in folders)
    assert all(folder.is_dir() for folder in living.hierarchies)
    living.remove()
    assert another is not None
    another.remove()
    assert not any(folder.exists() for folder in [*living.hierarchies, *another.hierarchies])
