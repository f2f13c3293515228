"""How sandboxes start and end, and that they leave nothing behind."""

import asyncio
import contextlib
import os
import re
import socket
from pathlib import Path

import pytest

from graders.limits import Limits
from tests.worker.processes import (
    children_of,
    descendants_of,
    ended,
    open_descriptors,
    parent_of,
)
from tests.worker.running import Check, end_of, program, run_program, send_program
from worker.sandboxes import SandboxError, Zygote
from worker.sandboxes.cgroups import Cgroups
from worker.sandboxes.runs import receive_with_pid

pytestmark = pytest.mark.asyncio(loop_scope="module")


def cgroup_folders() -> list[str]:
    """The runs' folders of this process; other workers make and remove theirs meanwhile."""
    ours = re.compile(rf"/semaforo\.\d+\.{os.getpid()}\..*/run\d+$")
    return [place for place, _, _ in os.walk("/sys/fs/cgroup") if ours.search(place)]


@pytest.mark.parametrize("name", ["fork_bomb", "escape"])
async def test_closing_ends_every_process_of_the_run(zygote: Zygote, name: str) -> None:
    sandbox = await zygote.open(Limits())
    send_program(sandbox, program(name))
    check = Check(sandbox)
    await check.printed(until=b"\n")
    pidfds = [os.pidfd_open(sandbox.starter_pid)]
    with contextlib.suppress(ProcessLookupError):  # the bomb's processes come and go
        pidfds += [os.pidfd_open(pid) for pid in descendants_of(sandbox.starter_pid)]

    await sandbox.close()

    assert len(pidfds) >= 2
    assert ended(pidfds, seconds=0)
    assert descendants_of(sandbox.starter_pid) == []
    check.close()
    for pidfd in pidfds:
        os.close(pidfd)


async def test_fifty_runs_leave_no_process_descriptor_mount_or_cgroup(zygote: Zygote) -> None:
    await run_program(zygote, "")

    def left() -> tuple[int, int, int, int]:
        return (
            len(descendants_of(os.getpid())),
            open_descriptors(),
            len(Path("/proc/self/mounts").read_text().splitlines()),
            len(cgroup_folders()),
        )

    before = left()
    for _ in range(50):
        ran = await run_program(zygote, "print('here')")
        assert ran.printed == "here\n"

    assert left() == before


async def test_an_open_sandbox_has_a_cgroup_where_there_are_any(zygote: Zygote) -> None:
    before = set(cgroup_folders())  # other tests' graders have sandboxes ready
    sandbox = await zygote.open(Limits())
    groups = Cgroups.make()
    if groups is None:
        await sandbox.close()
        pytest.skip("no memory cgroup to be had here")
    groups.remove()

    assert set(cgroup_folders()) > before
    await sandbox.close()
    assert set(cgroup_folders()) == before


async def test_many_sandboxes_open_at_once_are_independent(
    zygote: Zygote,
) -> None:
    mark = "import os; print(sorted(os.listdir('/w'))); open('/w/mark', 'w').close()"

    runs = await asyncio.gather(*(run_program(zygote, mark) for _ in range(20)))

    assert {ran.printed for ran in runs} == {"['p.py', 'shm', 'tmp']\n"}


async def test_checks_are_numbered_over_the_run_and_their_ends_reported(zygote: Zygote) -> None:
    sandbox = await zygote.open(Limits())
    send_program(sandbox, "import os; os.kill(os.getpid(), 9)")
    first = Check(sandbox)
    first_status = await end_of(sandbox, 0)
    second = Check(sandbox)
    second_status = await end_of(sandbox, 1)

    assert (first_status, second_status) == (9, 9)
    await sandbox.close()
    first.close()
    second.close()


async def test_closing_twice_returns_the_same(zygote: Zygote) -> None:
    sandbox = await zygote.open(Limits())

    assert await sandbox.close() == await sandbox.close()


async def test_closing_ends_a_run_although_another_process_holds_its_control_socket(
    zygote: Zygote,
) -> None:
    sandbox = await zygote.open(Limits())
    pidfd = os.pidfd_open(sandbox.starter_pid)
    held = sandbox.control.dup()

    await sandbox.close()

    assert ended([pidfd], seconds=0)
    held.close()
    os.close(pidfd)


async def test_closing_the_control_socket_ends_the_run(zygote: Zygote) -> None:
    sandbox = await zygote.open(Limits())
    send_program(sandbox, program("escape"))
    check = Check(sandbox)
    await check.printed(until=b"left\n")
    pidfd = os.pidfd_open(sandbox.starter_pid)

    sandbox.control.close()

    assert ended([pidfd], seconds=10)
    os.close(pidfd)
    check.close()
    await sandbox.close()


async def test_no_sandbox_opens_if_its_isolation_fails(zygote: Zygote) -> None:
    with pytest.raises(SandboxError, match="the isolation failed: OverflowError"):
        await zygote.open(Limits(file_kib=1 << 60))

    assert (await run_program(zygote, "print('next')")).printed == "next\n"


async def test_no_check_runs_if_its_isolation_fails(zygote: Zygote) -> None:
    ran = await run_program(zygote, "print('in half a jail')", Limits(space_kib=-1))

    assert (ran.printed, ran.exit_code) == ("", 112)


async def test_a_cancelled_open_leaves_no_run(zygote: Zygote) -> None:
    sandbox = await zygote.open(Limits())
    parent = parent_of(sandbox.starter_pid)
    await sandbox.close()

    for turns in range(8):
        opening = asyncio.create_task(zygote.open(Limits()))
        for _ in range(turns):
            await asyncio.sleep(0)
        opening.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await (await opening).close()
    pidfds = []
    for pid in children_of(parent):
        with contextlib.suppress(ProcessLookupError):
            pidfds.append(os.pidfd_open(pid))

    assert ended(pidfds, seconds=10)
    for pidfd in pidfds:
        os.close(pidfd)


async def test_a_run_over_its_memory_in_many_processes_is_killed(zygote: Zygote) -> None:
    groups = Cgroups.make()
    if groups is None:
        pytest.skip("no memory cgroup to be had here")
    groups.remove()

    ran = await run_program(zygote, program("use_memory_together"))

    # Twelve times 100 MiB of 256; a process killed while it allocates never reports.
    assert ran.usage.oom_kills >= 9
    assert (await run_program(zygote, "print('next')")).usage.oom_kills == 0


async def test_descriptors_sent_by_a_run_are_closed(zygote: Zygote) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    socket.send_fds(theirs, [b"B"], [theirs.fileno()] * 20)
    before = open_descriptors()

    word, pid = receive_with_pid(ours)

    assert (word, pid) == (b"B", None)
    assert open_descriptors() == before
    ours.close()
    theirs.close()
