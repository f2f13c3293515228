"""`semaforo grades`: a course's gradebook on a server."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import quote

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course, Exercise, decimal_option
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from semaforo.terminal import COULD_NOT, CommandError
from server.i18n import gettext_for

_PAGE_SIZE = 100

Student = Annotated[str, typer.Argument(help="E-mail address of the student.")]


@on_server
def list_grades(
    client: ApiClient,
    course: Course,
    search: Annotated[str, typer.Option(help="Part of a name or an e-mail address.")] = "",
    group: Annotated[str, typer.Option(help="Only this group.")] = "",
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List a course's grades, a student a line and an exercise a column."""
    found = list(list_students(client, course, search=search, group=group))
    if as_json:
        return show_rows(found, {}, client.language, as_json=True)
    _ = gettext_for(client.language)
    columns = {"email": _("e-mail"), "name": _("name"), "grade": _("grade")}
    exercises = {one["exercise"]: None for student in found for one in student["exercises"]}
    rows = [
        {**student, **{f"/{one['exercise']}": one["points"] for one in student["exercises"]}}
        for student in found
    ]
    columns |= {f"/{exercise}": exercise for exercise in exercises}
    return show_rows(rows, columns, client.language, as_csv=as_csv)


@on_server
def set_grade(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    student: Student,
    reason: Annotated[str, typer.Option(help="Why; the student reads it.")],
    points: Annotated[
        float | None,
        decimal_option(help="The grade in points; leave it out to add style points."),
    ] = None,
    style_points: Annotated[float, decimal_option(help="Points to add for style.")] = 0,
) -> None:
    """Set a student's grade in an exercise by hand; no regrade changes it."""
    values = {"points": points, "style_points": style_points, "reason": reason}
    override(client, course, exercise, student, values)
    _ = gettext_for(client.language)
    print(_("Set by hand: {exercise}, {student}.").format(exercise=exercise, student=student))


@on_server
def unset_grade(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    student: Student,
) -> None:
    """Let the computed grade count again."""
    override(client, course, exercise, student, None)
    _ = gettext_for(client.language)
    print(
        _("The computed grade counts: {exercise}, {student}.").format(
            exercise=exercise, student=student
        )
    )


def override(
    client: ApiClient, course: str, exercise: str, email: str, values: Mapping[str, Any] | None
) -> None:
    """Set a grade by hand; None lets the computed one count again."""
    address = _override(client, course, exercise, email)
    if values is None:
        client.send("DELETE", address)
    else:
        client.send("PUT", address, is_repeatable=True, json=values)


def export(client: ApiClient, course: str, form: str) -> bytes:
    """Return a course's grades as a file: plain, moodle, canvas or xlsx."""
    address = f"{address_of(course)}/grades/export"
    return client.request("GET", address, seconds=60, query={"format": form}).content


def list_students(client: ApiClient, course: str, **query: Any) -> Iterator[Any]:
    """Yield every student with their grades; the API gives pages with numbers."""
    number, seen = 1, 0
    while True:
        page = client.get(f"{address_of(course)}/grades", page=number, size=_PAGE_SIZE, **query)
        yield from page["students"]
        seen += len(page["students"])
        if not page["students"] or seen >= page["total"]:
            return
        number += 1


def _override(client: ApiClient, course: str, exercise: str, email: str) -> str:
    """Return the address of a student's grade in an exercise."""
    wanted = email.strip().lower()
    found = [one for one in list_students(client, course, search=wanted) if one["email"] == wanted]
    if not found:
        raise CommandError(
            "No student of {course} has the address {email}.",
            exit_code=COULD_NOT,
            course=course,
            email=email,
        )
    return f"{address_of(course)}/overrides/{quote(exercise, safe='')}/{found[0]['user_id']}"
