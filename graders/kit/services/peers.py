"""Services that any process of the program may call; the kernel identifies the process.

A process that the program forks cannot share the check's connection. It connects to a socket that
was made in the check's network before any of the student's code, and is listened to here; the
kernel attaches the process that connected (SO_PEERCRED), so several of them can be distinguished.
"""

import select
import socket
import struct
from typing import Any

from graders.kit import wire
from graders.kit.kernel.look import nothing_pending
from graders.kit.program.resources import Resources, TooManyCalls
from graders.kit.services.service_calls import ServiceCalls

MAX_PEERS = 64


class Peers:
    """The other processes of one check's program; one of the check's resources."""

    def __init__(self, resources: Resources, service_calls: ServiceCalls, name: str) -> None:
        self._resources, self._service_calls, self._name = resources, service_calls, name
        self._listener: socket.socket | None = None
        self._poll = select.poll()
        self._peers: list[_Peer] = []
        self._accepted = 0
        # Host pid -> number; the check's own process is number 1.
        self._numbers: dict[int, int] = {}

    @property
    def resource_request(self) -> dict[str, Any]:
        """An abstract address: of this network only, and no file that could be put in its place."""
        return {"kind": "peers", "name": self._name}

    def take(self, descriptor: int) -> None:
        """Listen from now on."""
        self._listener = socket.socket(fileno=descriptor)
        self._listener.setblocking(False)
        self._poll.register(self._listener, select.POLLIN)
        self._resources.loop.add_reader(self._listener, self._on_connection)

    def nothing_pending(self) -> bool:
        """Return whether no connection waits to be accepted and none has anything pending."""
        return not self._poll.poll(0) and all(peer.nothing_pending() for peer in self._peers)

    def nothing_in_kernel(self, pid: int) -> bool:
        """Return True: such sockets have nothing under way that no end sees."""
        return True

    def close(self) -> None:
        """Close the listener and every connection."""
        if self._listener:
            self._resources.loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        for peer in list(self._peers):
            peer.close()

    def forget(self, peer: "_Peer") -> None:
        """Forget a connection that was closed."""
        self._peers.remove(peer)
        self._resources.restart_proof()

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
            self._resources.flood()
            return
        size = struct.calcsize("3i")
        credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size)
        pid = struct.unpack("3i", credentials)[0]
        number = self._numbers.setdefault(pid, len(self._numbers) + 2)
        self._peers.append(_Peer(self._resources, self._service_calls, self, connection, number))
        self._resources.restart_proof()


class _Peer:
    """One connection of one process."""

    def __init__(
        self,
        resources: Resources,
        service_calls: ServiceCalls,
        peers: Peers,
        connection: socket.socket,
        number: int,
    ) -> None:
        connection.setblocking(False)
        self._resources, self._service_calls, self._peers = resources, service_calls, peers
        self._connection, self._number = connection, number
        self._inbox = bytearray()
        self._is_gone = False
        resources.loop.add_reader(connection, self._on_readable)

    def nothing_pending(self) -> bool:
        return nothing_pending(self._connection)

    def close(self) -> None:
        if self._is_gone:
            return
        self._is_gone = True
        self._resources.loop.remove_reader(self._connection)
        self._connection.close()
        self._service_calls.on_gone(self._number)
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
        self._resources.restart_proof()
        try:
            while (frame := wire.unpack(self._inbox)) is not None:
                self._on_frame(frame)
        except TooManyCalls:
            self._resources.flood()
        except (wire.WireError, KeyError, TypeError, ValueError) as error:
            self._resources.garble(str(error))

    def _on_frame(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "cancelled":
            self._service_calls.on_cancelled(frame["number"], process=self._number)
        else:
            self._service_calls.on_asked(frame, process=self._number, send=self._send)

    def _send(self, frame: dict[str, Any]) -> None:
        self._resources.restart_proof()
        try:
            self._connection.sendall(wire.pack(frame))
        except OSError:  # gone, or not reading: nothing is kept for it
            return
