"""Options that several subcommands share."""

from typing import Annotated

import typer

from graders import text

Language = Annotated[
    text.Language | None,
    typer.Option("--language", help="Language of messages; otherwise that of the terminal."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as the API gives it.")]
