"""The processes of a running `semaforo up`, by what they are there for."""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROLES = (
    *("api", "worker", "queue", "suite", "judge"),
    *("bubblewrap", "init", "zygote", "second zygote", "starter", "check"),
)


class Process(NamedTuple):
    """One process as /proc shows it; `started` tells it from a later one of the same pid."""

    pid: int
    parent: int
    started: str
    words: str

    def is_still_there(self) -> bool:
        """Whether this very process lives."""
        return _read(self.pid) == self


def by_role(supervisor: int) -> dict[str, list[Process]]:
    """Return the processes below the supervisor by role; a role that nobody has now is missing."""
    below = defaultdict(list)
    for process in _all():
        below[process.parent].append(process)
    found: dict[str, list[Process]] = defaultdict(list)
    for child in below[supervisor]:
        for role, word in (("api", "server.serve"), ("queue", "valkey-server")):
            if word in child.words:
                found[role].append(child)
        if "worker.main" in child.words:
            found["worker"].append(child)
            _of_worker(below[child.pid], below, found)
    return found


def _of_worker(
    children: list[Process],
    below: dict[int, list[Process]],
    found: dict[str, list[Process]],
) -> None:
    for child in children:
        if "suite_server" in child.words:
            found["suite"].append(child)
            found["judge"] += below[child.pid]
        elif "bwrap" in child.words.partition(" ")[0]:
            found["bubblewrap"].append(child)
            for init in below[child.pid]:
                found["init"].append(init)
                for zygote in below[init.pid]:
                    found["zygote"].append(zygote)
                    _of_zygote(zygote, below, found)


def _of_zygote(
    zygote: Process, below: dict[int, list[Process]], found: dict[str, list[Process]]
) -> None:
    for child in below[zygote.pid]:
        # The second zygote alone has FastAPI's compiled parts in its memory; so have its starters.
        is_second = child.parent == zygote.pid and _has_fastapi(child.pid)
        if is_second:
            found["second zygote"].append(child)
        starters = below[child.pid] if is_second else [child]
        found["starter"] += starters
        found["check"] += [check for starter in starters for check in below[starter.pid]]


def _has_fastapi(pid: int) -> bool:
    try:
        return "pydantic_core" in Path(f"/proc/{pid}/maps").read_text("utf-8", "replace")
    except OSError:
        return False


def _all() -> Iterator[Process]:
    for entry in os.scandir("/proc"):
        if entry.name.isdigit() and (process := _read(int(entry.name))):
            yield process


def _read(pid: int) -> Process | None:
    with suppress(OSError):
        after_name = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2]
        state, parent, *others = after_name.split()
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
        if state not in "ZX":
            return Process(pid, int(parent), others[17], words.decode("utf-8", "replace"))
    return None
