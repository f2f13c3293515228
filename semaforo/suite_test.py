"""`semaforo suite test`: run an exercise's checks under pytest, on one submission."""

import os
import sys
from itertools import takewhile
from typing import Annotated, Final

import typer

from semaforo.grade import find_exercise
from semaforo.terminal import COULD_NOT, CommandError, terminal_language
from server.settings import get_settings
from worker import isolated

# Options after the files are passed on to pytest.
CONTEXT_SETTINGS: Final = {"ignore_unknown_options": True, "allow_interspersed_args": False}
_PLUGINS: Final = (
    "-p",
    "worker.authoring.pytest_plugin",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:doctest",
)


def run_under_pytest(
    exercise: Annotated[
        str, typer.Argument(help="Slug of the exercise, or the path of its folder.")
    ],
    arguments: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE... PYTEST_OPTION", help="The files to grade, followed by pytest options."
        ),
    ] = None,
) -> int:
    """Run a suite's checks one by one under pytest, with its options: -k, -x, -v, --junitxml.

    Also accepts --together (all checks at once, as the worker runs them) and --language. The exit
    code is that of pytest.
    """
    given = arguments or []
    files = list(takewhile(lambda argument: not argument.startswith("-"), given))
    if not files:
        raise CommandError(
            "Name the files, followed by pytest options: semaforo suite test gather "
            "my_solution.py -v.",
            exit_code=COULD_NOT,
        )
    folder = find_exercise(exercise, get_settings(), terminal_language()).folder
    # pytest must not read a configuration or plugins from the current folder.
    command = isolated.command(
        *("pytest", *_PLUGINS, "--noconftest", "-c", os.devnull, "--rootdir", str(folder)),
        f"--language={terminal_language()}",
        *(f"--submission={file}" for file in files),
        *(argument for argument in given[len(files) :] if argument != "--"),
        str(folder),
    )
    sys.stdout.flush()
    os.execve(command[0], command, {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"})
