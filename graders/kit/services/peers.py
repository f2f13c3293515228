"""Services that any process of the program may ask: each says by the kernel which one it is.

A process that the program forks cannot share the check's connection. It connects to a socket that
was made in the check's network before any of the student's code, and is listened to here; the
kernel attaches the process that connected (SO_PEERCRED), so several of them are told apart.
"""

import select
import socket
import struct
from typing import Any

from graders.kit import wire
from graders.kit.kernel.look import nothing_under_way
from graders.kit.program.resources import Furnishing, TooManyCalls
from graders.kit.services.service_calls import Asking

MAX_PEERS = 64


class Peers:
    """The other processes of one check's program; a piece of its furnishing."""

    def __init__(self, furnishing: Furnishing, asking: Asking, name: str) -> None:
        self._furnishing, self._asking, self._name = furnishing, asking, name
        self._listener: socket.socket | None = None
        self._poll = select.poll()
        self._peers: list[_Peer] = []
        self._accepted = 0
        # Host pid -> number; the check's own process is number 1.
        self._numbers: dict[int, int] = {}

    @property
    def wish(self) -> dict[str, Any]:
        """An abstract address: of this network only, and no file that could be put in its place."""
        return {"kind": "peers", "name": self._name}

    def take(self, descriptor: int) -> None:
        """Listen from now on."""
        self._listener = socket.socket(fileno=descriptor)
        self._listener.setblocking(False)
        self._poll.register(self._listener, select.POLLIN)
        self._furnishing.loop.add_reader(self._listener, self._on_connection)

    def is_calm(self) -> bool:
        """Return whether nobody is at the door, and nothing under way with those within."""
        return not self._poll.poll(0) and all(peer.is_calm() for peer in self._peers)

    def is_still(self, pid: int) -> bool:
        """Return True: such sockets have nothing under way that no end sees."""
        return True

    def close(self) -> None:
        """Hang up on everybody."""
        if self._listener:
            self._furnishing.loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        for peer in list(self._peers):
            peer.close()

    def forget(self, peer: "_Peer") -> None:
        """Let go of one that has gone."""
        self._peers.remove(peer)
        self._furnishing.stir()

    def _on_connection(self) -> None:
        try:
            connection = self._listener and self._listener.accept()[0]
        except OSError:  # it went away before it was let in
            return
        if not connection:
            return
        self._accepted += 1
        if self._accepted > MAX_PEERS:
            connection.close()
            self._furnishing.flood()
            return
        size = struct.calcsize("3i")
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        pid = struct.unpack("3i", credentials)[0]
        number = self._numbers.setdefault(pid, len(self._numbers) + 2)
        self._peers.append(_Peer(self._furnishing, self._asking, self, connection, number))
        self._furnishing.stir()


class _Peer:
    """One connection of one process."""

    def __init__(
        self,
        furnishing: Furnishing,
        asking: Asking,
        peers: Peers,
        connection: socket.socket,
        number: int,
    ) -> None:
        connection.setblocking(False)
        self._furnishing, self._asking, self._peers = furnishing, asking, peers
        self._connection, self._number = connection, number
        self._inbox = bytearray()
        self._is_gone = False
        furnishing.loop.add_reader(connection, self._on_readable)

    def is_calm(self) -> bool:
        return nothing_under_way(self._connection)

    def close(self) -> None:
        if self._is_gone:
            return
        self._is_gone = True
        self._furnishing.loop.remove_reader(self._connection)
        self._connection.close()
        self._asking.on_gone(self._number)
        self._peers.forget(self)

    def _on_readable(self) -> None:
        try:
            data = self._connection.recv(65_536)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._inbox += data
        self._furnishing.stir()
        try:
            while (frame := wire.unpack(self._inbox)) is not None:
                self._on_frame(frame)
        except TooManyCalls:
            self._furnishing.flood()
        except (wire.WireError, KeyError, TypeError, ValueError) as error:
            self._furnishing.garble(str(error))

    def _on_frame(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "cancelled":
            self._asking.on_cancelled(frame["number"], process=self._number)
        else:
            self._asking.on_asked(frame, process=self._number, send=self._send)

    def _send(self, frame: dict[str, Any]) -> None:
        self._furnishing.stir()
        try:
            self._connection.sendall(wire.pack(frame))
        except OSError:  # gone, or not reading: nothing is kept for it
            return
