"""What must hold before anything starts; each refusal says what to do."""

import contextlib
import errno
import fcntl
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from semaforo.terminal import Stop

NEEDED_MB: Final = 50
DISK_FULL: Final = (
    "The disk of {folder} is full: at least {needed} MB must be free. "
    "Make room, or choose another --data-dir."
)
CANNOT_WRITE: Final = "{folder} cannot be written to; choose another --data-dir."


@contextlib.contextmanager
def folder_held(data_dir: Path) -> Iterator[None]:
    """Make the data folder and keep it to ourselves; the kernel lets go of it however we end.

    Raises:
        Stop: another `up` has it, its disk is full, or it cannot be written to.
    """
    try:
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        # Submissions, logs and secrets are nobody else's business.
        for folder in (data_dir, data_dir / "queue", data_dir / "logs"):
            folder.mkdir(mode=0o700, exist_ok=True)
        with (data_dir / "up.lock").open("a") as lock:
            _take(lock.fileno(), data_dir)
            if shutil.disk_usage(data_dir).free < NEEDED_MB * 1_000_000:
                raise Stop(DISK_FULL, folder=data_dir, needed=NEEDED_MB)
            yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Stop(DISK_FULL, folder=data_dir, needed=NEEDED_MB) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise Stop(CANNOT_WRITE, folder=data_dir) from error
        raise
    except Exception as error:
        # SQLite's own word, through whatever layers it came; naming their classes would load them.
        if "database or disk is full" not in str(error):
            raise
        raise Stop(DISK_FULL, folder=data_dir, needed=NEEDED_MB) from error


def _take(lock: int, data_dir: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Stop(
            "Semáforo already runs with the data in {folder}. "
            "End that one, or choose another --data-dir.",
            folder=data_dir,
        ) from None


def listen(host: str, port: int) -> socket.socket:
    """Listen for the API, so that nobody can take the port in between; port 0 is any free one.

    Raises:
        Stop: the port is in use, not allowed, or the host is not ours.
    """
    try:
        where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(where[0], socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(where[4])
            listener.listen(1024)
        except OSError:
            listener.close()
            raise
    except (OSError, OverflowError) as error:
        raise _about_port(error, host, port) from None
    return listener


def _about_port(error: Exception, host: str, port: int) -> Stop:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return Stop(
                "Port {port} is in use. End the program that has it, or choose another: "
                'make run ARGS="--port {other}"',
                port=port,
                other=port + 1,
            )
        case errno.EACCES:
            return Stop(
                "Port {port} needs more rights than you have; choose one above 1023, "
                "such as --port 8000.",
                port=port,
            )
    return Stop(
        "Cannot listen on {host}, port {port} ({error}). Try --host 127.0.0.1 --port 8000.",
        host=host,
        port=port,
        error=error,
    )
