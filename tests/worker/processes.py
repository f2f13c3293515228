"""Looking at this host's processes, to see that none is left. Standard library only."""

import select
from pathlib import Path


def children_of(pid: int) -> list[int]:
    found = []
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            words = (task / "children").read_text()
            found += [int(word) for word in words.split()]
    except (FileNotFoundError, ProcessLookupError):
        pass  # it ended while we looked
    return found


def descendants_of(pid: int) -> list[int]:
    found = children_of(pid)
    for child in found:
        found += children_of(child)  # grows while it is walked, down to the last generation
    return found


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def ended(pidfds: list[int], *, seconds: float) -> bool:
    """Wait until every process is over; False if one is not within `seconds` of the last end."""
    return all(select.select([pidfd], [], [], seconds)[0] for pidfd in pidfds)


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))
