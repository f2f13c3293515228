"""`semaforo up`: its options. The work is in `semaforo/up.py`, imported only when it is needed."""

import os
import sys
from typing import Annotated

import typer

from semaforo.options import DataDir, Language
from semaforo.terminal import terminal_language
from server.settings import get_settings


def up(
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="Port of the pages and the API; 0 chooses a free one."),
    ] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    empty: Annotated[
        bool, typer.Option("--empty", help="Without the demo course: a server of your own.")
    ] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Run everything on this machine: database, queue, API, worker and a demo course.

    While the server has no administrator, it prints a link that makes the first one.
    """
    from semaforo.up import up as start

    folder = (data_dir or get_settings().data_dir).absolute()
    start(host, port, folder, language or terminal_language(), empty=empty)
    # Everything is stopped and written. A regular interpreter shutdown would only delay the exit
    # after Ctrl-C: 0.1 s, on a busy machine more than a second.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
