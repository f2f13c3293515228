"""ruff on a submission, in a process that is shut in, for suites whose checks demand its rules.

The file comes from memory under the exercise's own name for it, so that no settings lie beside it;
`# noqa` and the like switch nothing off. What ruff prints is bounded by the kernel. A submission at
which ruff breaks off fails; a linter that is missing or does not start is an outage.
"""

import asyncio
import importlib
import json
import os
import re
import signal
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from graders.catalogue.pythons import OWN_SERIES
from graders.kit.lint import MOST_SHOWN, RUFF_VERSION, Finding, Findings, Lint
from graders.text import Text
from worker.grading import linter_start
from worker.grading.suite_errors import SuiteError
from worker.host import protections
from worker.outages import Outage
from worker.sandboxes.bubblewrap import SANDBOX_UID

CPU_SECONDS: Final = 5
CLOCK_SECONDS: Final = 120.0
OUTPUT_BYTES: Final = 1 << 18
LONGEST_MESSAGE: Final = 160
_LIMITS: Final = {
    "CPU": CPU_SECONDS,
    "AS": 1 << 30,
    "FSIZE": OUTPUT_BYTES,
    "CORE": 0,
    "NOFILE": 64,
}
_ARGUMENTS: Final = (
    *("check", "--isolated", "--no-cache", "--ignore-noqa", "--output-format", "json-lines"),
)
_FOUND_NONE, _FOUND = 0, 1
_ISORT: Final = re.compile(rb"isort(?=[ \t]*:)")


@dataclass(frozen=True, slots=True)
class _Ended:
    """How ruff ended on one file: its exit code, negative for a signal, and what it wrote."""

    code: int
    output: bytes
    errors: str


def find_ruff() -> Path | None:
    """Return the program of the installed package, if it is of our version; else None."""
    try:
        if metadata.version("ruff") != RUFF_VERSION:
            return None
        return Path(importlib.import_module("ruff").find_ruff_bin())  # untyped
    except (ImportError, FileNotFoundError):  # metadata's own error is an ImportError
        return None


def find_linter() -> protections.Finding:
    """Return whether the linter is here, for `semaforo doctor`."""
    found = find_ruff()
    words = _HERE if found else _NOT_HERE
    detail = words.format(version=RUFF_VERSION, path=found)
    return protections.Finding("linter", holds=found is not None, essential=False, detail=detail)


class Linter:
    """The installed ruff; `program` is None where it is not installed."""

    def __init__(self, program: Path | None, *, is_confined: bool = True) -> None:
        self._program, self._is_confined = program, is_confined

    async def must_know(self, demands: Iterable[str]) -> None:
        """Make sure that ruff is here and has these rules and options; `Lint.key` each.

        Raises:
            SuiteError: it is not, or has not, and the kind says whose fault that is.
        """
        for key in demands:
            ended = await self._run(Lint.from_key(key), "solution.py", b"")
            if ended.code != _FOUND_NONE and ended.code != _FOUND:
                raise SuiteError(_REFUSED.format(why=ended.errors[-1000:]))

    async def look(
        self, demands: Sequence[str], files: Mapping[str, bytes], python: str = OWN_SERIES
    ) -> dict[str, dict[str, Any]]:
        """Return what ruff says of a submission by demand, as `Findings.to_dict`.

        `python` is the series that the program runs on, as "3.12".

        Raises:
            SuiteError: ruff is not here or does not start, through no fault of the submission.
        """
        return {
            key: (await self._look_at(Lint.from_key(key), files, python)).to_dict()
            for key in demands
        }

    async def _look_at(self, demand: Lint, files: Mapping[str, bytes], python: str) -> Findings:
        found: list[Finding] = []
        for number, (name, content) in enumerate(files.items()):
            ended = await self._run(demand, name, _without_isort(content), python)
            in_this = list(_read(ended.output, name if number else ""))
            is_whole = ended.code == (_FOUND if in_this else _FOUND_NONE)
            is_cut = bool(in_this) and ended.code == -signal.SIGXFSZ
            if ended.code == _FOUND and not in_this:
                raise SuiteError(_NOT_STARTED.format(why=ended.errors), Outage.OTHER)
            if not is_whole and not is_cut:
                return Findings(unread=name)
            found += in_this
        return Findings(tuple(found[:MOST_SHOWN]), len(found))

    async def _run(
        self, demand: Lint, name: str, content: bytes, python: str = OWN_SERIES
    ) -> _Ended:
        """Run ruff on one file.

        Raises:
            SuiteError: it is not here, does not start, or was ended by our machine.
        """
        if self._program is None:
            raise SuiteError(MISSING.format(version=RUFF_VERSION), Outage.OTHER)
        with ExitStack() as stack:
            streams = [os.memfd_create(kind, os.MFD_CLOEXEC) for kind in ("in", "out", "err")]
            for stream in streams:
                stack.callback(os.close, stream)
            os.write(streams[0], content)
            os.lseek(streams[0], 0, os.SEEK_SET)
            code = await self._exit_code(_arguments(demand, name, python), streams)
            output = os.pread(streams[1], OUTPUT_BYTES, 0)
            errors = os.pread(streams[2], OUTPUT_BYTES, 0).decode("utf-8", "replace")
        if code in (-signal.SIGKILL, linter_start.FAILED):
            why = errors or "SIGKILL"
            raise SuiteError(_NOT_STARTED.format(why=why[-1000:]), Outage.OTHER)
        return _Ended(code, output, errors)

    async def _exit_code(self, arguments: Sequence[str], streams: Sequence[int]) -> int:
        settings = {
            "program": str(self._program),
            "arguments": arguments,
            "limits": _LIMITS,
            "uid": SANDBOX_UID if os.geteuid() == 0 else None,
            "confined": self._is_confined,
        }
        start = [sys.executable, "-I", "-S", linter_start.__file__, json.dumps(settings)]
        stdin, stdout, stderr = streams
        process = await asyncio.create_subprocess_exec(
            *start, stdin=stdin, stdout=stdout, stderr=stderr, env={}, cwd="/",
            start_new_session=True,
        )  # fmt: skip
        try:
            async with asyncio.timeout(CLOCK_SECONDS):
                return await process.wait()
        except TimeoutError:  # its limit is of processor time: this is our machine's
            raise SuiteError(_NOT_STARTED.format(why="time"), Outage.OTHER) from None
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _without_isort(content: bytes) -> bytes:
    """Change the word in `# isort: off`, which is no noqa; no line or column moves.

    In time that grows as the file does, whatever is in it: this runs on the worker's event loop.
    """
    lines = (line.partition(b"#") for line in content.splitlines(keepends=True))
    return b"".join(code + sign + _ISORT.sub(b"isor_", comment) for code, sign, comment in lines)


def _arguments(demand: Lint, name: str, python: str) -> list[str]:
    version = "py" + python.replace(".", "")
    arguments = [*_ARGUMENTS, "--target-version", version, "--select", ",".join(demand.rules)]
    for option, value in demand.options.items():
        # JSON of these values is TOML, too.
        arguments += ["--config", f"lint.{option} = {json.dumps(value)}"]
    return [*arguments, "--stdin-filename", name, "-"]


def _read(output: bytes, file: str) -> Iterator[Finding]:
    """Yield what ruff found; a last line that was cut off is left out."""
    for line in output.split(b"\n"):
        with suppress(ValueError, KeyError, TypeError):
            found = json.loads(line)
            message = " ".join(str(found["message"]).split())[:LONGEST_MESSAGE]
            number = max(int(found["location"]["row"]), 1)
            yield Finding(str(found["code"])[:20], number, file, _ascii(message))


def _ascii(words: str) -> str:
    """Return words that stay as long in JSON; ruff's are English, names in them need not be."""
    return words.encode("ascii", "replace").decode("ascii")


_HERE: Final = Text(
    "El linter ruff {version} está instalado: {path}",
    "The linter ruff {version} is installed: {path}",
)
_NOT_HERE: Final = Text(
    "El linter ruff {version} no está instalado, y lo que se entregue a un ejercicio que lo pida "
    "se queda sin evaluar: «python3 dev.py setup» lo instala.",
    "The linter ruff {version} is not installed, and what is handed in to an exercise that wants "
    "it stays ungraded: “python3 dev.py setup” installs it.",
)
MISSING: Final = Text(
    "la suite pide el linter ruff {version}, y no está instalado aquí: «python3 dev.py setup» lo "
    "instala y «semaforo doctor» lo comprueba.",
    "the suite wants the linter ruff {version}, which is not installed here: “python3 dev.py "
    "setup” installs it, and “semaforo doctor” looks for it.",
)
_NOT_STARTED: Final = Text(
    "el linter ruff no arrancó o no terminó ({why}); se intenta de nuevo.",
    "the linter ruff did not start or did not end ({why}); it is tried again.",
)
_REFUSED: Final = Text(
    "el linter ruff no acepta las reglas u opciones de la suite: {why}",
    "the linter ruff does not accept the suite's rules or options: {why}",
)
