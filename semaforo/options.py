"""Options that several subcommands share."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from graders import text
from server.csv_text import decode

Language = Annotated[
    text.Language | None,
    typer.Option("--language", help="Language of messages; by default, that of the terminal."),
]
DataDir = Annotated[
    Path | None,
    typer.Option(help="Data folder, the same as for `semaforo up`.", show_default=".data"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, in the format of the API.")]
Course = Annotated[str, typer.Argument(help="Slug of the course.")]
Exercise = Annotated[str, typer.Argument(help="Slug of the exercise.")]
WrittenText = Annotated[
    str, typer.Argument(help="The text; - reads it from the standard input.", metavar="text")
]

SendLinks = Annotated[
    bool, typer.Option("--send", help="Send new people their links by e-mail, and print none.")
]


def read_text(given: str) -> str:
    """Return the text of an argument, or the standard input for `-`, in whatever code it is."""
    return decode(sys.stdin.buffer.read()) if given == "-" else given
