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


class Furnished:
    """What was made.

    descriptors  What the trusted side is to get, in order.
    is_script    The file is to be run, not loaded.
    peers        Where other processes of the program ask their services; empty if nowhere.
    """

    def __init__(self) -> None:
        self.descriptors: list[int] = []
        self.is_script = False
        self.peers = ""


def furnish(wishes: list[dict[str, Any]]) -> Furnished:
    """Make everything, in order.

    Raises:
        OSError: something cannot be made.
    """
    furnished = Furnished()
    for wish in wishes:
        _MAKERS[wish["kind"]](wish, furnished)
    return furnished


def _listener(wish: dict[str, Any], furnished: Furnished) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", wish["port"]))
        listener.listen(_BACKLOG)
        furnished.descriptors.append(listener.detach())


def _peers(wish: dict[str, Any], furnished: Furnished) -> None:
    furnished.peers = "\0" + wish["name"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(furnished.peers)
        listener.listen(_BACKLOG)
        furnished.descriptors.append(listener.detach())


def _script(wish: dict[str, Any], furnished: Furnished) -> None:
    furnished.is_script = True


def _stdin(wish: dict[str, Any], furnished: Furnished) -> None:
    file = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600)
    os.write(file, wire.decode(wish["content"]))
    os.lseek(file, 0, os.SEEK_SET)
    os.dup2(file, 0)
    os.close(file)


def _fifo(wish: dict[str, Any], furnished: Furnished) -> None:
    _parent(wish)
    os.mkfifo(wish["name"], 0o600)
    # A handle on the very pipe, which opens neither end of it.
    handle = os.open(wish["name"], os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    furnished.descriptors.append(handle)


def _file(wish: dict[str, Any], furnished: Furnished) -> None:
    _parent(wish)
    Path(wish["name"]).write_bytes(wire.decode(wish["content"]))


def _parent(wish: dict[str, Any]) -> None:
    Path(wish["name"]).parent.mkdir(exist_ok=True)


_MAKERS = {
    "listener": _listener,
    "peers": _peers,
    "script": _script,
    "stdin": _stdin,
    "fifo": _fifo,
    "file": _file,
}
