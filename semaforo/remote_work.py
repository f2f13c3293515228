"""`semaforo account join` and `exercise`, and `result`: what students read on a server."""

from typing import Annotated, Any, Final, Literal
from urllib.parse import quote
from uuid import UUID

import typer

from graders.formats import github, gitlab, junit
from semaforo.api_client import ApiClient
from semaforo.listing import AsJson, print_json
from semaforo.options import Exercise
from semaforo.server_options import on_server
from semaforo.terminal import bold, one_line
from server.i18n import gettext_for

_LONGEST_WAIT_SECONDS = 60
_MEDIA_TYPES: Final = {
    "text": "text/plain",
    "json": "application/json",
    "junit": junit.MEDIA_TYPE,
    "github": github.ANNOTATIONS_MEDIA_TYPE,
    "summary": github.SUMMARY_MEDIA_TYPE,
    "gitlab": gitlab.MEDIA_TYPE,
}

Wait = Annotated[
    float, typer.Option(min=0, max=_LONGEST_WAIT_SECONDS, help="Seconds to wait for the verdict.")
]


@on_server
def join(
    client: ApiClient,
    code: Annotated[str, typer.Argument(help="The code that your teacher gave you.")],
) -> None:
    """Join a course with its code."""
    joined = client.send("POST", f"/join/{quote(code, safe='')}", is_repeatable=True)
    message = gettext_for(client.language)("You are in the course {course}: {title}")
    print(one_line(message.format(course=joined["course"], title=joined["title"])))


@on_server
def show_exercise(
    client: ApiClient,
    exercise: Exercise,
    course: Annotated[
        str | None, typer.Option(help="Slug of the course, if several assign the exercise.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show an exercise of your courses: until when, what to do, and what to start from."""
    found: Any = client.get(f"/exercises/{quote(exercise, safe='')}", course=course)
    if as_json:
        print_json(found)
        return
    print(bold(found["title"]), found["terms"], "", found["statement"].strip(), sep="\n")
    for name, source in found["starters"].items():
        print("", bold(name), source.rstrip(), sep="\n")


@on_server
def show_result(
    client: ApiClient,
    submission: Annotated[
        UUID, typer.Argument(help="Id of the submission, as `semaforo submissions` shows it.")
    ],
    wait: Wait = 0,
    form: Annotated[
        Literal["text", "json", "junit", "github", "summary", "gitlab"],
        typer.Option("--format", help="How it is written."),
    ] = "text",
) -> None:
    """Show the result of one submission, as its student and staff may see it."""
    answer = client.request(
        "GET",
        f"/submissions/{submission}",
        seconds=wait,
        query={"wait": f"{wait:g}"},
        # `?format=text` would have refusals as text, too.
        headers={"Accept": f"application/problem+json, {_MEDIA_TYPES[form]};q=0.9"},
    )
    print(answer.text, end="" if answer.text.endswith("\n") else "\n")
