"""Cells: nothing of a check reaches another check of the same run."""

import os

import pytest

from graders.limits import Limits
from tests.worker.processes import children_of, descendants_of, ended
from tests.worker.running import Check, end_of, program, send_program
from worker.sandboxes import Zygote

pytestmark = pytest.mark.asyncio(loop_scope="module")
STAY = "\nsignal.pause()\n"
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


async def test_checks_cannot_reach_each_other_by_files_ports_names_or_signals(
    zygote: Zygote,
) -> None:
    sandbox = await zygote.open(Limits())
    send_program(sandbox, NEIGHBOUR)

    checks = [Check(sandbox), Check(sandbox)]
    said = [await check.printed(until=b"]\nalone []\n") for check in checks]

    assert said[0] == said[1]
    assert b"mark" not in said[1]
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
    said = [await check.printed(until=b"\n") for check in checks]

    assert said[0] == said[1] == b"19 Resource temporarily unavailable\n"
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
