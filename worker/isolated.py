"""Start one of our modules in a process that ignores the current folder and PYTHON… variables.

    python -E -P worker/isolated.py MODULE [arguments]

`python -m MODULE` would look for modules in the current folder first, before the standard library,
and `PYTHONPATH` may name that folder too. The current folder may be a student's.

    -P  neither the current folder nor this file's is on the module path
    -E  no PYTHON… variable counts: PYTHONPATH and PYTHONHOME, and also PYTHONUNBUFFERED and
        PYTHONDONTWRITEBYTECODE, which are given as -u and -B where they are needed

Not -I, which also hides what `pip install --user` has put into the user's own folder.
"""

import os
import shutil
import sys

_ROOT = __file__.rpartition("/")[0].rpartition("/")[0]


def command(module: str, *arguments: str, flags: tuple[str, ...] = ()) -> list[str]:
    """Return the command line that runs `module` from this copy of the code.

    `flags` are additional flags of the interpreter.
    """
    return [sys.executable, "-E", "-P", *flags, f"{_ROOT}/worker/isolated.py", module, *arguments]


def program(name: str) -> str | None:
    """Return the path of an installed program, or None.

    Relative entries of PATH, such as the current folder, are ignored.
    """
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    return shutil.which(name, path=os.pathsep.join(filter(os.path.isabs, folders)))


def _run() -> None:
    import runpy

    # A checkout that is not installed, or not the installed one, is not on the module path.
    if _ROOT not in sys.path:
        sys.path.insert(0, _ROOT)
    module = sys.argv.pop(1)
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _run()
