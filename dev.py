#!/usr/bin/env python3
"""Install, run, test, check and measure Semáforo.

    python3 dev.py COMMAND   [arguments passed on]
    setup | run | test | quick | check | thorough | bench | screenshots | stranger
    pythons

Needs only Python 3.11, 3.12 or 3.13: everything else is installed beside this file, in .venv and
.runtime.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from semaforo.bootstrap import PYTHON, ROOT, VENV, set_up
from semaforo.interpreters import find_other_versions
from semaforo.steps import SetupError, localize


def main() -> int:
    """Run the command that the first argument names."""
    command, arguments = (sys.argv[1:2] or ["help"])[0], sys.argv[2:]
    if command not in COMMANDS:
        print(__doc__)
        return 0 if command in ("help", "-h", "--help") else 2
    os.chdir(str(ROOT))
    try:
        return COMMANDS[command](arguments)
    except SetupError as error:
        print(f"\nSemáforo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(localize("\nInterrumpido.", "\nInterrupted."), file=sys.stderr)
        return 130


def setup(arguments: list[str]) -> int:
    """Install only; with --dev, also what the tests and checks need."""
    set_up("dev" if "--dev" in arguments else "run")
    print(localize("Listo: make run", "Ready: make run"))
    return 0


def run(arguments: list[str]) -> int:
    """Install, then replace this process by `semaforo up`."""
    set_up("run")
    command = python("semaforo", "up", *arguments)
    os.execv(command[0], command)


def test(arguments: list[str]) -> int:
    """Run the tests, shared among processes; arguments go to pytest (`-n 0`: in this one alone).

    Without arguments: all but the thorough ones, which `check` runs as well. The tests that disturb
    the machine come last and one after another.
    """
    set_up("dev")
    return subprocess.call([*shared(), *arguments]) if arguments else halves("test")


def thorough(arguments: list[str]) -> int:
    """Run the tests that `test` leaves out: long ones, further cases, the product from outside."""
    set_up("dev")
    return halves("thorough", *arguments)


def halves(half: str, *arguments: str) -> int:
    """Run one half of the tests, those last that disturb the machine; name the slowest."""
    together, alone = MARKED[half]
    arguments = (f"--durations={SLOWEST}", *arguments)
    failed = subprocess.call([*shared(A_PROCESSOR[half]), "-m", together, *arguments])
    return subprocess.call(python("pytest", "-m", alone, *arguments)) or failed


def shared(a_processor: int = 2) -> list[str]:
    """Return the command that shares the tests among processes, so many for each processor."""
    processes = min(a_processor * len(os.sched_getaffinity(0)), 16)
    return python("pytest", "-n", str(processes), "--no-loadscope-reorder")


def quick(arguments: list[str]) -> int:
    """Run format, lint, types, import contracts and the unit tests; less than a minute."""
    set_up("dev")
    static = {name: command for name, command in checks([]).items() if name in STATIC}
    unit = [
        sys.executable,
        "dev.py",
        "test",
        "-q",
        "-m",
        "unit and not thorough",
        *UNIT_TESTS,
        *arguments,
    ]
    return report(failures({**static, "unit tests": unit}))


def check(arguments: list[str]) -> int:
    """Run every check, the tests last, thorough ones too, and list those that failed."""
    set_up("dev")
    return report(failures(checks(arguments)))


def failures(commands: dict[str, list[str]]) -> list[str]:
    """Run commands one after another and return the names of those that fail."""
    failed = []
    with tempfile.TemporaryDirectory() as data:
        for name, command in commands.items():
            print(f"── {name}", flush=True)
            if subprocess.call(command, env={**os.environ, "SEMAFORO_DATA_DIR": data}):
                failed.append(name)
    return failed


def report(failed: list[str]) -> int:
    """Name what failed, and return the exit code."""
    if failed:
        print(localize("Falla: ", "Failed: ") + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def checks(arguments: list[str]) -> dict[str, list[str]]:
    """Return the command of each check by name, the cheapest first."""
    own = [sys.executable, "dev.py"]
    tests = {
        "tests": ["make", "test"] if shutil.which("make") else [*own, "test"],
        "thorough tests": [*own, "thorough"],
    }
    return {
        "format": [tool("ruff"), "format", "--check", "--quiet"],
        "lint": [tool("ruff"), "check", "--quiet"],
        "types": python("mypy", "--no-error-summary"),
        "imports": [tool("lint-imports"), "--no-cache"],
        "upgrade an empty database": python("alembic", "upgrade", "head"),
        "migrations = models": python("alembic", "check"),
        **({"tests": [*own, "test", *arguments]} if arguments else tests),
    }


def python(module: str, *arguments: str) -> list[str]:
    """Return the command that runs a module with the installed packages only."""
    return [str(PYTHON), "-I", "-m", module, *arguments]


def tool(name: str) -> str:
    """Return the path of a program in the venv."""
    return str(VENV / "bin" / name)


def bench(arguments: list[str]) -> int:
    """Measure and print the figures of BENCHMARKS.md."""
    set_up("dev")
    return subprocess.call(python("tests.bench", *arguments))


def screenshots(arguments: list[str]) -> int:
    """Take screenshots of the main states into a folder: both languages, themes and widths."""
    set_up("dev")
    folder = str(Path(arguments[0] if arguments else "screenshots").resolve())
    os.environ["SEMAFORO_SCREENSHOTS"] = folder
    failed = subprocess.call(python("pytest", "-q", "-n", "0", "tests/screenshots/states.py"))
    print(localize("Capturas: ", "Screenshots: ") + folder)
    return failed


def stranger(arguments: list[str]) -> int:
    """Grade every sample and mutant, and other people's programs, alone and under hogs."""
    set_up("dev")
    return subprocess.call(python("tests.bench.strangers", *arguments))


def pythons(arguments: list[str]) -> int:
    """Grade every exercise's samples on the other versions of Python: those installed, or named.

    Each version gets a copy of the project with an installation of its own in .pythons. Takes
    about five minutes of two processors.
    """
    found = {Path(path).name: path for path in arguments} or find_other_versions()
    failed = []
    for name, path in found.items():
        print(f"── {name}", flush=True)
        copy = ROOT / ".pythons" / name
        _copy_project(copy)
        command = [path, "dev.py", "test", "-q", *ON_EVERY_VERSION]
        if subprocess.call(command, cwd=str(copy)):
            failed.append(name)
    known = ", ".join(found) or localize("ninguna otra versión", "no other version")
    print(localize("Probado: ", "Tested: ") + known)
    if failed:
        print(localize("Falla: ", "Failed: ") + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def _copy_project(copy: Path) -> None:
    """Update a copy of the project; what is installed in it stays."""
    copy.mkdir(parents=True, exist_ok=True)
    excluded = (".venv", ".runtime", ".pythons", ".git", ".data")
    for entry in copy.iterdir():
        if entry.name not in excluded:
            shutil.rmtree(str(entry)) if entry.is_dir() else entry.unlink()
    ignored = shutil.ignore_patterns(*excluded, "__pycache__", ".*_cache")
    shutil.copytree(str(ROOT), str(copy), ignore=ignored, dirs_exist_ok=True)


# The markers of the tests that run in shared processes, and of those that then run alone. Every
# test is in one of the four, by `tests/fixtures/thorough.py` and `tests/fixtures/parallel.py`.
MARKED = {
    "test": ("not thorough and not disturbing", "disturbing and not thorough"),
    "thorough": ("thorough and not disturbing", "thorough and disturbing"),
}
# How many processes a processor share each half: many tests wait, of the thorough ones most.
A_PROCESSOR = {"test": 2, "thorough": 3}
# How many tests are named with their seconds at the end of a half.
SLOWEST = 30
# What `quick` runs of `check`, and the folders and files whose tests marked `unit` it runs.
STATIC = ("format", "lint", "types", "imports")
UNIT_TESTS = (
    "tests/actions",
    "tests/graders",
    "tests/test_architecture.py",
    "tests/test_docstrings.py",
    "tests/test_documentation.py",
)
# The tests that depend on error messages and behaviour of the interpreter.
ON_EVERY_VERSION = (
    "tests/graders/test_samples.py",
    "tests/graders/test_common_mistakes.py",
    "tests/graders/test_unreadable.py",
)
COMMANDS = {
    "setup": setup,
    "run": run,
    "test": test,
    "quick": quick,
    "check": check,
    "thorough": thorough,
    "bench": bench,
    "screenshots": screenshots,
    "stranger": stranger,
    "pythons": pythons,
}

if __name__ == "__main__":
    sys.exit(main())
