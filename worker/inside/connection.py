"""The check's connection to the trusted side: frames over a socket."""

import array
import os
import select
import socket
import threading
from collections.abc import Callable
from typing import Any

import wire  # graders/kit/wire, laid beside this package inside the sandbox


class Connection:
    """The socket to the trusted side, read and written in frames."""

    def __init__(self, fd: int) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fd)
        self.socket.setblocking(False)
        self._inbox = bytearray()
        self._dispatch_lock = threading.Lock()

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame; block until the other end has taken it."""
        data = wire.pack(frame)
        while data:
            try:
                data = data[self.socket.send(data) :]
            except BlockingIOError:
                select.select([], [self.socket], [])

    def send_with_descriptors(self, frame: dict[str, Any], descriptors: list[int]) -> None:
        """Send a frame with descriptors attached; only while nothing else waits to be sent."""
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors).tobytes())
        self.socket.sendmsg([wire.pack(frame)], [rights] if descriptors else [])

    def receive_first(self) -> dict[str, Any]:
        """Block until the first frame and return it; the trusted side sends a second on request.

        Raises:
            EOFError: the trusted side closed the connection.
        """
        while True:
            select.select([self.socket], [], [])
            for frame in self.receive():
                return frame

    def dispatch(self, handle: Callable[[dict[str, Any]], None]) -> None:
        """Give every complete frame to `handle`, in order; one thread at a time.

        Exits the process if the trusted side closed the connection.
        """
        with self._dispatch_lock:
            try:
                frames = self.receive()
            except EOFError:
                os._exit(0)
            for frame in frames:
                handle(frame)

    def receive(self) -> list[dict[str, Any]]:
        """Return the frames that have arrived completely; never blocks.

        Raises:
            EOFError: the trusted side closed the connection.
        """
        try:
            data = self.socket.recv(65_536)
        except BlockingIOError:
            return []
        if not data:
            raise EOFError
        self._inbox += data
        frames = []
        while (frame := wire.unpack(self._inbox)) is not None:
            frames.append(frame)
        return frames
