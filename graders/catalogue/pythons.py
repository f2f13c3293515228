"""The interpreters of this machine that students' programs may run on: `python = "3.13"`.

The server's own is the usual one. An exercise that names a series gets that interpreter with its
standard library and the exercise's requirements.txt, and nothing of the server's libraries, which
were built for the server's interpreter.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

# Those that the samples of every exercise have been graded on.
SERIES: Final = ("3.11", "3.12", "3.13")
OWN_SERIES: Final = f"{sys.version_info.major}.{sys.version_info.minor}"
_SECONDS: Final = 10.0
_ASK: Final = """
import json, sys
about = {"version": "%d.%d.%d" % sys.version_info[:3], "tag": sys.implementation.cache_tag}
about["name"] = sys.implementation.name
about["executable"] = getattr(sys, "_base_executable", "") or sys.executable
about["prefixes"] = [sys.base_prefix, sys.base_exec_prefix]
print(json.dumps(about))
"""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """One interpreter of this machine.

    version     Such as "3.13.0".
    executable  The program itself, no link and no script that looks for it.
    prefixes    The folders with its standard library.
    tag         The name that its bytecode bears, such as "cpython-313".
    """

    version: str
    executable: Path
    prefixes: tuple[Path, ...]
    tag: str

    @property
    def series(self) -> str:
        """The version without its last number, as exercises name it."""
        return self.version.rpartition(".")[0]


def find_interpreters(named: Iterable[Path] = ()) -> dict[str, Interpreter]:
    """Return one interpreter for each series: one that is `named`, or else the first on PATH.

    The server's own, for its series, unless another is named. What does not answer is left out.
    Each is asked once: who installs another one starts the server again.
    """
    on_path = [shutil.which(f"python{series}") for series in SERIES]
    paths = [*map(str, named), sys.executable, *filter(None, on_path)]
    found: dict[str, Interpreter] = {}
    for path in paths:
        interpreter = ask(path)
        if interpreter is not None and interpreter.series in SERIES:
            found.setdefault(interpreter.series, interpreter)
    return dict(sorted(found.items()))


@cache
def ask(path: str) -> Interpreter | None:
    """Return what the interpreter at this path says of itself; None if it is none of CPython."""
    try:
        answer = subprocess.run(  # noqa: S603  a path of the operator's, or of PATH
            [path, "-I", "-c", _ASK], capture_output=True, timeout=_SECONDS, check=True
        ).stdout
        about = json.loads(answer)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    if about["name"] != "cpython":
        return None
    prefixes = tuple(dict.fromkeys(Path(prefix).resolve() for prefix in about["prefixes"]))
    executable = Path(about["executable"]).resolve()
    return Interpreter(about["version"], executable, prefixes, about["tag"])
