"""The children of a process, read from `/proc/<pid>/task/<thread>/children` (proc(5))."""

import os
from contextlib import suppress


def read_children(pid: int, thread: int | None = None) -> list[int]:
    """Return the pids of the children that a thread of `pid` forked; the main thread by default.

    Raises:
        OSError: the process or thread is gone, or may not be read.
    """
    descriptor = os.open(f"/proc/{pid}/task/{thread or pid}/children", os.O_RDONLY | os.O_CLOEXEC)
    listed = b""
    try:
        # To its end: a list cut short would hide processes from a proof.
        while piece := os.read(descriptor, 65_536):
            listed += piece
    finally:
        os.close(descriptor)
    return [int(child) for child in listed.split()]


def list_children(pid: int) -> list[int]:
    """Return the pids of the children of all threads of `pid`; empty if it is gone."""
    found: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            found += read_children(pid, int(thread))
    return found
