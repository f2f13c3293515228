"""Files of the working folder, and the program run as a script, for a plain suite."""

import contextlib
import io
import os
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import likeness
from .program import FOLDER, Program

_CALLS = frozenset(
    ("stat", "lstat", "mkdir", "rmdir", "listdir", "unlink", "remove", "rename", "replace")
) | {"access", "chmod", "chdir"}
# What the program may have replaced since.
_OS = {name: getattr(os, name) for name in _CALLS}


def call_os(name: str, paths: list[str], rest: tuple[Any, ...]) -> Any:
    """Call a function of `os` on files here; a stat result as a tuple."""
    found = _OS[name](*paths, *rest)
    return tuple(found) if isinstance(found, os.stat_result) else found


def open_file(path: str, mode: str) -> bytes:
    """Open a file as the mode says, and return what it held."""
    with io.open(path, mode.replace("b", "") + "b") as file:  # noqa: UP020
        if "r" not in mode and "+" not in mode:
            return Path(path).read_bytes() if "a" in mode else b""
        file.seek(0)
        return bytes(file.read())


def write_file(path: str, content: bytes) -> None:
    """Replace what a file holds."""
    Path(path).write_bytes(content)


def run_program(
    program: Program, close: Callable[[], None], name: str, arguments: list[str], given: bytes
) -> tuple[int, bytes, bytes]:
    """Run a file of the submission as `python NAME ARGUMENTS…` in a process of its own.

    Returns its exit status, and what it wrote on both streams. `close` closes what the child must
    not have.
    """
    files = [os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600) for _ in range(3)]
    os.write(files[0], given)
    os.lseek(files[0], 0, os.SEEK_SET)
    pid = os.fork()
    if pid == 0:
        for number, file in enumerate(files):
            os.dup2(file, number)
        close()
        os._exit(_run_in_child(program, name, arguments))
    _, status = os.waitpid(pid, 0)
    written = []
    for file in files[1:]:
        os.lseek(file, 0, os.SEEK_SET)
        written.append(os.read(file, 500_000))
    for file in files:
        os.close(file)
    return os.waitstatus_to_exitcode(status), written[0], written[1]


def _run_in_child(program: Program, name: str, arguments: list[str]) -> int:
    sys.stdin, sys.stdout, sys.stderr = (
        likeness.make_stream(number, mode) for number, mode in enumerate("rww")
    )
    sys.argv[:] = [name, *arguments]
    code = 1
    try:
        run_as(program, name, "__main__")
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        if end.code is not None and not isinstance(end.code, int):
            print(end.code, file=sys.stderr)  # noqa: T201  as the interpreter does
    except BaseException:  # noqa: BLE001  as the interpreter shows it
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    return code & 0xFF


def run_as(program: Program, name: str, run_name: str) -> dict[str, Any]:
    """Run a file of the submission anew under another name; returns its globals."""
    module = types.ModuleType(run_name)
    module.__file__ = FOLDER + name
    if run_name == "__main__":
        likeness.register_as_main(module)
    exec(program.codes[name], module.__dict__)  # noqa: S102  running it is the purpose
    return {key: value for key, value in vars(module).items() if key != "__builtins__"}
