"""The submission run as a program by a plain suite, by `subprocess.run` or `runpy`."""

import functools
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import Any, NoReturn

from graders.text import Text

Request = Callable[..., Any]
_PYTHON = ("python", "python3", "py")


def refuse_processes() -> None:
    """Have `os.fork` fail in this process, and with it multiprocessing.

    A copy of the judge would judge the rest once more, on the same connections.
    """
    os.fork = os.forkpty = _refuse


class ProcessRefused(PermissionError):
    """A suite would fork; `words` say it in both languages."""

    def __init__(self) -> None:
        super().__init__(_NO_PROCESS.en)
        self.words = _NO_PROCESS


def _refuse() -> NoReturn:
    raise ProcessRefused


_NO_PROCESS = Text(
    "una suite no puede crear procesos: quita esta prueba, o llama a la función directamente",
    "a suite may start no process: leave this test out, or call the function directly",
)


@contextmanager
def run_inside(request: Request, files: Sequence[str]) -> Iterator[None]:
    """Run in the sandbox, in the block, what of the submission the suite runs as a program."""
    run, run_path, run_module = subprocess.run, runpy.run_path, runpy.run_module

    @functools.wraps(run)
    def run_there(command: Any, *rest: Any, **named: Any) -> Any:
        words = command.split() if isinstance(command, str) else [str(one) for one in command]
        name = _script_of(words, files)
        if name is None:
            raise subprocess.SubprocessError(
                f"a suite cannot start {words[:1]}: only a file of the submission, as "
                f"[sys.executable, {files[0]!r}]"
            )
        return _run(request, name, words, **named)

    @functools.wraps(run_path)
    def run_path_there(path: Any, *rest: Any, run_name: str = "<run_path>", **named: Any) -> Any:
        return request("run", PurePath(path).name, run_name)

    @functools.wraps(run_module)
    def run_module_there(name: str, *rest: Any, run_name: str = "", **named: Any) -> Any:
        return request("run", f"{name}.py", run_name or name)

    subprocess.run = run_there  # type: ignore[assignment]
    runpy.run_path = run_path_there  # type: ignore[assignment]
    runpy.run_module = run_module_there  # type: ignore[assignment]
    try:
        yield
    finally:
        subprocess.run, runpy.run_path, runpy.run_module = run, run_path, run_module


def _script_of(words: list[str], files: Sequence[str]) -> str | None:
    """Return the submission's file that a command runs; None if it runs something else."""
    program, *rest = words
    if program != sys.executable and PurePath(program).name not in _PYTHON:
        return None
    if rest[:1] == ["-m"]:
        rest = [f"{rest[1]}.py", *rest[2:]]
    while rest and rest[0] in ("-u", "-I", "-B", "-E", "-s"):
        rest = rest[1:]
    words[:] = rest
    name = PurePath(rest[0]).name if rest else ""
    return name if name in files else None


def _run(
    request: Request,
    name: str,
    words: list[str],
    *,
    input: str | bytes | None = None,  # noqa: A002  the name of subprocess.run
    text: bool | None = None,
    universal_newlines: bool | None = None,
    encoding: str | None = None,
    capture_output: bool = False,
    stdout: Any = None,
    stderr: Any = None,
    check: bool = False,
    **_: Any,
) -> subprocess.CompletedProcess[Any]:
    is_text = bool(text or universal_newlines or encoding)
    given = input.encode("utf-8") if isinstance(input, str) else bytes(input or b"")
    code, output, errors = request("script", name, words[1:], given)
    if stderr == subprocess.STDOUT:
        output, errors = output + errors, None
    found: list[Any] = [
        output if capture_output or stdout is not None else None,
        errors if capture_output or stderr is not None else None,
    ]
    if is_text:
        found = [one if one is None else one.decode("utf-8", "replace") for one in found]
    done = subprocess.CompletedProcess(words, code, *found)
    if check:
        done.check_returncode()
    return done
