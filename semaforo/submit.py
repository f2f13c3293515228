"""`semaforo submit`: send files to a server and wait for the verdict."""

import hashlib
import json
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote

import typer

from graders.catalogue.files import read_uploads
from graders.formats.graded import Graded
from graders.formats.plain import format_plain
from graders.formats.score import percent_of, reaches
from graders.report import Report, RunState
from semaforo.api_client import ApiClient, read_json
from semaforo.ci_reports import CiReports, repository_path
from semaforo.options import AsJson, Exercise
from semaforo.server_options import on_server
from semaforo.terminal import (
    COULD_NOT,
    FAILED,
    CommandError,
    describe_os_error,
    has_colours,
)
from server.i18n import gettext_for

NOT_KNOWN: Final = 3
# The server waits no longer than that for one request.
_LONGEST_WAIT_SECONDS: Final = 60
_IS_OVER: Final = (RunState.FINISHED, RunState.ABANDONED)

Upload = tuple[str, bytes]


Files = Annotated[list[Path], typer.Argument(help="The files to submit, or their directory.")]
Wait = Annotated[float, typer.Option(min=0, max=3600, help="Seconds to wait for the verdict.")]
FailUnder = Annotated[float, typer.Option(min=0, max=100, help="Score to reach, in percent.")]
CourseSlug = Annotated[
    str | None, typer.Option(help="Slug of the course, if several assign the exercise.")
]
Again = Annotated[
    bool, typer.Option("--again", help="Use an attempt even if the files are unchanged.")
]
Anyway = Annotated[
    bool,
    typer.Option("--anyway", help="Use an attempt on a program that would fail as a whole."),
]
JUnit = Annotated[Path | None, typer.Option(help="Write the checks to this file as JUnit XML.")]
GitLab = Annotated[
    Path | None, typer.Option(help="Write GitLab's Code Quality report to this file.")
]
GitHub = Annotated[
    bool, typer.Option("--github", help="Annotate lines on GitHub, and write the step's summary.")
]


@on_server
def submit(
    client: ApiClient,
    exercise: Exercise,
    files: Files,
    wait: Wait = 300,
    fail_under: FailUnder = 100,
    course: CourseSlug = None,
    again: Again = False,
    anyway: Anyway = False,
    junit: JUnit = None,
    gitlab: GitLab = None,
    github: GitHub = False,
    as_json: AsJson = False,
) -> int:
    """Submit files to a server and wait for the verdict.

    The same files are the same attempt: to run it again, as CI does, uses none. Exits with 0 if the
    score reaches --fail-under, 1 if it is lower, 2 if nothing was submitted, 3 if the score is not
    known yet, or could not be decided.
    """
    uploads, paths = _read(files)
    key = str(uuid.uuid4()) if again else key_of(course or "", exercise, uploads)
    result = _hand_in(client, exercise, uploads, course=course, key=key, wait=wait, anyway=anyway)
    graded = _graded(result, client.language, paths, fail_under)
    reports = CiReports(junit=junit, gitlab=gitlab, github=github)
    reports.write(graded)
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=2))
    else:
        reports.show(format_plain(graded, colour=has_colours()), graded)
    return _exit_code(result, graded)


def key_of(course: str, exercise: str, uploads: Sequence[Upload]) -> str:
    """Return the idempotency key of these files: the same for the same, on any machine.

    For one file it is the key that README's recipe for curl makes: handing in with one and then
    the other is one attempt. Its name does not matter, as the server gives it the exercise's.
    """
    found = hashlib.sha256(f"{course}/{exercise}\n".lstrip("/").encode())
    for name, content in sorted(uploads):
        if len(uploads) > 1:
            found.update(f"{name}\0{len(content)}\0".encode())
        found.update(content)
    return found.hexdigest()


def _read(files: Sequence[Path]) -> tuple[list[Upload], dict[str, Path]]:
    """Return what to send, and where each file was found, by name."""
    try:
        uploads = read_uploads(files)
    except OSError as error:
        raise CommandError(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=error.filename,
            reason=describe_os_error(error),
        ) from None
    folders = [path for path in files if path.is_dir()]
    found = {path.name: path for path in files if not path.is_dir()}
    found |= {path.name: path for folder in folders for path in folder.iterdir()}
    return uploads, {name: found[name] for name, _ in uploads}


def _hand_in(
    client: ApiClient,
    exercise: str,
    uploads: Sequence[Upload],
    *,
    course: str | None,
    key: str,
    wait: float,
    anyway: bool,
) -> Any:
    """Hand in, and ask until the verdict is known or the time is over; returns the last answer."""
    until = time.monotonic() + wait
    at_once = min(wait, _LONGEST_WAIT_SECONDS)
    answer = client.request(
        "POST",
        f"/exercises/{quote(exercise, safe='')}/submissions",
        seconds=at_once,
        query={"wait": f"{at_once:g}", "course": course, "anyway": "true" if anyway else None},
        headers={"Idempotency-Key": key},
        is_repeatable=True,
        files=[("file", upload) for upload in uploads],
    )
    result = read_json(answer)
    if answer.headers.get("Semaforo-Created") == "false":
        _ = gettext_for(client.language)
        message = _(
            "You had handed in these files before, as attempt {number}. To use another attempt: "
            "--again."
        )
        print(message.format(number=result["number"]), file=sys.stderr)
    while result["state"] not in _IS_OVER and (left := until - time.monotonic()) > 0:
        seconds = min(left, _LONGEST_WAIT_SECONDS)
        result = client.send(
            "GET",
            f"/submissions/{result['id']}",
            seconds=seconds,
            query={"wait": f"{seconds:g}"},
        )
    return result


def _graded(
    result: Mapping[str, Any], language: str, paths: Mapping[str, Path], fail_under: float
) -> Graded:
    return Graded(
        report=Report.from_json(result),
        state=RunState(result["state"]),
        language=language,
        url=result["url"],
        paths=_paths(result, paths),
        fail_under=fail_under,
        late=result.get("late", ""),
    )


def _paths(result: Mapping[str, Any], paths: Mapping[str, Path]) -> dict[str, str]:
    """Return the path of each file in the repository, by the name that the report uses."""
    names = result.get("file_names") or list(paths)
    if len(paths) == 1:
        return {names[0]: repository_path(next(iter(paths.values())))}
    return {name: repository_path(paths[name]) for name in names if name in paths}


def _exit_code(result: Mapping[str, Any], graded: Graded) -> int:
    percent = percent_of(result["points"], result["max_points"]) if graded.is_finished else None
    if percent is None:
        _ = gettext_for(graded.language)
        message = _(
            "The score is not known yet. Run the same command again: the same files are the same "
            "attempt."
        )
        if graded.state is RunState.ABANDONED:
            message = _(
                "There will be no score unless your teacher has it graded again. To hand in "
                "another attempt: --again."
            )
        print(message, file=sys.stderr)
        return NOT_KNOWN
    return 0 if reaches(percent, graded.fail_under or 0) else FAILED
