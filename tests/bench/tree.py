"""A process with all below it, and whether they have come to rest."""

import asyncio
import os
from contextlib import suppress
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_BUSY = 0.05  # of one processor
_REST_SECONDS = 60


def descendants(pid: int) -> list[int]:
    """Return the process and every one below it."""
    children: list[int] = []
    with suppress(FileNotFoundError, ProcessLookupError):  # it has ended meanwhile
        for task in Path(f"/proc/{pid}/task").iterdir():
            children += map(int, (task / "children").read_text().split())
    return [pid, *(found for child in children for found in descendants(child))]


async def rested(pid: int) -> None:
    """Return when the process and those below it have used hardly any processor for a second.

    Raises:
        TimeoutError: they never do.
    """
    spent = -1.0
    async with asyncio.timeout(_REST_SECONDS):
        while abs((now := sum(map(cpu_seconds, descendants(pid)))) - spent) > _BUSY:
            spent = now
            await asyncio.sleep(1)


def cpu_seconds(pid: int) -> float:
    """Return what it and the children it has reaped have used."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(map(int, words[11:15])) / _TICKS
