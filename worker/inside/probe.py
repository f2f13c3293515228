"""The doctor's own program: tries from inside what must not be possible, and reports what was.

It is sent into a sandbox like a student's program, so that it meets the same protections; nothing
imports it. Its last line is one JSON object. It leaves a daemon behind on purpose.
"""

import ctypes
import errno
import json
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from typing import Any

_FORKS = 200
_MIB = 1 << 20
# Paths to examine, the shallow ones first: 0.2 s. An interpreter with its libraries has 10,000.
_MOST_PATHS = 30_000


def main() -> None:
    """Try everything once, and print the report."""
    report = {
        "environment": sorted(os.environ),
        "descriptors": [fd for fd in range(256) if _error_name(os.fstat, fd) == ""],
        "readable": [p for p in ("/proc/1", "/sys/kernel", "/home", "/var") if os.path.exists(p)],  # noqa: PTH110
        "by_group": [path for path in _paths() if _opens_by_group(path)][:3],
        "writable": [p for p in ("/", "/usr", "/etc", "/agent", "/site", "/dev") if _writes(p)],
        "outside": _error_name(_connect, ("192.0.2.1", 9)),
        "loopback": _error_name(_connect_to_loopback),
        "calls": {name: _call(*arguments) for name, arguments in _CALLS.items()},
        "filled": _fill(),
        "forks": _fork(),
    }
    sys.stdout.write(json.dumps(report) + "\n")


def _error_name(do: Callable[..., Any], *arguments: Any) -> str:
    """Return the name of the error; empty if there was none."""
    try:
        do(*arguments)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    return ""


def _writes(folder: str) -> bool:
    return _error_name(lambda: os.close(os.open(f"{folder}/x", os.O_CREAT | os.O_WRONLY))) == ""


def _paths() -> Iterator[str]:
    """Yield the paths in the sandbox, except what a distribution installs below /usr.

    That is public, so reading it reveals nothing, and it may be half a million files.
    """
    folders, left = ["/"], _MOST_PATHS
    for folder in folders:  # grows while it is walked
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208
        except OSError:
            continue
        if folder == "/usr":
            names = [name for name in names if name == "local"]
        for name in names[:left]:
            path = f"{folder.rstrip('/')}/{name}"
            yield path
            if not path.startswith("/lib") and stat.S_ISDIR(os.lstat(path).st_mode):
                folders.append(path)
        left -= len(names)
        if left <= 0:
            return


def _opens_by_group(path: str) -> bool:
    """Whether our groups give access that other users do not have.

    All is mounted read-only, so write access matters only for sockets, pipes and devices.
    """
    found = os.lstat(path)
    if stat.S_ISLNK(found.st_mode) or found.st_uid == os.getuid():
        return False
    if stat.S_ISDIR(found.st_mode):
        ways = [(stat.S_IROTH, os.R_OK), (stat.S_IXOTH, os.X_OK)]
    elif stat.S_ISREG(found.st_mode):
        ways = [(stat.S_IROTH, os.R_OK)]
    else:
        ways = [(stat.S_IROTH, os.R_OK), (stat.S_IWOTH, os.W_OK)]
    return any(not found.st_mode & everybody and os.access(path, way) for everybody, way in ways)


def _connect(address: tuple[str, int]) -> None:
    with socket.socket() as client:
        client.settimeout(2)
        client.connect(address)


def _connect_to_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        _connect(server.getsockname())


# Numbers that are the same on every architecture, or harmless where they mean another call.
_CALLS = {
    "io_uring_setup": (425, 1, 0),
    "open_tree": (428, -100, b"/", 1),
    "fsopen": (430, b"tmpfs", 0),
    "clone3": (435, 0, 0),
    "pidfd_getfd": (438, 0, 0, 0),
    "landlock_create_ruleset": (444, 0, 0, 1),
}


def _call(*arguments: Any) -> str:
    # A missing call fails with ENOSYS for any arguments; an existing one with something else.
    ctypes.set_errno(0)
    libc = sys.modules["inside.linux"].libc  # the agent's, which every program can reach
    result = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    return errno.errorcode.get(ctypes.get_errno(), "") if result < 0 else ""


def _fill() -> int:
    """Write a file until the disk is full; return its size in MiB, at most 64."""
    with open("fill", "wb", buffering=0) as file:  # noqa: PTH123
        for written in range(64):
            try:
                file.write(b"x" * _MIB)
            except OSError:
                return written
    return 64


def _fork() -> int:
    """Start processes until one is refused; return their number. They do not end by themselves."""
    for count in range(_FORKS):
        try:
            if os.fork() == 0:
                os.setsid()
                signal.pause()
        except OSError:
            return count
    return _FORKS


if __name__ == "probe":
    main()
