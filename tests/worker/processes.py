"""Finds this host's processes, to check that none is left. Standard library only."""

import select
from pathlib import Path

from worker.inside.linux import children_of, descendants_of

__all__ = ["children_of", "descendants_of", "ended", "open_descriptors", "parent_of"]


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def ended(pidfds: list[int], *, seconds: float) -> bool:
    """Wait until every process has ended; False if one has not within `seconds` of the last end."""
    return all(select.select([pidfd], [], [], seconds)[0] for pidfd in pidfds)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
