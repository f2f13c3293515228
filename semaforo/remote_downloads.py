"""`semaforo course download` and `account export`: zips that a server makes, written to a file."""

from pathlib import Path
from typing import Annotated

import typer

from semaforo.api_client import ApiClient
from semaforo.new_file import open_new_file
from semaforo.options import Course
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError
from server.submission_archive import safe_part

Output = Annotated[Path | None, typer.Option("--output", "-o", help="File to write; a new one.")]


@on_server
def download_submissions(client: ApiClient, course: Course, output: Output = None) -> None:
    """Write every submission of a course to a zip, by student and exercise, with its results.

    The file is there when it is complete, and not before.
    """
    path = f"{address_of(course)}/submissions.zip"
    write_download(client, path, output or Path(f"{safe_part(course)}.zip"))


@on_server
def export(client: ApiClient, output: Output = None) -> None:
    """Write everything that the server keeps about you to a zip."""
    write_download(client, "/me/export.zip", output or Path("semaforo.zip"))


def write_download(client: ApiClient, path: str, output: Path, method: str = "GET") -> None:
    """Write what the API answers to a new file, and print its name.

    Raises:
        CommandError: it was refused, or the file cannot be written; both exit with 2.
    """
    try:
        with open_new_file(str(output)) as file:
            client.download(path, file, method)
    except CommandError as error:
        error.exit_code = COULD_NOT  # also where the file cannot be written
        raise
    print(output)
