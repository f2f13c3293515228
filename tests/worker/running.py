"""Run one program in a sandbox to its end. Standard library only: also run as another user."""

import asyncio
import contextlib
import json
import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from graders.limits import Limits
from worker.sandboxes import OpenSandbox, ResourceUsage, Zygote
from worker.sandboxes.runs import NO_RESOURCES, wait_readable

PROGRAMS = Path(__file__).parent / "programs"
SECONDS = 30.0


@dataclass
class Ran:
    """What a program printed, how its process ended, what its sandbox counted.

    signal   What ended it; None if it ended by itself; -1 if its sandbox ended under it.
    """

    printed: str
    exit_code: int | None
    signal: int | None
    usage: ResourceUsage


class Check:
    """One check's process: its connection and what it prints."""

    def __init__(self, sandbox: OpenSandbox) -> None:
        self.socket, theirs = socket.socketpair()
        self.socket.setblocking(False)
        self.socket.sendall(NO_RESOURCES)
        self._reading, writing = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        os.set_blocking(writing, True)
        with theirs:
            # All that it writes in one: output, errors, and the stacks of its interpreter.
            socket.send_fds(sandbox.control, [b"F"], [theirs.fileno(), *[writing] * 3])
        os.close(writing)
        self._printed = b""

    async def printed(self, *, until: bytes | None = None) -> bytes:
        """Return what it has printed when it stops, or as soon as `until` has come."""
        while until is None or until not in self._printed:
            await wait_readable(self._reading)
            piece = os.read(self._reading, 65_536)
            self._printed += piece
            if not piece:
                break
        return self._printed

    def close(self) -> None:
        self.socket.close()
        os.close(self._reading)


def send_program(sandbox: OpenSandbox, source: str) -> None:
    program = os.memfd_create("program")
    try:
        os.write(program, json.dumps({"main": "p.py", "files": {"p.py": source}}).encode())
        socket.send_fds(sandbox.control, [b"S"], [program])
    finally:
        os.close(program)


async def run_program(
    zygote: Zygote, source: str, limits: Limits | None = None, seconds: float = SECONDS
) -> Ran:
    """Load `source` as the agent would, in a sandbox of its own, and wait for its end.

    After `seconds` the sandbox is closed under it.
    """
    sandbox = await zygote.open(limits or Limits())
    send_program(sandbox, source)
    check = Check(sandbox)
    status = None
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await wait_readable(check.socket.fileno())  # the agent's hello
                check.socket.shutdown(socket.SHUT_WR)  # it leaves when the module is loaded
                status = await end_of(sandbox, 0)
    finally:
        printed = _now(check)
        usage = await sandbox.close()
        check.close()
    code = signal = None
    if status is None:
        signal = -1
    elif os.WIFSIGNALED(status):
        signal = os.WTERMSIG(status)
    else:
        code = os.WEXITSTATUS(status)
    return Ran(printed.decode("utf-8", "replace"), code, signal, usage)


async def end_of(sandbox: OpenSandbox, number: int) -> int | None:
    """Return the wait status of check process `number`; None if the sandbox ended first."""
    while True:
        await wait_readable(sandbox.control.fileno())
        try:
            word = sandbox.control.recv(64)
        except ConnectionResetError:
            return None
        if not word:
            return None
        ended, status = struct.unpack("!Hi", word[1:])
        if word[:1] == b"X" and ended == number:
            return int(status)


def _now(check: Check) -> bytes:
    """What is in the pipe already: descendants of the program may hold it open for ever."""
    found = b""
    try:
        while piece := os.read(check._reading, 65_536):
            found += piece
    except BlockingIOError:
        pass
    return found


def program(name: str) -> str:
    return (PROGRAMS / f"{name}.py").read_text()
