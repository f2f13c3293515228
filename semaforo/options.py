"""Options that several subcommands share."""

import sys
from pathlib import Path
from typing import Annotated, Any

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


def read_decimal(words: str | float) -> float:
    """Return a number that was written with a point or a comma; Spanish has commas.

    words  Typer also passes the default of an option, which is a number.

    Raises:
        BadParameter: it is no number.
    """
    try:
        return float(str(words).strip().replace(",", "."))
    except ValueError:
        raise typer.BadParameter("a number is needed.") from None


def decimal_option(*names: str, help: str) -> Any:  # noqa: A002 - as in `typer.Option`
    """Return an option for a number with decimals."""
    return typer.Option(*names, help=help, parser=read_decimal, metavar="<float>")


SendLinks = Annotated[
    bool, typer.Option("--send", help="Send new people their links by e-mail, and print none.")
]


def read_text(given: str) -> str:
    """Return the text of an argument, or the standard input for `-`, in whatever code it is."""
    return decode(sys.stdin.buffer.read()) if given == "-" else given
