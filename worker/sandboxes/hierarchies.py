"""Both versions of cgroups behind one interface: where a worker may make groups, and how."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graders.limits import Limits

_MIB = 1024 * 1024
_V1_CONTROLLERS = ("memory", "pids", "cpuacct", "cpu")
_V2_CONTROLLERS = ("memory", "pids", "cpu")
_CHECKS_AT_ONCE = 32
_LEAF = "semaforo-worker"
_LARGEST_CHARGE = _MIB  # the kernel asks for so much at a time, and kills if there is less left
_LOW_SHARES = "512"  # the default is 1024


@dataclass(frozen=True)
class Hierarchy:
    """A folder below which we may make groups.

    controllers   What it limits and counts: one controller in version 1, several in version 2.
    """

    parent: Path
    controllers: frozenset[str]
    is_unified: bool

    @property
    def limits_memory(self) -> bool:
        """Whether it can limit a run's memory."""
        return "memory" in self.controllers

    @property
    def is_for_zygote(self) -> bool:
        """Whether it is version 1's `cpu`: the zygote joins it, so all runs share one weight."""
        return not self.is_unified and "cpu" in self.controllers

    def prepare(self, folder: Path) -> None:
        """Make the worker's own folder ready for the runs' folders below it."""
        if self.is_unified:
            _write(folder / "cgroup.subtree_control", " ".join(f"+{c}" for c in self.controllers))
            with contextlib.suppress(OSError):  # helpful where the controller is delegated
                _write(folder / "cpu.weight", "50")
        elif self.is_for_zygote:
            _write(folder / "cpu.shares", _LOW_SHARES)

    def limit(self, folder: Path, limits: Limits) -> None:
        """Set a run's limits. It may not swap: that would only be slower memory."""
        # RLIMIT_NPROC limits each check in its user namespace; this limits all of them together.
        processes = str((limits.processes + 2) * _CHECKS_AT_ONCE)
        memory = str(limits.memory_mib * _MIB)
        if "memory" in self.controllers:
            _write(folder / ("memory.max" if self.is_unified else "memory.limit_in_bytes"), memory)
            with contextlib.suppress(OSError):  # absent where swap is not accounted for
                if self.is_unified:
                    _write(folder / "memory.swap.max", "0")
                else:
                    _write(folder / "memory.memsw.limit_in_bytes", memory)
        if "pids" in self.controllers:
            _write(folder / "pids.max", processes)

    def enter(self, folder: Path, pid: int) -> None:
        """Move a process into the group; its later children start there."""
        _write(folder / "cgroup.procs", str(pid))

    def oom_kills(self, folder: Path) -> int:
        """Return how many processes the kernel killed here because the run reached its limit.

        The kernel also counts those that it killed because the whole machine was out of memory,
        which is no program's doing (Documentation/admin-guide/cgroup-v2.rst, memory.events).
        """
        if "memory" not in self.controllers or not self._has_reached_its_limit(folder):
            return 0
        name = "memory.events" if self.is_unified else "memory.oom_control"
        return read_field(folder / name, "oom_kill")

    def _has_reached_its_limit(self, folder: Path) -> bool:
        if self.is_unified:
            return read_field(folder / "memory.events", "oom") > 0
        # By the most that was used: Linux 6.18 was seen to leave memory.failcnt at 0.
        for kind in ("memory", "memory.memsw"):
            most, limit = (folder / f"{kind}.{what}_in_bytes" for what in ("max_usage", "limit"))
            if most.exists() and _number(most) > _number(limit) - _LARGEST_CHARGE:
                return True
        return False

    def cpu_seconds(self, folder: Path) -> float | None:
        """Return the processor time of running and ended processes; None if not counted here."""
        if self.is_unified:
            return read_field(folder / "cpu.stat", "usage_usec") / 1e6
        if "cpuacct" in self.controllers:
            return _number(folder / "cpuacct.usage") / 1e9
        return None


def find_hierarchies() -> list[Hierarchy]:
    """Return where this process might make groups: version 1's if memory is there, else 2's."""
    own = _own_groups()
    mounts = list(_mounts())
    separate = []
    for controller in _V1_CONTROLLERS:
        for root, point, kind, options in mounts:
            if kind == "cgroup" and controller in options and controller in own:
                folder = _folder(own[controller], root, point)
                if folder is not None:
                    separate.append(Hierarchy(folder, frozenset([controller]), is_unified=False))
                break
    if any(hierarchy.limits_memory for hierarchy in separate):
        return separate
    for root, point, kind, _ in mounts:
        folder = _folder(own.get("", "/"), root, point) if kind == "cgroup2" else None
        if folder is not None and (unified := _unified(folder)) is not None:
            return [unified]
    return []


@cache
def surrounding_groups(controller: str) -> tuple[tuple[Path, bool], ...]:
    """Return what `_surrounding` finds, cached: a process keeps its cgroup."""
    return tuple(_surrounding(controller))


def _surrounding(controller: str) -> Iterator[tuple[Path, bool]]:
    """Yield our group for a controller and each visible group above it, and if it is version 2.

    For reading only: this process need not have the right to make groups there.
    """
    own = _own_groups()
    for root, point, kind, options in _mounts():
        is_unified = kind == "cgroup2"
        if is_unified or (kind == "cgroup" and controller in options):
            folder = _folder(own.get("" if is_unified else controller, "/"), root, point)
            while folder is not None and folder.is_relative_to(point):
                yield folder, is_unified
                folder = folder.parent


def _unified(own: Path) -> Hierarchy | None:
    """Return our version 2 group made ready for groups below it, or None if it is not ours.

    A group that delegates controllers may contain no process itself, so the worker first moves into
    a leaf. That fails, and is undone, where our group contains processes of others.
    """
    if own.name == _LEAF:
        own = own.parent
    try:
        there = set((own / "cgroup.controllers").read_text().split())
        wanted = [c for c in _V2_CONTROLLERS if c in there]
        if "memory" not in wanted:
            return None
        delegated = (own / "cgroup.subtree_control").read_text().split()
        if not set(wanted) <= set(delegated):
            _delegate(own, wanted)
    except OSError:
        return None
    return Hierarchy(own, frozenset(wanted), is_unified=True)


def _delegate(own: Path, controllers: list[str]) -> None:
    leaf = own / _LEAF
    leaf.mkdir(exist_ok=True)
    _write(leaf / "cgroup.procs", str(os.getpid()))
    try:
        _write(own / "cgroup.subtree_control", " ".join(f"+{c}" for c in controllers))
    except OSError:
        _write(own / "cgroup.procs", str(os.getpid()))
        with contextlib.suppress(OSError):
            leaf.rmdir()
        raise


def _own_groups() -> dict[str, str]:
    """Return the path of this process's group by controller; version 2's under the name ''."""
    groups = {}
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, controllers, path = line.split(":", 2)
        groups.update(dict.fromkeys(controllers.split(","), path))
    return groups


def _mounts() -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield (root, mount point, kind, options) of everything mounted here."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        front, _, back = line.partition(" - ")
        kind, _, options = back.split(" ", 2)
        words = front.split()
        yield words[3], words[4], kind, options.split(",")


def _folder(group: str, root: str, point: str) -> Path | None:
    """Return the folder of `group` below this mount; None if the mount does not show it."""
    if not Path(group).is_relative_to(root):
        return None
    folder = Path(point) / Path(group).relative_to(root)
    return folder if folder.is_dir() else None


def _write(path: Path, text: str) -> None:
    # One write(2) without O_CREAT: the kernel executes each write as a command.
    fd = os.open(path, os.O_WRONLY)
    try:
        os.write(fd, text.encode())
    finally:
        os.close(fd)


def _number(path: Path) -> int:
    return int(path.read_text())


def read_field(path: Path, name: str) -> int:
    """Return the number after `name` in one of the kernel's tables; 0 if it is missing."""
    for line in path.read_text().splitlines():
        key, _, value = line.partition(" ")
        if key == name:
            return int(value)
    return 0
