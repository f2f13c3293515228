"""A process that ends when its check is over already."""

import asyncio
import signal
import socket
import struct
from collections.abc import Callable
from typing import Any

from graders.kit.program.link import SandboxLink
from graders.kit.program.outcome import Outcome
from graders.kit.program.process import CheckProcess
from graders.kit.program.resources import Resources
from graders.limits import Limits


def start(link: SandboxLink, on_end: Callable[[Outcome], Any]) -> CheckProcess:
    resources = Resources(lambda: None, on_end, network=False)
    process = CheckProcess(link, Limits(), resources, print, lambda: None, on_end)
    process.start()
    return process


async def test_the_end_of_a_process_whose_check_is_closed_breaks_nothing() -> None:
    """SIGXCPU: one that spins is judged by our clock, and may end so just after."""
    loop = asyncio.get_running_loop()
    broken: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: broken.append(context))
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    link = SandboxLink(ours, 0, "solution.py")
    link.watch()
    ends: list[Outcome] = []
    last = loop.create_future()
    other = start(link, last.set_result)
    start(link, ends.append).close()

    assert [theirs.recv(64), theirs.recv(64)] == [b"F", b"F"]  # unread, they would be an error
    theirs.send(b"X" + struct.pack("!Hi", 1, signal.SIGXCPU))
    theirs.close()
    async with asyncio.timeout(10):
        await last  # that the sandbox is gone comes after the end of the first
    other.close()
    link.close()

    assert (broken, ends) == ([], [])
