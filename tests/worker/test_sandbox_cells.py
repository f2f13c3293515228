"""Cells: nothing of a check reaches another check of the same run."""

import os
from pathlib import Path

import pytest

from graders.limits import Limits
from tests.worker.processes import children_of, descendants_of, ended
from tests.worker.running import Check, end_of, program, send_program
from worker.sandboxes import Zygote

pytestmark = pytest.mark.asyncio(loop_scope="module")
STAY = "\nsignal.pause()\n"
UP = "import signal\nprint('up', flush=True)" + STAY
FORKS = program("forks").partition("os.kill(-1")[0] + STAY
NEIGHBOUR = """
import os, signal, socket
print(os.listdir("/w"), flush=True)
open("/w/mark", "w").close()
held = []
for family, address in ((socket.AF_INET, ("127.0.0.1", 7777)), (socket.AF_UNIX, "\\0name")):
    held.append(socket.socket(family))
    held[-1].bind(address)
seen = []
for pid in range(3, 2000):
    try:
        os.kill(pid, 0)
        seen.append(pid)
    except ProcessLookupError:
        pass
print("alone", seen, flush=True)
signal.pause()
"""


RUN_NAMESPACES = ("user", "mnt", "pid", "ipc", "uts", "cgroup")
CHECK_NAMESPACES = ("user", "mnt", "pid", "net")


def namespaces_of(pid: int, kinds: tuple[str, ...]) -> dict[str, str]:
    return {kind: str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in kinds}


def proc(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/{name}").read_text()


async def test_each_run_and_each_check_has_its_own_namespaces(zygote: Zygote) -> None:
    runs = [await zygote.open(Limits()), await zygote.open(Limits())]
    checks = []
    for run in runs:
        send_program(run, UP)
        checks += [Check(run), Check(run)]
    for check in checks:
        await check.printed(until=b"up")

    starters = [namespaces_of(run.starter_pid, RUN_NAMESPACES) for run in runs]
    # Of each cell the check, which comes after the idle pid 1.
    pids = [pid for run in runs for pid in sorted(children_of(run.starter_pid))[1::2]]
    cells = [namespaces_of(pid, CHECK_NAMESPACES) for pid in pids]
    for kind in RUN_NAMESPACES:
        assert starters[0][kind] != starters[1][kind], kind
    for kind in CHECK_NAMESPACES:
        owners = [cell[kind] for cell in cells] + [s[kind] for s in starters if kind in s]
        assert len(set(owners)) == len(owners), kind
    for run in runs:
        await run.close()
    for check in checks:
        check.close()


async def test_a_cell_mounts_no_suid_no_device_and_no_program(zygote: Zygote) -> None:
    sandbox = await zygote.open(Limits())
    send_program(sandbox, UP)
    check = Check(sandbox)
    await check.printed(until=b"up")
    process = max(children_of(sandbox.starter_pid))

    mounts = {}
    for line in proc(process, "mountinfo").splitlines():
        mounts[line.split()[4]] = (set(line.split()[5].split(",")), line.rpartition(" ")[2])
    options, of_tmpfs = mounts["/w"]
    assert {"nosuid", "nodev", "noexec"} <= options
    assert "mode=700" in of_tmpfs
    assert f"size={Limits().space_kib}k" in of_tmpfs
    assert {"ro", "nosuid", "nodev", "noexec"} <= mounts["/proc"][0]
    assert [place for place, (found, _) in mounts.items() if "ro" not in found] == [
        *(f"/dev/{name}" for name in ("null", "zero", "random", "urandom")),
        "/w",
    ]
    assert proc(process, "setgroups") == "deny\n"
    assert proc(process, "uid_map").split()[2] == "1"
    await sandbox.close()
    check.close()


async def test_checks_cannot_reach_each_other_by_files_ports_names_or_signals(
    zygote: Zygote,
) -> None:
    sandbox = await zygote.open(Limits())
    send_program(sandbox, NEIGHBOUR)

    checks = [Check(sandbox), Check(sandbox)]
    printed = [await check.printed(until=b"]\nalone []\n") for check in checks]

    assert printed[0] == printed[1]
    assert b"mark" not in printed[1]
    await sandbox.close()
    for check in checks:
        check.close()


async def test_every_check_gets_different_random_numbers(zygote: Zygote) -> None:
    drawn = []
    for _ in range(2):
        sandbox = await zygote.open(Limits())
        send_program(sandbox, f"import random, signal\nprint(random.random(), flush=True){STAY}")
        checks = [Check(sandbox), Check(sandbox)]
        drawn += [await check.printed(until=b"\n") for check in checks]
        await sandbox.close()
        for check in checks:
            check.close()

    assert len(set(drawn)) == 4


async def test_processes_are_counted_per_check(zygote: Zygote) -> None:
    sandbox = await zygote.open(Limits(processes=20))
    send_program(sandbox, FORKS)

    checks = [Check(sandbox), Check(sandbox)]
    printed = [await check.printed(until=b"\n") for check in checks]

    assert printed[0] == printed[1] == b"19 Resource temporarily unavailable\n"
    await sandbox.close()
    for check in checks:
        check.close()


async def test_closing_a_connection_ends_that_check_and_no_other(
    zygote: Zygote,
) -> None:
    sandbox = await zygote.open(Limits())
    send_program(sandbox, program("escape") + "\nimport signal\nsignal.pause()\n")
    doomed = Check(sandbox)
    await doomed.printed(until=b"left\n")
    theirs = [*children_of(sandbox.starter_pid), *descendants_of(sandbox.starter_pid)]
    pidfds = [os.pidfd_open(pid) for pid in set(theirs)]
    other = Check(sandbox)
    await other.printed(until=b"left\n")

    doomed.close()

    assert await end_of(sandbox, 0) == 9
    assert len(pidfds) == 3  # the idle pid 1, the check, and its daemon
    assert ended(pidfds, seconds=0)  # the report came after the end
    assert len(children_of(sandbox.starter_pid)) == 2
    await sandbox.close()
    other.close()
    for pidfd in pidfds:
        os.close(pidfd)


async def test_a_daemon_that_holds_the_connection_ends_with_its_check(zygote: Zygote) -> None:
    sandbox = await zygote.open(Limits())
    daemon = "import os, time\nif os.fork() == 0:\n    time.sleep(900)\nos._exit(7)\n"
    send_program(sandbox, daemon)
    check = Check(sandbox)

    assert os.waitstatus_to_exitcode(await end_of(sandbox, 0) or 0) == 7
    assert await check.printed() == b""  # up to the end of file: no process holds the other end
    assert children_of(sandbox.starter_pid) == []
    await sandbox.close()
    check.close()
