"""Translates an exercise's limits into the kernel's resource limits."""

from typing import Any

from graders.limits import Limits

_KIB, _MIB = 1024, 1024 * 1024
# Address space is not memory: each thread reserves 8 MiB of stack and malloc's arenas.
_ADDRESS_SLACK_MIB = 1024
_DATA_SLACK_MIB = 128
_INODES = 1024


def build_request(limits: Limits) -> dict[str, Any]:
    """Return the request to the zygote: resource limits by name, and the tmpfs options.

    RLIMIT_DATA limits each process to about `memory_mib` where no memory cgroup limits all of them
    together; RLIMIT_AS is a coarse second limit. RLIMIT_NPROC counts within the check's own user
    namespace, so that checks and runs of the same uid do not use up each other's processes.
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
