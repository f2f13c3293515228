"""Which files a program holds open, and which it waits to open: named pipes wait for a writer.

Read in `/proc/<pid>/fd`, `syscall` and `mem` (proc(5)), which the right to trace the program opens.
A path comes out of the program's own memory: a claim, good enough to decide which pipe to serve.
"""

import os
from collections.abc import Iterator
from contextlib import suppress

from graders.kit.kernel.children import list_children
from graders.kit.kernel.system_calls import NAMES

_LONGEST_PATH = 4096
_PATH_ARGUMENT = {"open": 1, "openat": 2}


def is_held_open(pid: int, file: os.stat_result) -> bool:
    """Return whether `pid` or a descendant has a descriptor of that file."""
    return any(
        (held.st_dev, held.st_ino) == (file.st_dev, file.st_ino)
        for process in _family(pid)
        for held in _held(process)
    )


def is_being_opened(pid: int, path: str) -> bool:
    """Return whether a thread of `pid`, or of a descendant, sleeps while it opens that path.

    `path` is relative to wherever the program opens it from.
    """
    return any(
        _is_path(found, path) for process in _family(pid) for found in _opened_by_threads(process)
    )


def is_being_opened_by_main(pid: int, path: str) -> bool:
    """Return whether the main thread of `pid` sleeps while it opens that path."""
    with suppress(OSError, ValueError, IndexError):
        return _is_path(_path_opened_by(pid, str(pid)), path)
    return False


def _is_path(found: str, path: str) -> bool:
    found = os.path.normpath(found)
    return found == path or found.endswith(f"/{path}")


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in list_children(pid):
        yield from _family(child)


def _held(pid: int) -> Iterator[os.stat_result]:
    with suppress(OSError):  # it is gone
        for descriptor in os.listdir(f"/proc/{pid}/fd"):  # noqa: PTH208
            with suppress(OSError):  # or this one is closed
                yield os.stat(f"/proc/{pid}/fd/{descriptor}")  # noqa: PTH116


def _opened_by_threads(pid: int) -> Iterator[str]:
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208
            with suppress(OSError, ValueError, IndexError):  # it is gone, or runs
                yield _path_opened_by(pid, thread)


def _path_opened_by(pid: int, thread: str) -> str:
    """Return the path that a thread sleeps on.

    Raises:
        OSError, ValueError, IndexError: it does not sleep in a call that opens a file.
    """
    call = _read(f"/proc/{pid}/task/{thread}/syscall").split()
    argument = _PATH_ARGUMENT.get(NAMES.get(int(call[0]), ""))
    if argument is None:
        raise ValueError("it opens nothing")
    memory = _read(f"/proc/{pid}/mem", at=int(call[argument], 16))
    return os.fsdecode(memory[: memory.index(b"\0")])


def _read(path: str, *, at: int = 0) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.pread(descriptor, _LONGEST_PATH, at)
    finally:
        os.close(descriptor)
