"""Which files were closed by a reader, as the kernel counts it: inotify(7) misses none."""

import ctypes
import os
import struct
from contextlib import suppress
from typing import Final

_CLOSED_BY_READER: Final = 0x10  # IN_CLOSE_NOWRITE
_EVENT: Final = struct.Struct("iIII")  # without a name: what is watched is no directory
_BYTES: Final = 256 * _EVENT.size

_libc = ctypes.CDLL(None, use_errno=True)


class Closings:
    """The files of one service. If the kernel has no more to give, nothing is ever seen."""

    def __init__(self) -> None:
        self._descriptor: int = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self._closed: set[int] = set()

    def watch(self, descriptor: int) -> int:
        """Watch an open file, and return its number for `take`; negative if it is not watched."""
        path = f"/proc/self/fd/{descriptor}".encode()
        watched: int = _libc.inotify_add_watch(self._descriptor, path, _CLOSED_BY_READER)
        return watched

    def take(self, watched: int) -> bool:
        """Return whether a reader has closed it since this was last asked."""
        with suppress(OSError):  # nothing to read, or nothing that could be read
            while events := os.read(self._descriptor, _BYTES):
                self._closed |= {number for number, *_ in _EVENT.iter_unpack(events)}
        is_closed = watched in self._closed
        self._closed.discard(watched)
        return is_closed

    def close(self) -> None:
        """Watch no more."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._descriptor = -1
