"""What a student's program may use, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Allowances of one check. Reaching one ends the program with that verdict.

    wall_seconds     Clock time a check may take, sleep included (--wall-time). A program that is
                     still on a processor then gets up to five times as long: only its CPU time
                     condemns it.
    cpu_seconds      Time on a processor (--time), of each process with its threads; past the wall
                     limit, of all processes of the check. Whole seconds, as the kernel counts.
    memory_mib       Memory of all processes of the grading run, in MiB (--cg-mem). Without a cgroup
                     each process may have 128 MiB more than that for itself.
    processes        Processes and threads of one check at once (--processes).
    open_files       Descriptors per process (--open-files).
    file_kib         The largest file the program may write, in KiB (--fsize).
    space_kib        All files of one check together, in KiB (--quota); they live in memory.
    output_kib       Standard output and error of one check together, in KiB.
    network          Whether a check has a loopback network of its own. There is never another;
                     without it only socketpairs can be created, and a check costs 0.7 ms less.
    fastapi          Whether programs are forked from an interpreter that has imported FastAPI: a
                     run that uses it then costs 0.2 s of processor less, any other 10 ms more.

    Names and meanings follow isolate(1), whose options are named; so its manual explains ours.
    """

    wall_seconds: float = 10.0
    cpu_seconds: int = 2
    memory_mib: int = 256
    processes: int = 64
    open_files: int = 256
    file_kib: int = 8 * 1024
    space_kib: int = 16 * 1024
    output_kib: int = 64
    network: bool = True
    fastapi: bool = False


# The most a manifest may ask for. Wall time decides how long a judge may take, which must stay
# below the worker's own limit on a job (worker/grading/judge_time.py); a report must fit into one
# message of a judge even if every byte of output is escaped as six (worker/grading/suites.py).
MOST: Final[Mapping[str, int]] = MappingProxyType(
    {
        "wall_seconds": 60,
        "cpu_seconds": 60,
        "memory_mib": 4096,
        "processes": 1024,
        "open_files": 4096,
        "file_kib": 1024 * 1024,
        "space_kib": 1024 * 1024,
        "output_kib": 1024,
    }
)
