"""Messages on a Unix socket with the sender's pid, which the kernel attaches (unix(7))."""

import array
import socket
import struct
from dataclasses import dataclass, field

_UCRED = struct.Struct("3i")  # pid, uid, gid
_ANCILLARY_BYTES = socket.CMSG_SPACE(_UCRED.size) + 1024


@dataclass(slots=True)
class Received:
    """One message. `pid` is the sender's, or None; `descriptors` are the caller's to close."""

    data: bytes
    pid: int | None = None
    descriptors: list[int] = field(default_factory=list)


def receive_with_sender(sock: socket.socket, size: int) -> Received:
    """Return up to `size` bytes, and what the kernel attached; `sock` has SO_PASSCRED set.

    Raises:
        OSError: as `recvmsg`.
    """
    data, ancillary, _, _ = sock.recvmsg(size, _ANCILLARY_BYTES)
    received = Received(data)
    for level, kind, content in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, socket.SCM_CREDENTIALS):
            received.pid = _UCRED.unpack_from(content)[0]
        elif (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
            received.descriptors += array.array("i", content[: len(content) // 4 * 4])
    return received
