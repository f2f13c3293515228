"""How the zygote starts, dies, hangs and is replaced."""

import asyncio
import contextlib
import os
import signal
import socket
import time
from functools import partial

import pytest

from graders.limits import Limits
from tests.fixtures.sandbox import RUNTIME, Person
from tests.worker.processes import (
    children_of,
    ended,
    open_descriptors,
    parent_of,
)
from tests.worker.running import Check, end_of, program, run_program, send_program
from worker.sandboxes import SandboxError, open_zygote
from worker.sandboxes.bubblewrap import start_zygote
from worker.sandboxes.forking import ForkingZygote
from worker.sandboxes.runs import Run

NARROW = """
import asyncio, os, resource, sys
from pathlib import Path
from tests.worker.running import run_program
from worker.sandboxes import open_zygote

async def main():
    async with open_zygote(Path(sys.argv[1])) as zygote:
        said = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE))"
        print((await run_program(zygote, said)).printed)

os.umask(0o077)
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
asyncio.run(main())
"""
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_next_call_restarts_a_zygote_that_died() -> None:
    async with open_zygote(RUNTIME) as zygote:
        sandbox = await zygote.open(Limits())
        os.kill(parent_of(sandbox.starter_pid), signal.SIGKILL)
        assert await end_of(sandbox, 0) is None
        await sandbox.close()

        with contextlib.suppress(SandboxError):
            await (await zygote.open(Limits())).close()
        ran = await run_program(zygote, "print('again')")

    assert ran.printed == "again\n"


async def test_a_zygote_that_hangs_is_replaced() -> None:
    zygote = ForkingZygote(partial(start_zygote, RUNTIME), open_seconds=0.5)
    async with zygote:
        sandbox = await zygote.open(Limits())
        os.kill(parent_of(sandbox.starter_pid), signal.SIGSTOP)

        with pytest.raises(SandboxError, match="does not answer"):
            await zygote.open(Limits())
        again = await zygote.open(Limits())

        assert again.starter_pid != sandbox.starter_pid
        await again.close()
        await sandbox.close()


async def test_an_answer_that_arrived_while_the_worker_was_stopped_counts() -> None:
    async with ForkingZygote(partial(start_zygote, RUNTIME), open_seconds=0.5) as zygote:
        first = await zygote.open(Limits())
        opening = asyncio.create_task(zygote.open(Limits()))
        await asyncio.sleep(0)  # the request is out, and the limit runs
        time.sleep(1)  # noqa: ASYNC251  as SIGSTOP does, or a loop that is not run

        second = await opening

        assert parent_of(second.starter_pid) == parent_of(first.starter_pid)
        await second.close()
        await first.close()


async def test_a_zygote_is_reaped_although_its_ending_is_cancelled() -> None:
    zygote = await ForkingZygote(partial(start_zygote, RUNTIME)).__aenter__()
    sandbox = await zygote.open(Limits())
    mine = set(children_of(os.getpid()))
    ending = asyncio.create_task(zygote.__aexit__(None, None, None))
    await asyncio.sleep(0)
    ending.cancel()

    with pytest.raises(asyncio.CancelledError):
        await ending

    assert len(mine - set(children_of(os.getpid()))) == 1
    await sandbox.close()


HAS_FASTAPI = "import sys; print('fastapi' in sys.modules)"
FASTAPI = Limits(fastapi=True)


async def test_fastapi_is_imported_only_for_exercises_that_declare_it() -> None:
    async with open_zygote(RUNTIME) as zygote:
        assert (await run_program(zygote, HAS_FASTAPI)).printed == "False\n"
        assert (await run_program(zygote, HAS_FASTAPI, FASTAPI)).printed == "True\n"
        assert (await run_program(zygote, HAS_FASTAPI)).printed == "False\n"


async def test_the_second_zygote_is_restarted_and_ends_with_the_first() -> None:
    async with open_zygote(RUNTIME) as zygote:
        one, plain = await zygote.open(FASTAPI), await zygote.open(Limits())
        second, first = parent_of(one.starter_pid), parent_of(plain.starter_pid)
        assert parent_of(second) == first
        os.kill(second, signal.SIGKILL)
        await one.close()

        with contextlib.suppress(SandboxError):  # if the call comes before its end is noticed
            await (await zygote.open(FASTAPI)).close()
        assert (await run_program(zygote, HAS_FASTAPI, FASTAPI)).printed == "True\n"
        again = await zygote.open(FASTAPI)
        pidfd = os.pidfd_open(parent_of(again.starter_pid))
        assert parent_of(plain.starter_pid) == first
        await again.close()
        await plain.close()

    assert ended([pidfd], seconds=10)
    os.close(pidfd)


async def test_a_request_that_arrives_with_the_end_of_the_second_zygote_is_served() -> None:
    async with open_zygote(RUNTIME) as zygote:
        one = await zygote.open(FASTAPI)
        second = parent_of(one.starter_pid)
        first, pidfd = parent_of(second), os.pidfd_open(second)
        os.kill(first, signal.SIGSTOP)
        os.kill(second, signal.SIGKILL)
        assert ended([pidfd], seconds=10)
        opening = asyncio.create_task(zygote.open(FASTAPI))
        await asyncio.sleep(0)  # the request is out
        os.kill(first, signal.SIGCONT)

        again = await opening

        await again.close()
        await one.close()
    os.close(pidfd)


async def test_replacing_a_second_zygote_that_hangs_ends_no_other_run() -> None:
    zygote = ForkingZygote(partial(start_zygote, RUNTIME), open_seconds=3)
    async with zygote:
        one, plain = await zygote.open(FASTAPI), await zygote.open(Limits())
        second, first = parent_of(one.starter_pid), parent_of(plain.starter_pid)
        os.kill(second, signal.SIGSTOP)
        hanging = asyncio.create_task(zygote.open(FASTAPI))
        while not hanging.done():  # meanwhile the first answers
            await (await zygote.open(Limits())).close()
        with pytest.raises(SandboxError, match="does not answer"):
            await hanging

        assert (await run_program(zygote, HAS_FASTAPI, FASTAPI)).printed == "True\n"

        again = await zygote.open(FASTAPI)
        assert parent_of(again.starter_pid) != second
        assert {parent_of(sandbox.starter_pid) for sandbox in (one, plain)} == {first}
        for sandbox in (one, plain, again):
            await sandbox.close()


async def test_a_zygote_that_answered_meanwhile_is_not_replaced_for_what_it_has_yet_to_read() -> (
    None
):
    zygote = ForkingZygote(partial(start_zygote, RUNTIME))
    async with zygote:
        asked = time.monotonic()
        plain = await zygote.open(Limits())
        process, first = await zygote._running_zygote(), parent_of(plain.starter_pid)
        os.kill(first, signal.SIGSTOP)
        waiting = asyncio.create_task(zygote.open(Limits()))
        await asyncio.sleep(0)  # the request is out
        assert process.has_unread_requests

        await zygote._replace_if_broken(process, FASTAPI, TimeoutError(), asked)

        os.kill(first, signal.SIGCONT)
        other = await waiting
        assert parent_of(other.starter_pid) == first
        await other.close()
        await plain.close()


async def test_no_run_opens_if_its_starter_has_ended() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    theirs.close()
    before = open_descriptors()

    # Its pid may be somebody else's by now: this one would be ours.
    with pytest.raises(BrokenPipeError):
        Run(ours, os.getpid())

    assert open_descriptors() == before
    ours.close()


async def test_a_worker_with_a_strict_umask_and_low_limits_opens_sandboxes(
    as_this_user: Person,
) -> None:
    printed = await asyncio.to_thread(as_this_user.run, "-c", NARROW, str(RUNTIME))

    assert printed == "(100, 100)\n\n"


async def test_leaving_the_zygote_ends_its_open_runs() -> None:
    async with open_zygote(RUNTIME) as zygote:
        sandbox = await zygote.open(Limits())
        send_program(sandbox, program("fork_bomb"))
        check = Check(sandbox)
        await check.printed(until=b"begun\n")
        pidfd = os.pidfd_open(sandbox.starter_pid)

    assert ended([pidfd], seconds=0)
    os.close(pidfd)
    check.close()
    await sandbox.close()
