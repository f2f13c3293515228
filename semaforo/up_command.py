"""`semaforo up`: its options. The work is in up.py, loaded only when it is asked for."""

import os
import sys
from typing import Annotated

import typer

from semaforo.options import DataDir, Language
from semaforo.terminal import terminal_language
from server.settings import get_settings


def up(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Port of the pages and the API; 0: any free.")
    ] = 8000,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Run everything on this machine: database, queue, API, worker and a course to try."""
    from semaforo.up import up as start

    folder = (data_dir or get_settings().data_dir).absolute()
    start(host, port, folder, language or terminal_language())
    # All is ended and written. Taking the interpreter down in good order would only make whoever
    # pressed Ctrl-C wait: 0.1 s, on a busy machine more than a second.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
