"""`semaforo suite test`: an exercise's checks under pytest, one by one, on one submission."""

import os
import sys
from itertools import takewhile
from typing import Annotated, Final

import typer

from semaforo.grade import find_exercise
from semaforo.terminal import COULD_NOT, Stop, terminal_language
from server.settings import get_settings
from worker import isolated

# What comes after the files is pytest's.
READING: Final = {"ignore_unknown_options": True, "allow_interspersed_args": False}
_PLUGINS: Final = (
    "-p",
    "worker.authoring.pytest_plugin",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:doctest",
)


def run_under_pytest(
    exercise: Annotated[str, typer.Argument(help="Its slug, or the path of its folder.")],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE... PYTEST_OPTION", help="What would be handed in."),
    ] = None,
) -> int:
    """Run a suite's checks one by one under pytest, with its options: -k, -x, -v, --junitxml.

    Also --together (all at once, as a worker) and --language. The exit code is pytest's.
    """
    given = arguments or []
    files = list(takewhile(lambda argument: not argument.startswith("-"), given))
    if not files:
        raise Stop(
            "Say which files, and after them pytest's options: semaforo suite test gather "
            "my_solution.py -v.",
            exit_code=COULD_NOT,
        )
    folder = find_exercise(exercise, get_settings(), terminal_language()).folder
    # Neither pytest's settings nor its plugins are looked for where this is typed.
    command = isolated.command(
        *("pytest", *_PLUGINS, "--noconftest", "-c", os.devnull, "--rootdir", str(folder)),
        *(f"--submission={file}" for file in files),
        *(argument for argument in given[len(files) :] if argument != "--"),
        str(folder),
    )
    sys.stdout.flush()
    os.execve(command[0], command, {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
