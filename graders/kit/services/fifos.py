"""Named pipes as a service: a file is being read while a thread of the program has it open.

Opening a FIFO for writing without waiting succeeds only if some process has it open for reading, or
waits to: that is the arrival, and no claim of the program's. The descriptor comes from the check's
own process, before any of the student's code, and is opened again by way of /proc/self/fd: never by
a path that a student could write.
"""

import contextlib
import errno
import os
import select
from collections.abc import Mapping, Sequence
from typing import Any

from graders.kit.kernel.closings import Closings
from graders.kit.kernel.open_files import (
    is_being_opened,
    is_being_opened_by_main,
    is_held_open,
)
from graders.kit.program.resources import Resources, TooManyCalls
from graders.kit.services.barrier import Hold, Service
from graders.kit.services.evidence import Call, CallEnd
from graders.kit.services.service_calls import ServiceCalls

# Whoever opens one again, after having read it, is served when everything sleeps; not for ever.
MOST_READINGS = 3


class Fifos(Service):
    """The pipes of one `conductor.fifos`. `paths` are theirs for the program, in order.

    is_opening_held       Whether we leave our end closed until the program rests in opening one.
    was_opened_by_main    Whether it was the program's main thread, where its event loop runs, that
                          rested so.
    """

    def __init__(
        self,
        resources: Resources,
        service_calls: ServiceCalls,
        name: str,
        contents: Mapping[str, str | bytes],
        hold_until: Hold,
        release_order: Sequence[object],
        *,
        hold_opening: bool = False,
    ) -> None:
        super().__init__(service_calls, name, lambda: None, hold_until, release_order, "fifos")
        self._resources = resources
        self.is_opening_held, self.was_opened_by_main = hold_opening, False
        self.closings = Closings()
        self._fifos = [_Fifo(self, path, _bytes(content)) for path, content in contents.items()]
        for fifo in self._fifos:
            resources.add(fifo)

    @property
    def paths(self) -> list[str]:
        """Where the program finds them."""
        return [fifo.path for fifo in self._fifos]

    @property
    def opened_again(self) -> list[str]:
        """Those that the program closed before all was read, and opened once more meanwhile."""
        return [fifo.path for fifo in self._fifos if fifo.is_opened_again]

    def on_quiet(self) -> bool:
        """Take note that the program sleeps; it may wait for one that it has read before."""
        if self.is_opening_held and any([fifo.is_being_opened() for fifo in self._fifos]):  # noqa: C419
            self.is_opening_held = False
            self.was_opened_by_main = any(fifo.is_being_opened_by_main() for fifo in self._fifos)
            return any([fifo.notice() for fifo in self._fifos])  # noqa: C419
        reopened = any([fifo.notice(again=True) for fifo in self._fifos])  # noqa: C419
        return super().on_quiet() or reopened

    def is_quiet_enough(self, seconds: float, *, is_outlasted: bool) -> bool:
        """Return as for any service; a program that rests while it opens one waits for nothing."""
        return self.is_opening_held or super().is_quiet_enough(seconds, is_outlasted=is_outlasted)

    def on_opened(self, fifo: "_Fifo") -> None:
        """Note that one is being read."""
        call = Call(
            service=self.name,
            key=0,
            arguments=(fifo.path,),
            named={},
            line=None,
            part="",
            instance=0,
            asked_at=self._service_calls.since_began(),
            process=0,
            reply=lambda how, content: fifo.write(),
        )
        self._resources.restart_proof()
        try:
            self._service_calls.arrive(call)
        except TooManyCalls:
            self._resources.flood()

    def restart_proof(self) -> None:
        """Report that something was sent to the program."""
        self._resources.restart_proof()

    def _make_answer(self, call: Call) -> tuple[CallEnd, dict[str, Any]]:
        return CallEnd.ANSWERED, {}


class _Fifo:
    """One pipe, one of the check's resources.

    is_opened_again  Whether its reader closed it unread, and there was one again when we wrote.
    """

    def __init__(self, fifos: Fifos, path: str, content: bytes) -> None:
        self.path = path
        self._fifos, self._content = fifos, content
        self._loop = fifos._resources.loop
        self._place = self._writer = -1
        self._rest = b""
        self._readings = self._pid = 0
        self._watched = -1
        self.is_opened_again = False

    @property
    def resource_request(self) -> dict[str, Any]:
        return {"kind": "fifo", "name": self.path}

    def take(self, descriptor: int) -> None:
        self._place = descriptor
        self._watched = self._fifos.closings.watch(descriptor)

    def nothing_pending(self) -> bool:
        return not self._rest and not self.notice()

    def nothing_in_kernel(self, pid: int) -> bool:
        self._pid = pid
        return True

    def close(self) -> None:
        self._hang_up()
        self._fifos.closings.close()
        if self._place >= 0:
            os.close(self._place)

    def notice(self, *, again: bool = False) -> bool:
        """Check whether it is open for reading now; True if that is new."""
        if self._place < 0 or self._writer >= 0 or self._readings >= MOST_READINGS:
            return False
        if self._fifos.is_opening_held:
            return False
        if self._readings and not (again and self._is_opened_again()):
            return False
        self._fifos.closings.take(self._watched)  # by who has read it before
        try:
            flags = os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC
            self._writer = os.open(f"/proc/self/fd/{self._place}", flags)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return False
            raise
        self._readings += 1
        self._fifos.on_opened(self)
        return True

    def is_being_opened(self) -> bool:
        """Return whether the program waits for our end to open it; asked when everything sleeps."""
        return bool(self._pid) and is_being_opened(self._pid, self.path)

    def is_being_opened_by_main(self) -> bool:
        """Return whether it is the program's main thread that waits so."""
        return is_being_opened_by_main(self._pid, self.path)

    def _is_opened_again(self) -> bool:
        """Return whether a reader may wait for it to be opened; asked when everything sleeps.

        One that has opened it before, and has not closed it, looks the same to open(2), also if it
        has yet to read what it was sent. But such a one holds a descriptor, and a thread that waits
        in open(2) has none.
        """
        is_held = is_held_open(self._pid, os.fstat(self._place))
        return not is_held or self.is_being_opened()

    def _note_closings(self) -> None:
        if self._writer >= 0 and self._fifos.closings.take(self._watched):
            self.is_opened_again |= self._has_reader()

    def _has_reader(self) -> bool:
        poll = select.poll()
        poll.register(self._writer, select.POLLOUT)
        return not any(event & select.POLLERR for _, event in poll.poll(0))

    def write(self) -> None:
        """Write the content to the reader, and close."""
        self._note_closings()
        self._rest = self._content
        self._go_on()

    def _go_on(self) -> None:
        self._fifos.restart_proof()
        try:
            while self._rest:
                self._rest = self._rest[os.write(self._writer, self._rest) :]
        except BlockingIOError:
            self._loop.add_writer(self._writer, self._go_on)
            return
        except BrokenPipeError:  # the reader has had enough
            self._rest = b""
        self._hang_up()

    def _hang_up(self) -> None:
        self._note_closings()
        writer, self._writer, self._rest = self._writer, -1, b""
        if writer >= 0:
            with contextlib.suppress(ValueError):
                self._loop.remove_writer(writer)
            os.close(writer)


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content
