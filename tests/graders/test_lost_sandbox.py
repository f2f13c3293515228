"""A sandbox that is gone before the submission was loaded."""

import asyncio
import socket

from graders.kit.channel import Channel
from graders.kit.program.link import SandboxLink, SandboxLost
from graders.limits import Limits


async def test_every_check_finds_out_and_none_waits_for_the_first_to_load() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    link = SandboxLink(ours, 0, "solution.py")
    checks = [Channel(link, Limits()) for _ in range(3)]

    async with asyncio.timeout(10):
        found = await asyncio.gather(*[check.call({}) for check in checks], return_exceptions=True)

    ours.close()
    assert [type(error) for error in found] == [SandboxLost] * 3
