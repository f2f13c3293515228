"""Memory, processes and processor time of a whole run, counted and bounded by cgroups.

Resource limits hold for one process; only a cgroup holds for all processes of a run together. As
root there is nearly always one to be had, of version 1 or 2; for an ordinary user only where the
host delegates version 2. Without one, memory is bounded per process (RLIMIT_DATA) and the number
of processes per user namespace (RLIMIT_NPROC): weaker, and `doctor` says so.

A worker's groups bear its pid and the time it started, so that a later worker can tell those of a
killed one, and sweeps no living one's.
"""

import contextlib
import itertools
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from graders.limits import Limits

from .hierarchies import Hierarchy, find_hierarchies
from .protocol import ResourceUsage

_PREFIX = "semaforo"
_numbers = itertools.count()


@dataclass
class RunGroup:
    """The cgroups of one run, one folder for each hierarchy."""

    folders: dict[Path, Hierarchy]
    late: list[Path]

    def kill(self) -> bool:
        """Send SIGKILL to every process that is in the groups now; False if there was none."""
        found: set[str] = set()
        for folder in self.folders:
            with contextlib.suppress(FileNotFoundError):
                found.update((folder / "cgroup.procs").read_text().split())
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        return bool(found)

    def remove(self) -> ResourceUsage:
        """Take the groups away, and return what they had counted. The run's processes are gone."""
        kills, seconds = 0, None
        for folder, hierarchy in self.folders.items():
            with contextlib.suppress(FileNotFoundError):  # the zygote ended first, and swept
                kills += hierarchy.oom_kills(folder)
                spent = hierarchy.cpu_seconds(folder)
                seconds = spent if seconds is None else seconds
            self.late.extend(_still_there([folder]))
        return ResourceUsage(oom_kills=kills, cpu_seconds=seconds)


@dataclass
class Cgroups:
    """One zygote's part of the hierarchies; every run gets a folder of its own below."""

    hierarchies: dict[Path, Hierarchy]
    _late: list[Path] = field(default_factory=list)
    _runs: "itertools.count[int]" = field(default_factory=itertools.count)

    @classmethod
    def make(cls) -> "Self | None":
        """Return groups that hold memory, or None where the host gives none.

        Also sweeps what killed workers have left.
        """
        made: dict[Path, Hierarchy] = {}
        name = f"{_PREFIX}.{_identity(os.getpid())}.{next(_numbers)}"
        for hierarchy in find_hierarchies():
            _sweep(hierarchy.parent)
            with contextlib.suppress(OSError):  # not ours to use
                folder = hierarchy.parent / name
                folder.mkdir()
                made[folder] = hierarchy
                hierarchy.prepare(folder)
        groups = cls(made)
        if any(hierarchy.holds_memory for hierarchy in made.values()):
            return groups
        groups.remove()
        return None

    def adopt_zygote(self, pid: int) -> None:
        """Weigh all runs together less than the rest of the machine, the worker above all."""
        for folder, hierarchy in self.hierarchies.items():
            if hierarchy.is_for_zygote:
                with contextlib.suppress(OSError):  # courtesy, not protection
                    hierarchy.enter(folder, pid)

    def admit(self, pid: int, limits: Limits) -> RunGroup:
        """Put a run's first process, before it has any other, in groups with these limits."""
        self._late[:] = _still_there(self._late)
        group = RunGroup({}, self._late)
        name = f"run{next(self._runs)}"
        try:
            for base, hierarchy in self.hierarchies.items():
                if hierarchy.is_for_zygote:
                    continue
                folder = base / name
                folder.mkdir()
                group.folders[folder] = hierarchy
                hierarchy.limit(folder, limits)
                hierarchy.enter(folder, pid)
        except OSError:
            group.remove()
            raise
        return group

    def remove(self) -> None:
        """Take away every folder of ours that is empty; a later worker sweeps the others."""
        for base in self.hierarchies:
            _remove_tree(base)


def _identity(pid: int) -> str:
    """Return a name that no other process of this host bears.

    Pids come again, hence the start; and they mean others in other pid namespaces.
    """
    # The command's name stands in brackets and may hold anything, so count from the last one.
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    started = words[19]
    return f"{os.stat('/proc/self/ns/pid').st_ino}.{pid}.{started}"  # noqa: PTH116


def _sweep(parent: Path) -> None:
    ours = os.stat("/proc/self/ns/pid").st_ino  # noqa: PTH116  follows the link, as is meant
    for folder in parent.glob(f"{_PREFIX}.{ours}.*"):
        identity = folder.name.removeprefix(f"{_PREFIX}.").rpartition(".")[0]
        pid = identity.split(".")[1]
        with contextlib.suppress(OSError, ValueError, IndexError):
            if _identity(int(pid)) == identity:
                continue
        _remove_tree(folder)


def _remove_tree(folder: Path) -> None:
    with contextlib.suppress(FileNotFoundError):  # another worker sweeps too
        _still_there([*(child for child in folder.iterdir() if child.is_dir()), folder])


def _still_there(folders: list[Path]) -> list[Path]:
    """Remove what can be; return what the kernel still holds, for another time."""
    held = []
    for folder in folders:
        try:
            folder.rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            held.append(folder)
    return held
