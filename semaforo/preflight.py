"""Checks made before anything starts; each error says what to do."""

import contextlib
import errno
import fcntl
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from semaforo.terminal import CommandError

NEEDED_MB: Final = 50
DISK_FULL: Final = (
    "The disk that holds {folder} is full: at least {needed} MB must be free. "
    "Free some space, or choose another --data-dir."
)
CANNOT_WRITE: Final = "{folder} cannot be written to; choose another --data-dir."


@contextlib.contextmanager
def lock_data_dir(data_dir: Path) -> Iterator[None]:
    """Create the data folder and hold its lock; the kernel releases it however we exit.

    Raises:
        CommandError: another `up` holds it, its disk is full, or it is not writable.
    """
    try:
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        # Submissions, logs and secrets: readable by the owner only.
        for folder in (data_dir, data_dir / "queue", data_dir / "logs"):
            folder.mkdir(mode=0o700, exist_ok=True)
        with (data_dir / "up.lock").open("a") as lock:
            _lock(lock.fileno(), data_dir)
            if shutil.disk_usage(data_dir).free < NEEDED_MB * 1_000_000:
                raise CommandError(DISK_FULL, folder=data_dir, needed=NEEDED_MB)
            yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CommandError(DISK_FULL, folder=data_dir, needed=NEEDED_MB) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            raise CommandError(CANNOT_WRITE, folder=data_dir) from error
        raise
    except Exception as error:
        # SQLite's message, whichever layer raised it; importing the layers' classes would be slow.
        if "database or disk is full" not in str(error):
            raise
        raise CommandError(DISK_FULL, folder=data_dir, needed=NEEDED_MB) from error


def _lock(lock: int, data_dir: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CommandError(
            "Semáforo is already running with the data in {folder}. "
            "Stop it, or choose another --data-dir.",
            folder=data_dir,
        ) from None


def listen(host: str, port: int) -> socket.socket:
    """Open the API's socket early, so that no other program takes the port; 0 is any free port.

    Raises:
        CommandError: the port is in use or not allowed, or `host` is not an address of ours.
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
        raise _describe_port_error(error, host, port) from None
    return listener


def _describe_port_error(error: Exception, host: str, port: int) -> CommandError:
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return CommandError(
                "Port {port} is in use. Stop the program that uses it, or choose another port: "
                'make run ARGS="--port {other}"',
                port=port,
                other=port + 1,
            )
        case errno.EACCES:
            return CommandError(
                "You do not have permission to use port {port}; choose one above 1023, "
                "such as --port 8000.",
                port=port,
            )
    return CommandError(
        "Cannot listen on {host}, port {port} ({error}). Try --host 127.0.0.1 --port 8000.",
        host=host,
        port=port,
        error=error,
    )
