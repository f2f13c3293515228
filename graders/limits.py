"""What a student's program may use, and nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Allowances of one check. Reaching one ends the program with that verdict.

    wall_seconds     Clock time a check may take, sleep included. A program that is still on a
                     processor then gets up to five times as long: only its CPU time condemns it.
    cpu_seconds      Time on a processor, all threads together; whole seconds, as the kernel counts.
    memory_mib       Memory of all processes of the grading run, in MiB. Without a cgroup it holds
                     for each process alone.
    processes        Processes and threads of one check at once.
    open_files       Descriptors per process.
    file_kib         The largest file the program may write, in KiB.
    space_kib        All its files together, in KiB; they live in memory.
    output_kib       Standard output and error of one check together, in KiB.
    network          Whether a check has a loopback network of its own. There is never another;
                     without it a program makes no sockets but pairs, and a check costs 0.8 ms less.

    Names and meanings follow isolate(1), so that its manual explains ours.
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
