"""Makes the resources that the trusted side requests for a check, before any student code runs.

They are made in the check's own network namespace and folder. Their descriptors leave with the
first frame, and no copy of them stays in the process.
"""

import os
import socket
import warnings
from pathlib import Path
from typing import Any

import wire  # graders/kit/wire, laid beside this package inside the sandbox

_BACKLOG = 128


class Resources:
    """The resources that were made.

    descriptors  Those to send to the trusted side, in the order of the requests.
    is_script    The main file is to be run as a script, not loaded as a module.
    is_module    The module is to be served to a plain suite, use by use.
    is_traced    It is to be run as a script at once, and what its event loop does is reported.
    peers        Abstract socket name at which other processes of the program call services; empty
                 if there is none.
    """

    def __init__(self) -> None:
        self.descriptors: list[int] = []
        self.is_script = self.is_module = self.is_traced = False
        self.peers = ""


def make_resources(requests: list[dict[str, Any]]) -> Resources:
    """Make each requested resource, in order.

    Raises:
        OSError: a resource cannot be made.
    """
    made = Resources()
    for request in requests:
        _MAKERS[request["kind"]](request, made)
    return made


def _listener(request: dict[str, Any], made: Resources) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.bind(("127.0.0.1", request["port"]))
        listener.listen(_BACKLOG)
        made.descriptors.append(listener.detach())


def _peers(request: dict[str, Any], made: Resources) -> None:
    made.peers = "\0" + request["name"]
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(made.peers)
        listener.listen(_BACKLOG)
        made.descriptors.append(listener.detach())


def _script(request: dict[str, Any], made: Resources) -> None:
    made.is_script = True


def _module(request: dict[str, Any], made: Resources) -> None:
    made.is_module = True


def _trace(request: dict[str, Any], made: Resources) -> None:
    made.is_script = made.is_traced = True


def _stdin(request: dict[str, Any], made: Resources) -> None:
    file = os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600)
    os.write(file, wire.decode(request["content"]))
    os.lseek(file, 0, os.SEEK_SET)
    os.dup2(file, 0)
    os.close(file)


def _fifo(request: dict[str, Any], made: Resources) -> None:
    _make_parent(request)
    os.mkfifo(request["name"], 0o600)
    # A handle on this very FIFO, which opens neither of its ends.
    handle = os.open(request["name"], os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC)
    made.descriptors.append(handle)


def _file(request: dict[str, Any], made: Resources) -> None:
    _make_parent(request)
    Path(request["name"]).write_bytes(wire.decode(request["content"]))


def _encoding(request: dict[str, Any], made: Resources) -> None:
    warnings.simplefilter("error", EncodingWarning)


def _make_parent(request: dict[str, Any]) -> None:
    Path(request["name"]).parent.mkdir(parents=True, exist_ok=True)


_MAKERS = {
    "listener": _listener,
    "peers": _peers,
    "script": _script,
    "module": _module,
    "trace": _trace,
    "stdin": _stdin,
    "fifo": _fifo,
    "file": _file,
    "encoding": _encoding,
}
