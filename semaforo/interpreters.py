"""The supported versions of Python, and the interpreters installed here.

Standard library only, in syntax that Python 3.7 can parse; see `bootstrap`.
"""

from __future__ import annotations

import shutil
import sys

from semaforo.steps import SetupError, localize, run_quietly

# Every exercise's samples have been graded on each. A newer version changes error messages, which
# verdicts quote, and details of asyncio: it is added once the samples pass on it.
MINORS = (11, 12, 13)


def find_python() -> str:
    """Return an interpreter of a supported version that can make a venv.

    Raises:
        SetupError: there is none; the message says what to install.
    """
    here = getattr(sys, "_base_executable", sys.executable)
    found = [here, *map(shutil.which, map(executable_name, MINORS)), "/usr/bin/python3"]
    usable = [python for python in found if python and is_usable(python)]
    if not usable:
        raise SetupError(
            localize(
                "hace falta Python 3.11, 3.12 o 3.13 y este es {}; instala uno (Debian, Ubuntu "
                "24.04: sudo apt-get install python3 python3-venv) y vuelve a intentarlo.",
                "Python 3.11, 3.12 or 3.13 is needed and this is {}; install one (Debian, Ubuntu "
                "24.04: sudo apt-get install python3 python3-venv) and try again.",
            ).format(sys.version.split()[0])
        )
    for python in usable:
        if run_quietly([python, "-I", "-c", "import ensurepip, venv"]) == 0:
            return python
    raise SetupError(
        localize(
            "a este Python le falta el módulo venv: ejecuta sudo apt-get install python3-venv y "
            "vuelve a intentarlo.",
            "this Python has no venv module: run sudo apt-get install python3-venv and try again.",
        )
    )


def executable_name(minor: int) -> str:
    """Return the name of the executable, such as `python3.13`."""
    return f"python3.{minor}"


def is_usable(python: str) -> bool:
    """Return whether this interpreter is of a supported version."""
    known = f"sys.version_info[0] == 3 and sys.version_info[1] in {MINORS}"
    return run_quietly([python, "-I", "-c", f"import sys; sys.exit(not ({known}))"]) == 0


def find_other_versions() -> dict[str, str]:
    """Return the paths of the other supported versions on PATH, by name."""
    names = [executable_name(minor) for minor in MINORS if minor != sys.version_info[1]]
    found = {name: shutil.which(name) for name in names}
    # A name on PATH may be a pyenv shim for a version that is not installed.
    return {name: path for name, path in found.items() if path and is_usable(path)}
