"""`semaforo exercise`: exercises of one's own on a server, for its administrators."""

import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from graders.text import Text
from semaforo.api_client import ApiClient, ServerToken, ServerUrl, connect
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Language
from semaforo.terminal import (
    COULD_NOT,
    FAILED,
    CommandError,
    describe_os_error,
    terminal_language,
)
from server.errors import UnusableExercise
from server.exercise_archive import ExerciseFiles, gather
from server.exercise_git import PULL_SECONDS
from server.i18n import gettext_for

Wait = Annotated[
    float,
    typer.Option(min=0, max=86_400, help="Seconds to wait until a worker has checked it."),
]
Slug = Annotated[str, typer.Argument(help="Slug of the exercise.")]
_ADDRESS: Final = "/admin/exercises"
_UNCHECKED: Final = ("waiting", "checking")
_POLL_SECONDS: Final = 1.0
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


def add(
    path: Annotated[Path, typer.Argument(help="A zip of the exercise's folder, or the folder.")],
    wait: Wait = 600,
    as_json: AsJson = False,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> int:
    """Add an exercise, or a new version of one; exits with 1 if its check finds something."""
    lang = language or terminal_language()
    name, content = _read(path, lang)
    client = connect(server, token, lang)
    files = {"file": (name, content, "application/zip")}
    told = client.send("POST", _ADDRESS, files=files)
    return _wait_and_tell(client, told, wait, lang, as_json=as_json)


def pull(
    address: Annotated[
        str, typer.Argument(help="Address of a git repository: https://…, or a path on the server.")
    ],
    folder: Annotated[
        str, typer.Option(help="Folder of the exercise in the repository; by default, its top.")
    ] = "",
    wait: Wait = 600,
    as_json: AsJson = False,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> int:
    """Have the server pull an exercise from git; exits with 1 if its check finds something."""
    lang = language or terminal_language()
    client = connect(server, token, lang)
    wanted = {"address": address, "folder": folder}
    answer = client.request("POST", "/admin/exercise-pulls", seconds=PULL_SECONDS, json=wanted)
    return _wait_and_tell(client, answer.json(), wait, lang, as_json=as_json)


def list_exercises(
    as_csv: AsCsv = False,
    as_json: AsJson = False,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """List the exercises of a server, and how the newest version of those added is."""
    lang = language or terminal_language()
    client = connect(server, token, lang)
    found = list(client.pages(_ADDRESS, limit=_PAGE_SIZE))
    if as_json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _ = gettext_for(lang)
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
    show_rows([_row(one, lang) for one in found], columns, as_csv=as_csv)


def remove(
    exercise: Slug,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> None:
    """Take an added exercise away, with all its versions; not while a course gives it."""
    client = connect(server, token, language or terminal_language())
    client.send("DELETE", f"{_ADDRESS}/{quote(exercise, safe='')}")


def _read(path: Path, language: str) -> tuple[str, bytes]:
    """Return a zip's name and content; a folder becomes one."""
    try:
        if not path.is_dir():
            return path.name, path.read_bytes()
        folder = path.resolve()
        files = [
            (file.relative_to(folder).as_posix(), file.read_bytes())
            for file in sorted(folder.rglob("*"))
            if file.is_file() and not file.is_symlink()
        ]
    except OSError as error:
        raise CommandError(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=path,
            reason=describe_os_error(error),
        ) from None
    try:
        exercise = gather(folder.name, files)
    except UnusableExercise as refused:
        detail = refused.format_detail(gettext_for(language), language)
        raise CommandError("{problem}", exit_code=COULD_NOT, problem=detail) from None
    inside = {f"{exercise.slug}/{name}": content for name, content in exercise.files.items()}
    return f"{exercise.slug}.zip", ExerciseFiles(exercise.slug, inside).to_zip()


def _wait_and_tell(
    client: ApiClient, told: Any, seconds: float, language: str, *, as_json: bool
) -> int:
    """Wait for the check of the version that was just added; print what it found."""
    asked, until = told["versions"][0]["version"], time.monotonic() + seconds
    address = f"{_ADDRESS}/{quote(told['exercise'], safe='')}"
    version = told["versions"][0]
    while version["state"] in _UNCHECKED and (left := until - time.monotonic()) > 0:
        time.sleep(min(_POLL_SECONDS, left))
        told = client.get(address)
        version = next((one for one in told["versions"] if one["version"] == asked), None)
        if version is None:
            raise CommandError(
                "“{exercise}” was taken away meanwhile.",
                exit_code=COULD_NOT,
                exercise=told["exercise"],
            )
    if as_json:
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        state = _STATES[version["state"]].to(language)
        print(f"{told['exercise']} {asked[:12]}: {state}")
        for fault in version["faults"]:
            print(f"  - {fault}")
    if version["state"] in _UNCHECKED and seconds:
        message = gettext_for(language)(
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
