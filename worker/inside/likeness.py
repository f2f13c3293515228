"""Makes a check's process look like a fresh `python solution.py`.

A fork of a warm interpreter inherits state; this module resets it. The remaining differences and
their reasons are the table in tests/worker/fresh_python.toml; a test compares it with a real fresh
interpreter.
"""

import asyncio
import atexit
import builtins
import contextlib
import io
import locale
import os
import site
import sys
import threading
import types
import warnings

# How much of the recursion limit our own frames use, below those of the module.
_OUR_FRAMES = 12


def prepare() -> None:
    """Reset what is the same for every program; called once, in the zygote, after its warm-up."""
    # exit(), help() and the like, which students use and -S leaves out.
    site.setquit()
    site.setcopyright()
    site.sethelper()
    # Otherwise the locale would be "C", whose encoding is ASCII.
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    # After the warm-up the policy says that there is no loop: get_event_loop() would not make one.
    asyncio.set_event_loop_policy(None)
    # The interpreter is told to warn of it for the checks that make an error of that.
    warnings.simplefilter("ignore", EncodingWarning)
    sys.setrecursionlimit(sys.getrecursionlimit() + _OUR_FRAMES)


def make_streams() -> None:
    """Make the standard streams of every check, on the descriptors 0, 1 and 2.

    On a pipe, because a stream remembers whether its file was seekable when it was made. To make
    them in each check would cost it 0.15 ms.
    """
    reading, writing = os.pipe()
    for fd in (1, 2):
        os.dup2(writing, fd)
    os.close(reading)
    os.close(writing)
    sys.stdin = sys.__stdin__ = _stream(0, "<stdin>", "r", "surrogateescape")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, "<stdout>", "w", "backslashreplace")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "<stderr>", "w", "backslashreplace")  # type: ignore[misc]


def make_stream(fd: int, mode: str) -> io.TextIOWrapper:
    """Return the standard stream of this number, for a process of its own."""
    name = ("<stdin>", "<stdout>", "<stderr>")[fd]
    return _stream(fd, name, mode, "surrogateescape" if mode == "r" else "backslashreplace")


def _stream(fd: int, name: str, mode: str, errors: str) -> io.TextIOWrapper:
    """Return a stream as Python/pylifecycle.c makes it; line-buffered, as on a terminal."""
    buffer = open(fd, mode + "b", closefd=False)  # noqa: SIM115
    buffer.raw.name = name  # type: ignore[attr-defined]
    stream = io.TextIOWrapper(
        buffer, encoding="utf-8", errors=errors, newline="\n" if mode == "w" else None,
        line_buffering=mode == "w",
    )  # fmt: skip
    stream.mode = mode  # type: ignore[misc]
    return stream


def enter(main: str, folder: str) -> None:
    """Reset what can only be reset in the check's own process."""
    sys.argv = [main]
    sys.orig_argv = ["python3", main]
    sys.path[0] = folder
    # os.fork() does this; linux.fork_into(), which runs no fork hooks, does not.
    threading.main_thread()._set_native_id()  # type: ignore[attr-defined]


def register_as_main(module: types.ModuleType) -> None:
    """Register the submission as `__main__`, as in `python solution.py`."""
    sys.modules["__main__"] = module
    vars(module).setdefault("__annotations__", {})
    vars(module)["__builtins__"] = builtins


def finish() -> None:
    """Do what the interpreter does at a script's end: join its threads, then run `atexit`.

    Before the threads, as threading._shutdown() does, what pools have registered to end theirs.
    """
    for end_pool in reversed(threading._threading_atexits):  # type: ignore[attr-defined]
        end_pool()
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
