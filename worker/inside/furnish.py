"""Makes what the trusted side wishes for in a check's process, before any of the student's code.

What is made is in this check's own network and folder; its descriptors leave with the first word,
and none of them stays behind.
"""

import os
import socket
from pathlib import Path
from typing import Any

import wire  # graders/kit/wire, laid beside this package inside the sandbox

_BACKLOG = 128


def furnish(wishes: list[dict[str, Any]]) -> list[int]:
    """Make everything, in order; return the descriptors that the trusted side is to get.

    Raises:
        OSError: something cannot be made.
    """
    made = [_MAKERS[wish["kind"]](wish) for wish in wishes]
    return [descriptor for descriptor in made if descriptor is not None]


def _listener(wish: dict[str, Any]) -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", wish["port"]))
        listener.listen(_BACKLOG)
        return listener.detach()


def _fifo(wish: dict[str, Any]) -> int:
    _parent(wish)
    os.mkfifo(wish["name"], 0o600)
    # A handle on the very pipe, which opens neither end of it.
    return os.open(wish["name"], os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)


def _file(wish: dict[str, Any]) -> None:
    _parent(wish)
    Path(wish["name"]).write_bytes(wire.decode(wish["content"]))


def _parent(wish: dict[str, Any]) -> None:
    Path(wish["name"]).parent.mkdir(exist_ok=True)


_MAKERS = {"listener": _listener, "fifo": _fifo, "file": _file}
