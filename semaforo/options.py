"""Options that several subcommands share."""

from pathlib import Path
from typing import Annotated

import typer

from graders import text

Language = Annotated[
    text.Language | None,
    typer.Option("--language", help="Language of messages; by default, that of the terminal."),
]
DataDir = Annotated[
    Path | None,
    typer.Option(help="Data folder, the same as for `semaforo up`.", show_default=".data"),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, in the format of the API.")]
