"""The doctor's own program: tries from within what must not be possible, and says what was.

Sent into a sandbox as a student's program is, so that it meets the same walls; nothing imports it.
Its last line is one JSON object. It leaves a daemon behind on purpose.
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
# Places to look at, the shallow ones first: 0.2 s. An interpreter and its libraries are 10,000.
_MOST_PLACES = 30_000


def main() -> None:
    """Try everything once."""
    said = {
        "environment": sorted(os.environ),
        "descriptors": [fd for fd in range(256) if _tried(os.fstat, fd) == ""],
        "readable": [p for p in ("/proc/1", "/sys/kernel", "/home", "/var") if os.path.exists(p)],  # noqa: PTH110
        "by_group": [place for place in _places() if _opens_by_group(place)][:3],
        "writable": [p for p in ("/", "/usr", "/etc", "/agent", "/site", "/dev") if _writes(p)],
        "outside": _tried(_connect, ("192.0.2.1", 9)),
        "loopback": _tried(_loop),
        "calls": {name: _call(*arguments) for name, arguments in _CALLS.items()},
        "filled": _fill(),
        "forks": _fork(),
    }
    sys.stdout.write(json.dumps(said) + "\n")


def _tried(do: Callable[..., Any], *arguments: Any) -> str:
    """Return the name of the error, empty if it worked."""
    try:
        do(*arguments)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, type(error).__name__)
    return ""


def _writes(folder: str) -> bool:
    return _tried(lambda: os.close(os.open(f"{folder}/x", os.O_CREAT | os.O_WRONLY))) == ""


def _places() -> Iterator[str]:
    """Yield what lies in the jail, but for what a distribution installs below /usr.

    That is published, so nobody learns from it, and there may be half a million files of it.
    """
    folders, left = ["/"], _MOST_PLACES
    for folder in folders:  # grows while it is walked
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208
        except OSError:
            continue
        if folder == "/usr":
            names = [name for name in names if name == "local"]
        for name in names[:left]:
            place = f"{folder.rstrip('/')}/{name}"
            yield place
            if not place.startswith("/lib") and stat.S_ISDIR(os.lstat(place).st_mode):
                folders.append(place)
        left -= len(names)
        if left <= 0:
            return


def _opens_by_group(place: str) -> bool:
    """Say whether our groups let us in where we, as everybody, could not come.

    All is mounted read-only, so writing matters for what is no file: a socket, a pipe, a device.
    """
    found = os.lstat(place)
    if stat.S_ISLNK(found.st_mode) or found.st_uid == os.getuid():
        return False
    if stat.S_ISDIR(found.st_mode):
        ways = [(stat.S_IROTH, os.R_OK), (stat.S_IXOTH, os.X_OK)]
    elif stat.S_ISREG(found.st_mode):
        ways = [(stat.S_IROTH, os.R_OK)]
    else:
        ways = [(stat.S_IROTH, os.R_OK), (stat.S_IWOTH, os.W_OK)]
    return any(not found.st_mode & everybody and os.access(place, way) for everybody, way in ways)


def _connect(address: tuple[str, int]) -> None:
    with socket.socket() as line:
        line.settimeout(2)
        line.connect(address)


def _loop() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        _connect(server.getsockname())


# Numbers that are the same on every processor, or harmless where they are another call's.
_CALLS = {
    "io_uring_setup": (425, 1, 0),
    "open_tree": (428, -100, b"/", 1),
    "fsopen": (430, b"tmpfs", 0),
    "clone3": (435, 0, 0),
    "pidfd_getfd": (438, 0, 0, 0),
    "landlock_create_ruleset": (444, 0, 0, 1),
}


def _call(*arguments: Any) -> str:
    # A missing call answers ENOSYS to any arguments, a present one something else.
    ctypes.set_errno(0)
    libc = ctypes.CDLL(None, use_errno=True)
    result = libc.syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in arguments))
    return errno.errorcode.get(ctypes.get_errno(), "") if result < 0 else ""


def _fill() -> int:
    """Return how many MiB a file may have before the disk is full, 64 at most."""
    with open("fill", "wb", buffering=0) as file:  # noqa: PTH123
        for written in range(64):
            try:
                file.write(b"x" * _MIB)
            except OSError:
                return written
    return 64


def _fork() -> int:
    """Return how many processes may be started, and leave the last for the sandbox to end."""
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
