"""Makes a check's process like a fresh `python solution.py`: a right program must not notice us.

What a fork of a warm interpreter carries along is put back here. What differs all the same, and
why, is the table in tests/worker/fresh_python.toml, which a test holds against the real thing.
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

# What of the recursion limit our own frames take, below those of the module.
_OUR_FRAMES = 12


def prepare() -> None:
    """Do what is the same for every program: once, in the zygote, when it is warm."""
    # exit(), help() and the like, which -S leaves out and students write.
    site.setquit()
    site.setcopyright()
    site.sethelper()
    # In the interpreter's own locale it would be "C", whose encoding is ASCII.
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    # Warming up has left word that there is no loop: get_event_loop() would not make one.
    asyncio.set_event_loop_policy(None)
    sys.setrecursionlimit(sys.getrecursionlimit() + _OUR_FRAMES)


def make_streams() -> None:
    """Make the standard streams that every check will have, on the descriptors it will put there.

    On a pipe, for a stream remembers whether what it was made on can be sought in. Made in each
    check by itself they would cost it 0.15 ms.
    """
    reading, writing = os.pipe()
    for fd in (1, 2):
        os.dup2(writing, fd)
    os.close(reading)
    os.close(writing)
    sys.stdin = sys.__stdin__ = _stream(0, "<stdin>", "r", "surrogateescape")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, "<stdout>", "w", "backslashreplace")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "<stderr>", "w", "backslashreplace")  # type: ignore[misc]


def _stream(fd: int, name: str, mode: str, errors: str) -> io.TextIOWrapper:
    """Return a stream as Python/pylifecycle.c makes it; line by line, as on a terminal."""
    buffer = open(fd, mode + "b", closefd=False)  # noqa: SIM115
    buffer.raw.name = name  # type: ignore[attr-defined]
    stream = io.TextIOWrapper(
        buffer, encoding="utf-8", errors=errors, newline="\n" if mode == "w" else None,
        line_buffering=mode == "w",
    )  # fmt: skip
    stream.mode = mode  # type: ignore[misc]
    return stream


def enter(main: str, folder: str) -> None:
    """Do, in a check's own process, what only there can be done."""
    sys.argv = [main]
    sys.orig_argv = ["python3", main]
    sys.path[0] = folder
    # What the interpreter does at a fork, and ours, which runs none of that, leaves out.
    threading.main_thread()._set_native_id()  # type: ignore[attr-defined]


def take_for_main(module: types.ModuleType) -> None:
    """Let the submission be found as `__main__`, which it is at home."""
    sys.modules["__main__"] = module
    vars(module).setdefault("__annotations__", {})
    vars(module)["__builtins__"] = builtins


def finish() -> None:
    """Do what the interpreter does at a script's end: wait for its threads, then for `atexit`."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
