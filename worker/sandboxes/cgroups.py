"""Memory, processes and processor time of a whole run, counted and bounded by cgroups.

A resource limit applies to one process; only a cgroup applies to all processes of a run together.
Root can nearly always make one, of version 1 or 2; an ordinary user only where the host delegates
version 2. Without one, memory is limited per process (RLIMIT_DATA) and the number of processes per
user namespace (RLIMIT_NPROC): that is weaker, and `doctor` says so.

The names of a worker's groups contain its pid and start time, so that a later worker removes the
groups of a killed worker and never those of a running one.
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
    busy: list[Path]  # folders that the kernel still holds, to be removed later

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
        """Remove the groups and return what they had counted. The run's processes have ended."""
        kills, seconds = 0, None
        for folder, hierarchy in self.folders.items():
            with contextlib.suppress(FileNotFoundError):  # the zygote ended first and removed it
                kills += hierarchy.oom_kills(folder)
                spent = hierarchy.cpu_seconds(folder)
                seconds = spent if seconds is None else seconds
            self.busy.extend(_remove_folders([folder]))
        return ResourceUsage(oom_kills=kills, cpu_seconds=seconds)


@dataclass
class Cgroups:
    """One zygote's folders in the hierarchies; every run gets a folder of its own below."""

    hierarchies: dict[Path, Hierarchy]
    _busy: list[Path] = field(default_factory=list)
    _runs: "itertools.count[int]" = field(default_factory=itertools.count)

    @classmethod
    def make(cls) -> "Self | None":
        """Return groups that limit memory, or None where the host allows none.

        Also removes what killed workers have left.
        """
        made: dict[Path, Hierarchy] = {}
        name = f"{_PREFIX}.{_identity(os.getpid())}.{next(_numbers)}"
        for hierarchy in find_hierarchies():
            _sweep(hierarchy.parent)
            with contextlib.suppress(OSError):  # this process may not write there
                folder = hierarchy.parent / name
                folder.mkdir()
                made[folder] = hierarchy
                hierarchy.prepare(folder)
        groups = cls(made)
        if any(hierarchy.limits_memory for hierarchy in made.values()):
            return groups
        groups.remove()
        return None

    def add_zygote(self, pid: int) -> None:
        """Give all runs together a smaller CPU weight than other processes, such as the worker."""
        for folder, hierarchy in self.hierarchies.items():
            if hierarchy.is_for_zygote:
                with contextlib.suppress(OSError):  # helpful, not a protection
                    hierarchy.enter(folder, pid)

    def add_run(self, pid: int, limits: Limits) -> RunGroup:
        """Put a run's starter, before it has forked, in new groups with these limits."""
        self._busy[:] = _remove_folders(self._busy)
        group = RunGroup({}, self._busy)
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
        """Remove every empty folder of ours; a later worker removes the others."""
        for base in self.hierarchies:
            _remove_tree(base)


def _identity(pid: int) -> str:
    """Return a name that is unique to this process on this host.

    Pids are reused, hence the start time, and differ between pid namespaces, hence its inode.
    """
    # The command's name is in parentheses and may contain any character: split at the last one.
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
    with contextlib.suppress(FileNotFoundError):  # another worker has removed it
        _remove_folders([*(child for child in folder.iterdir() if child.is_dir()), folder])


def _remove_folders(folders: list[Path]) -> list[Path]:
    """Remove these folders; return those that the kernel still holds, to be tried again."""
    held = []
    for folder in folders:
        try:
            folder.rmdir()
        except FileNotFoundError:
            continue
        except OSError:
            held.append(folder)
    return held
