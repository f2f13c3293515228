"""Where the main thread of a check's program is, as the interpreter itself writes it down.

Its faulthandler writes into a pipe of ours when it is asked by a signal, and when its processor
time is over (worker/inside/task_locations.py); no line of the program need run for it. The
program can write there as well: a stack explains a verdict and decides none.
"""

import asyncio
import os
import re
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from graders.kit.kernel.silence import PAUSE_SECONDS, Silence
from graders.kit.wire import encode_line, parse_line

# The same number as in worker/inside/seccomp.py.
STACK_SIGNAL = 63
_HEAD = "Stack (most recent call first):"
# The innermost frame first; the file is the student's.
_FRAME = re.compile(r'  File "/w/([^"\n/]{1,80})", line (\d{1,6}) in (\S{1,80})')
_ENDS = (" in <module>", "...")
_LOOP = re.compile(r'  File "[^"\n]*/asyncio/base_events\.py", line \d+ in run_forever')


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack of the main thread.

    line, name   The innermost line of the student's file, and its function; None and "" if there
                 is none.
    is_in_loop   Whether an event loop runs that line; not if the line has started the loop.
    """

    line: int | None = None
    name: str = ""
    is_in_loop: bool = False


NO_STACK = Stack()


class Stacks:
    """The reading end of the pipe; `close` is the caller's to call.

    `first_file` is the name of the exercise's first file.
    """

    def __init__(self, descriptor: int, first_file: str) -> None:
        self._descriptor, self._first_file = descriptor, first_file

    def take(self) -> list[Stack]:
        """Return those that have been written since the last time."""
        return parse_stacks(self._read()[0], self._first_file)

    async def ask(self, pid: int, new_silence: Callable[[], Silence]) -> Stack:
        """Return where the program is now; an empty one if it is not going to answer."""
        self.take()
        if not request_stack(pid):
            return Stack()
        silence, text, is_open = new_silence(), "", True
        # It is written resource by resource; the outermost frame is that of a module.
        while is_open and not text.rstrip().endswith(_ENDS):
            # In this order: what it wrote before the look is read after it.
            is_final = silence.is_final()
            resource, is_open = self._read()
            text += resource
            if is_final:
                break
            if is_open and not resource:
                await self._wait_readable(PAUSE_SECONDS)
        return next(iter(parse_stacks(text, self._first_file)), Stack())

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._descriptor)

    def _read(self) -> tuple[str, bool]:
        """Return what is there, and whether more may come."""
        try:
            resource = os.read(self._descriptor, 65_536)
        except BlockingIOError:
            return "", True
        return resource.decode("utf-8", "replace"), bool(resource)

    async def _wait_readable(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        readable = asyncio.Event()
        loop.add_reader(self._descriptor, readable.set)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await readable.wait()
        finally:
            loop.remove_reader(self._descriptor)


def request_stack(pid: int) -> bool:
    """Have a check's interpreter write down where its main thread is; False if it is gone.

    Call it only after the process's first frame: before, the signal would end it.
    """
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        return False
    try:
        signal.pidfd_send_signal(descriptor, STACK_SIGNAL)
    except OSError:  # it ends, or has too many signals waiting
        return False
    finally:
        os.close(descriptor)
    return True


def parse_stacks(text: str, first_file: str) -> list[Stack]:
    """Return the stacks that were written, in their order."""
    return [_stack(text, first_file) for text in text.split(_HEAD)[1:]]


def _stack(text: str, first_file: str) -> Stack:
    if not (found := _FRAME.search(text)):
        return NO_STACK
    # The innermost frame comes first, so whatever runs the line comes after it.
    number, name = int(found[2]), found[3]
    # A name that no file can have is left out: it matters whether there is a line at all.
    line = parse_line(encode_line(number, found[1], first_file)) or number
    return Stack(line, name, _LOOP.search(text, found.end()) is not None)
