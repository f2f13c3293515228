"""The connection to a check's process: frames both ways, and what the program prints."""

import asyncio
import os
import socket
from typing import Any

from graders.credentials import receive_with_sender
from graders.kit import wire


class Connection:
    """The connection to a check process.

    pid  The host's pid of the process, from the kernel and not from the process: it comes with
         its first frame, which is sent before any of the student's code runs. None until then.
    descriptors  What came with that frame, the caller's to close; nothing later is taken.
    unsent    What there was no room for yet.
    is_empty  Whether nothing more had come in when it was last read.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.pid: int | None = None
        self.descriptors: list[int] = []
        self.is_empty = False
        self.unsent = bytearray()
        self._inbox = bytearray()

    def send(self, frame: dict[str, Any]) -> None:
        """Send a frame, or nothing if the process is gone; what it sent before can still be read.

        What a program that does not read has no room for waits here until there is.
        """
        self.unsent += wire.pack(frame)
        self.flush()

    def close(self) -> None:
        """Close the connection."""
        asyncio.get_running_loop().remove_writer(self.socket)
        self.socket.close()

    def flush(self) -> None:
        """Send what there was no room for, and the rest when there is."""
        try:
            while self.unsent:
                del self.unsent[: self.socket.send(self.unsent)]
        except BlockingIOError:
            asyncio.get_running_loop().add_writer(self.socket, self.flush)
            return
        except ConnectionError:
            self.unsent.clear()
        asyncio.get_running_loop().remove_writer(self.socket)

    def receive(self) -> list[dict[str, Any]] | None:
        """Return the frames that have come in whole; None if the other end has hung up.

        Raises:
            WireError: what came in is no frame of ours.
        """
        try:
            data = self._read()
        except BlockingIOError:
            self.is_empty = True
            return []
        except OSError:
            data = b""
        self.is_empty = not data
        if not data:
            return None
        self._inbox += data
        frames = []
        while (frame := wire.unpack(self._inbox)) is not None:
            frames.append(frame)
        return frames

    def _read(self) -> bytes:
        if self.pid is not None:
            return self.socket.recv(65_536)
        received = receive_with_sender(self.socket, 65_536)
        self.pid = received.pid
        self.descriptors += received.descriptors
        if self.pid is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return received.data


class CapturedOutput:
    """What a check process writes to its standard output and its standard error.

    text      Both, as they came, the first `allowed` bytes.
    output    The standard output alone, the same bytes of it: what a check may look at.
    is_flood  Whether it wrote FLOOD times what is kept.
    """

    FLOOD = 16

    def __init__(self, output: int, errors: int, allowed: int) -> None:
        self.descriptors = (output, errors)
        self.is_flood = False
        self._allowed, self._read = allowed, 0
        self._captured = {"text": bytearray(), "output": bytearray()}
        self._new = (bytearray(), bytearray())

    @property
    def text(self) -> str:
        """What was kept, as text, with a note of its full size if it was cut."""
        return self._as_text("text")

    @property
    def output(self) -> str:
        """What was kept of the standard output, likewise."""
        return self._as_text("output")

    def drain(self) -> bool:
        """Take what is there of both; False if there will be no more to take of either."""
        # In this order: a program that writes to both usually ends with the error.
        is_open = [self.drain_one(descriptor) for descriptor in self.descriptors]
        return any(is_open)

    def take_new(self) -> tuple[str, str]:
        """Return what was kept of the standard output and of errors since the last time."""
        output, errors = (new.decode("utf-8", "backslashreplace") for new in self._new)
        for new in self._new:
            new.clear()
        return output, errors

    def drain_one(self, descriptor: int) -> bool:
        """Take what is there of one; False if there will be no more."""
        try:
            while not self.is_flood and (data := os.read(descriptor, 65_536)):
                self._keep(data, is_output=descriptor == self.descriptors[0])
        except BlockingIOError:
            return True
        return False

    def close(self) -> None:
        """Close both streams."""
        for descriptor in self.descriptors:
            os.close(descriptor)

    def _keep(self, data: bytes, *, is_output: bool) -> None:
        kept = data[: max(0, self._allowed - len(self._captured["text"]))]
        self._captured["text"] += kept
        self._new[not is_output].extend(kept)
        if is_output:
            self._captured["output"] += kept
        self._read += len(data)
        self.is_flood = self._read > self._allowed * self.FLOOD

    def _as_text(self, which: str) -> str:
        text = self._captured[which].decode("utf-8", "backslashreplace")
        return text if self._read <= self._allowed else f"{text}\n[… {self._read} bytes]"
