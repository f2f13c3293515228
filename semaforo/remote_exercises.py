"""`semaforo exercise`: exercises of one's own on a server, for its administrators."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from graders.text import Text
from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, print_json, show_rows
from semaforo.options import Exercise
from semaforo.server_options import on_server
from semaforo.terminal import (
    COULD_NOT,
    FAILED,
    CommandError,
    describe_os_error,
    one_line,
)
from server.errors import UnusableExercise
from server.exercise_archive import MOST_BYTES, ExerciseFiles, gather
from server.exercise_git import PULL_SECONDS
from server.i18n import gettext_for

Wait = Annotated[
    float,
    typer.Option(min=0, max=86_400, help="Seconds to wait until a worker has checked it."),
]
_ADDRESS: Final = "/admin/exercises"
_UNCHECKED: Final = ("waiting", "checking")
_PAGE_SIZE: Final = 200
_STATES: Final = {
    "waiting": Text("espera su comprobación", "waits for its check"),
    "checking": Text("se está comprobando", "is being checked"),
    "passed": Text("comprobada", "checked"),
    "refused": Text("rechazada", "refused"),
}
_ORIGINS: Final = {
    "bundled": Text("incluido", "bundled"),
    "folder": Text("carpeta del servidor", "folder of the server"),
    "upload": Text("subido", "uploaded"),
    "git": Text("git", "git"),
}


@on_server
def add(
    client: ApiClient,
    path: Annotated[Path, typer.Argument(help="A zip of the exercise's folder, or the folder.")],
    wait: Wait = 600,
    as_json: AsJson = False,
) -> int:
    """Add an exercise, or a new version of one; exits with 1 if its check finds something."""
    name, content = _read(path, client.language)
    files = {"file": (name, content, "application/zip")}
    answer = client.send("POST", _ADDRESS, files=files)
    return _wait_and_tell(client, answer, wait, as_json=as_json)


@on_server
def pull(
    client: ApiClient,
    address: Annotated[
        str, typer.Argument(help="Address of a git repository: https://…, or a path on the server.")
    ],
    folder: Annotated[
        str, typer.Option(help="Folder of the exercise in the repository; by default, its top.")
    ] = "",
    wait: Wait = 600,
    as_json: AsJson = False,
) -> int:
    """Have the server pull an exercise from git; exits with 1 if its check finds something."""
    wanted = {"address": address, "folder": folder}
    answer = client.send("POST", "/admin/exercise-pulls", seconds=PULL_SECONDS, json=wanted)
    return _wait_and_tell(client, answer, wait, as_json=as_json)


@on_server
def update(
    client: ApiClient,
    exercise: Exercise,
    wait: Wait = 600,
    as_json: AsJson = False,
) -> int:
    """Have the server look whether the git repository of an exercise has a new version."""
    address = f"{_ADDRESS}/{quote(exercise, safe='')}/pull"
    answer = client.send("POST", address, seconds=PULL_SECONDS)
    return _wait_and_tell(client, answer, wait, as_json=as_json)


@on_server
def list_exercises(
    client: ApiClient,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the exercises of a server, and how the newest version of those added is."""
    found = list(client.pages(_ADDRESS, limit=_PAGE_SIZE))
    if as_json:
        print_json(found)
        return
    _ = gettext_for(client.language)
    columns = {
        "exercise": _("exercise"),
        "title": _("title"),
        "source": _("source"),
        "version": _("version"),
        "state": _("state"),
        "given": _("can be given"),
        "by": _("added by"),
        "at": _("added at"),
    }
    show_rows(
        [_row(one, client.language) for one in found], columns, client.language, as_csv=as_csv
    )


@on_server
def remove(
    client: ApiClient,
    exercise: Exercise,
) -> None:
    """Take an added exercise away, with all its versions; not while a course gives it."""
    client.send("DELETE", f"{_ADDRESS}/{quote(exercise, safe='')}")


def _read(path: Path, language: str) -> tuple[str, bytes]:
    """Return a zip's name and content; a folder becomes one."""
    try:
        if not path.is_dir():
            return path.name, path.read_bytes()
        folder = path.resolve()
        # Read one by one: a folder that is too large is refused before all of it is read.
        exercise = gather(folder.name, _files_of(folder))
    except OSError as error:
        raise CommandError(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=path,
            reason=describe_os_error(error),
        ) from None
    except UnusableExercise as refused:
        detail = refused.format_detail(gettext_for(language), language)
        raise CommandError("{problem}", exit_code=COULD_NOT, problem=detail) from None
    inside = {f"{exercise.slug}/{name}": content for name, content in exercise.files.items()}
    return f"{exercise.slug}.zip", ExerciseFiles(exercise.slug, inside).to_zip()


def _files_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                yield file.relative_to(folder).as_posix(), opened.read(MOST_BYTES + 1)


def _wait_and_tell(client: ApiClient, answer: Any, seconds: float, *, as_json: bool) -> int:
    """Wait for the check of the version that was just added; print what it found."""
    asked = answer["versions"][0]["version"]

    def find(exercise: Any) -> Any:
        return next((one for one in exercise["versions"] if one["version"] == asked), None)

    answer = client.get_until(
        f"{_ADDRESS}/{quote(answer['exercise'], safe='')}",
        lambda exercise: (find(exercise) or {}).get("state") not in _UNCHECKED,
        seconds,
    )
    version = find(answer)
    if version is None:
        raise CommandError(
            "“{exercise}” was taken away meanwhile.",
            exit_code=COULD_NOT,
            exercise=answer["exercise"],
        )
    if as_json:
        print_json(answer)
    else:
        state = _STATES[version["state"]].to(client.language)
        print(f"{answer['exercise']} {asked[:12]}: {state}")
        for fault in version["faults"]:
            print(f"  - {one_line(fault)}")
    if version["state"] in _UNCHECKED and seconds:
        message = gettext_for(client.language)(
            "Not checked after {seconds} s. It goes on without you: look again with semaforo "
            "exercise list."
        )
        print(message.format(seconds=f"{seconds:g}"), file=sys.stderr)
        return COULD_NOT
    return FAILED if version["state"] == "refused" else 0


def _row(one: dict[str, Any], language: str) -> dict[str, Any]:
    _ = gettext_for(language)
    newest = one["versions"][0] if one["versions"] else {}
    source = newest.get("source", one["origin"])
    return {
        "exercise": one["exercise"],
        "title": one["title"],
        "source": _ORIGINS[source].to(language),
        "version": newest.get("version", "")[:12],
        "state": _STATES[newest["state"]].to(language) if newest else "",
        "given": _("yes") if one["can_be_given"] else _("no"),
        "by": newest.get("added_by"),
        "at": newest.get("asked_at"),
    }
