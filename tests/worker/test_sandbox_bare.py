"""The mode without isolation, for a host without user namespaces: what it still guarantees."""

import os
import subprocess

import pytest

from graders.limits import Limits
from tests.fixtures.sandbox import RUNTIME, Person
from tests.worker.processes import descendants_of, ended
from tests.worker.running import Check, program, run_program, send_program
from worker.sandboxes import open_zygote
from worker.sandboxes.bare import BareZygote, FallbackZygote
from worker.sandboxes.bubblewrap import SANDBOX_UID
from worker.sandboxes.forking import ForkingZygote
from worker.sandboxes.runs import wait_readable

WITHOUT_ISOLATION = """
import asyncio, sys
from pathlib import Path
from tests.worker.running import run_program
from worker.sandboxes.bare import BareZygote

async def main():
    async with BareZygote(Path(sys.argv[1])) as zygote:
        said = "import os, anyio; print(os.getuid(), sorted(os.environ), sorted(os.listdir()))"
        print((await run_program(zygote, said)).printed)
        print((await run_program(zygote, "import os; os.execv('/bin/true', ['true'])")).signal)

asyncio.run(main())
"""


# Two processes whose starter has been killed.
ORPHAN = """
import os, signal, time

starter = os.getppid()
child = os.fork()
if child == 0:
    time.sleep(60)
os.kill(starter, signal.SIGKILL)
while os.getppid() == starter:
    time.sleep(0.001)
print(os.getpid(), child, flush=True)
time.sleep(60)
"""


async def test_the_insecure_setting_changes_nothing_where_isolation_works() -> None:
    async with open_zygote(RUNTIME, insecure=True) as zygote:
        ran = await run_program(zygote, "import os; print(os.getpid(), os.getcwd())")

    assert ran.printed == "2 /w\n"


async def test_without_isolation_a_program_runs_and_the_log_warns(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def no_isolation(control: int, errors: int) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(["/bin/false"], stderr=errors)

    async with FallbackZygote(ForkingZygote(no_isolation), BareZygote(RUNTIME)) as zygote:
        ran = await run_program(zygote, "print('here')")

    assert ran.printed == "here\n"
    assert "WITHOUT a sandbox" in caplog.text


async def test_a_program_has_limits_a_filter_and_no_capabilities() -> None:
    async with BareZygote(RUNTIME) as zygote:
        ids = await run_program(zygote, "import os; print(os.getuid(), os.getgroups())")
        calls = await run_program(zygote, "import os; os.execv('/bin/true', ['true'])")
        spun = await run_program(zygote, program("spin"), Limits(cpu_seconds=1))

    assert ids.printed.split()[0] != "0"
    assert ids.printed.endswith("[]\n") or os.geteuid() != 0
    assert calls.exit_code == 0  # PermissionError in the module: told to the agent, not a crash
    assert spun.signal == 9


def test_a_program_is_not_root_and_sees_only_its_own_folder(as_this_user: Person) -> None:
    printed = as_this_user.run("-c", WITHOUT_ISOLATION, str(as_this_user.runtime))

    uid, _, rest = printed.partition(" ")
    assert int(uid) == (os.geteuid() or SANDBOX_UID)
    assert rest == "['HOME', 'LANG', 'PATH', 'TMPDIR'] ['p.py', 'shm', 'tmp']\n\nNone\n"


@pytest.mark.parametrize("closing", ["close", "hang up", "hang up with words unread"])
async def test_the_processes_of_a_run_end_with_it(closing: str) -> None:
    async with BareZygote(RUNTIME) as zygote:
        sandbox = await zygote.open(Limits())
        send_program(sandbox, program("escape"))
        check = Check(sandbox)
        await check.printed(until=b"left\n")
        pidfds = [os.pidfd_open(p) for p in descendants_of(sandbox.starter_pid)]

        if closing == "close":
            await sandbox.close()
        if closing == "hang up with words unread":  # which the kernel tells the starter otherwise
            check.close()
            await wait_readable(sandbox.control.fileno())
        sandbox.control.close()

        assert len(pidfds) == 2
        assert ended(pidfds, seconds=10)
        await sandbox.close()
    if closing != "hang up with words unread":
        check.close()
    for pidfd in pidfds:
        os.close(pidfd)


@pytest.mark.parametrize("tells", ["cgroup", "zygote"])
async def test_a_program_that_kills_its_starter_still_ends(tells: str) -> None:
    async with BareZygote(RUNTIME) as zygote:
        sandbox = await zygote.open(Limits())
        group = sandbox.group
        if tells == "zygote":
            sandbox.group = None
        elif group is None:
            await sandbox.close()
            pytest.skip("this host gives us no cgroups")
        send_program(sandbox, ORPHAN)
        check = Check(sandbox)
        words = await check.printed(until=b"\n")
        pidfds = [os.pidfd_open(int(pid)) for pid in words.split()]
        await sandbox.close()
        if tells == "cgroup":
            assert ended(pidfds, seconds=0)
    assert ended(pidfds, seconds=0)
    check.close()
    for pidfd in pidfds:
        os.close(pidfd)
    if group is not None:
        group.remove()


async def test_the_files_of_a_program_are_removed() -> None:
    async with BareZygote(RUNTIME) as zygote:
        ran = await run_program(zygote, "import os; open('x', 'w').close(); print(os.getcwd())")
        folder = ran.printed.strip()
        home = folder.partition("/runs/")[0]
        left = os.path.exists(folder), os.path.exists(home)  # noqa: ASYNC240, PTH110

    assert left == (False, True)
    assert not os.path.exists(home)  # noqa: ASYNC240, PTH110
