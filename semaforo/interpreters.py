"""Which versions of Python Semáforo is for, and where this machine has one.

Standard library only, and in words that Python 3.7 reads too; see `bootstrap`.
"""

from __future__ import annotations

import shutil
import sys

from semaforo.steps import Trouble, quiet, say

# Every exercise's samples have been graded on each. A newer one says other words, which verdicts
# quote, and changes how asyncio behaves: it is taken up when they pass there.
MINORS = (11, 12, 13)


def find_python() -> str:
    """Return an interpreter of a version that Semáforo is for, able to make a venv.

    Raises:
        Trouble: there is none; says what to install.
    """
    here = getattr(sys, "_base_executable", sys.executable)
    found = [here, *map(shutil.which, map(name_of, MINORS)), "/usr/bin/python3"]
    usable = [python for python in found if python and is_usable(python)]
    if not usable:
        raise Trouble(
            say(
                "hace falta Python 3.11, 3.12 o 3.13 y este es {}; instala uno (Debian, Ubuntu "
                "24.04: sudo apt-get install python3 python3-venv) y repite.",
                "Python 3.11, 3.12 or 3.13 is needed and this is {}; install one (Debian, Ubuntu "
                "24.04: sudo apt-get install python3 python3-venv) and start again.",
            ).format(sys.version.split()[0])
        )
    for python in usable:
        if quiet([python, "-I", "-c", "import ensurepip, venv"]) == 0:
            return python
    raise Trouble(
        say(
            "a este Python le falta el módulo venv: sudo apt-get install python3-venv, y repite.",
            "this Python lacks its venv module: sudo apt-get install python3-venv, then start "
            "again.",
        )
    )


def name_of(minor: int) -> str:
    """Return the name of the program, as `python3.13`."""
    return f"python3.{minor}"


def is_usable(python: str) -> bool:
    """Say whether this is an interpreter of a version that Semáforo is for."""
    known = f"sys.version_info[0] == 3 and sys.version_info[1] in {MINORS}"
    return quiet([python, "-I", "-c", f"import sys; sys.exit(not ({known}))"]) == 0


def others() -> dict[str, str]:
    """Return the interpreters of the other versions on PATH: name to path."""
    names = [name_of(minor) for minor in MINORS if minor != sys.version_info[1]]
    found = {name: shutil.which(name) for name in names}
    # One on PATH may be a stand-in of pyenv's that starts nothing.
    return {name: path for name, path in found.items() if path and is_usable(path)}
