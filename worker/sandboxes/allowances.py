"""From an exercise's limits to what the kernel is told."""

from typing import Any

from graders.limits import Limits

_KIB, _MIB = 1024, 1024 * 1024
# Address space is no memory: each thread reserves 8 MiB of stack and its share of malloc's arenas.
_ADDRESS_SLACK_MIB = 1024
_DATA_SLACK_MIB = 128
_INODES = 1024


def build_request(limits: Limits) -> dict[str, Any]:
    """Return what the zygote is asked for: resource limits by name, and the tmpfs options.

    RLIMIT_DATA holds each process near `memory_mib` where there is no memory cgroup to hold all of
    them together; RLIMIT_AS is the coarse second line. RLIMIT_NPROC counts within the check's own
    user namespace, so that checks and runs of one uid do not take each other's places.
    """
    data = (limits.memory_mib + _DATA_SLACK_MIB) * _MIB
    address_space = (limits.memory_mib + _ADDRESS_SLACK_MIB) * _MIB
    caps = {
        "CPU": (limits.cpu_seconds, limits.cpu_seconds + 1),
        "DATA": (data, data),
        "AS": (address_space, address_space),
        "NPROC": (limits.processes, limits.processes),
        "NOFILE": (limits.open_files, limits.open_files),
        "FSIZE": (limits.file_kib * _KIB, limits.file_kib * _KIB),
        "STACK": (8 * _MIB, 8 * _MIB),
        "CORE": (0, 0),
        "MEMLOCK": (0, 0),
        "MSGQUEUE": (0, 0),
        "SIGPENDING": (256, 256),
    }
    return {
        "limits": {name: list(cap) for name, cap in caps.items()},
        "space": f"size={limits.space_kib}k,nr_inodes={_INODES}",
        "network": limits.network,
        "fastapi": limits.fastapi,
    }
