"""Options that several subcommands share."""

from pathlib import Path
from typing import Annotated

import typer

from graders import text

Language = Annotated[
    text.Language | None,
    typer.Option("--language", help="Language of messages; otherwise that of the terminal."),
]
DataDir = Annotated[
    Path | None,
    typer.Option(help="Folder of all data, the same as `semaforo up` has.", show_default=".data"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as the API gives it.")]
