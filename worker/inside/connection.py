"""The socket to the trusted side, as frames."""

import array
import os
import select
import socket
import threading
from collections.abc import Callable
from typing import Any

import wire  # graders/kit/wire, laid beside this package inside the sandbox


class Connection:
    """The socket to the trusted side, as frames."""

    def __init__(self, fd: int) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fd)
        self.socket.setblocking(False)
        self._inbox = bytearray()
        self._hearing = threading.Lock()

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame, waiting as long as the other end takes."""
        data = wire.pack(frame)
        while data:
            try:
                data = data[self.socket.send(data) :]
            except BlockingIOError:
                select.select([], [self.socket], [])

    def send_with(self, frame: dict[str, Any], descriptors: list[int]) -> None:
        """Send a frame that nothing stands before, and descriptors with it."""
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors).tobytes())
        self.socket.sendmsg([wire.pack(frame)], [rights] if descriptors else [])

    def wait(self) -> dict[str, Any]:
        """Wait for the first frame and return it; the trusted side sends no second by itself.

        Raises:
            EOFError: the trusted side hung up.
        """
        while True:
            select.select([self.socket], [], [])
            for frame in self.receive():
                return frame

    def hear(self, take: Callable[[dict[str, Any]], None]) -> None:
        """Give what has come in whole to `take`, one thread after the other, in order.

        Ends the process if the trusted side hung up.
        """
        with self._hearing:
            try:
                frames = self.receive()
            except EOFError:
                os._exit(0)
            for frame in frames:
                take(frame)

    def receive(self) -> list[dict[str, Any]]:
        """Return the frames that have come in whole.

        Raises:
            EOFError: the trusted side hung up.
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
