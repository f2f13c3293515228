"""`semaforo fetch`: an exercise's statement and starting files, in a folder."""

import shlex
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from semaforo.api_client import ApiClient
from semaforo.options import Exercise
from semaforo.server_options import on_server
from semaforo.submit import CourseSlug
from semaforo.terminal import COULD_NOT, CommandError, describe_os_error, one_line
from server.i18n import gettext_for

STATEMENT: Final = "README.md"


@on_server
def fetch(
    client: ApiClient,
    exercise: Exercise,
    folder: Annotated[
        Path | None,
        typer.Option("--in", help="Folder for the files; by default, the exercise's slug."),
    ] = None,
    course: CourseSlug = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace files that are there already.")
    ] = False,
) -> None:
    """Write an exercise's statement and starting files into a folder, to work there.

    The statement is in README.md. Files that are there already are kept, and then nothing is
    written, unless --overwrite says so.
    """
    found = client.get(f"/exercises/{quote(exercise, safe='')}", course=course)
    folder = folder or Path(_file_name(found["slug"]))
    files = {folder / _file_name(name): source for name, source in found["starters"].items()}
    _write({folder / STATEMENT: _statement(found), **files}, overwrite=overwrite)
    for path in (folder / STATEMENT, *files):
        print(path)
    _ = gettext_for(client.language)
    print(_("To hand it in: {command}").format(command=_next_command(found["slug"], files, course)))


def _file_name(name: str) -> str:
    """Return it if it is a name in a folder and no more: a server's answer is not to be trusted.

    Raises:
        CommandError: it leads elsewhere, would be hidden, or would replace the statement.
    """
    is_plain = Path(name).name == name and name.isprintable() and "\\" not in name
    if not is_plain or name.startswith(".") or name == STATEMENT:
        raise CommandError(
            "The server names a file “{name}”, which is not written.",
            exit_code=COULD_NOT,
            name=one_line(name),
        )
    return name


def _statement(exercise: dict[str, Any]) -> str:
    """Return the statement as a page of its own, with the terms and the address at the end."""
    end = "\n".join(part for part in (exercise["terms"], f"<{exercise['url']}>") if part)
    return f"# {exercise['title']}\n\n{exercise['statement'].strip()}\n\n---\n\n{end}\n"


def _write(files: dict[Path, str], *, overwrite: bool) -> None:
    """Write all files, or none if one is there already and is not to be replaced."""
    there = [path for path in files if path.exists()]
    if there and not overwrite:
        raise CommandError(
            "Nothing was written, since this is there already: {files}. To replace it: "
            "--overwrite. To write elsewhere: --in.",
            exit_code=COULD_NOT,
            files=", ".join(map(str, there)),
        )
    for path, source in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w" if overwrite else "x", encoding="utf-8", newline="\n") as file:
                file.write(source)
        except OSError as error:
            raise CommandError(
                "{file} cannot be used: {why}",
                exit_code=COULD_NOT,
                file=path,
                why=describe_os_error(error),
            ) from None


def _next_command(slug: str, files: dict[Path, str], course: str | None) -> str:
    chosen = ["--course", course] if course else []
    return shlex.join(["semaforo", "submit", slug, *map(str, files), *chosen])
