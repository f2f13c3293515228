"""`semaforo course grades` and `override`: grades, in the database or on a server."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from semaforo import remote_grades
from semaforo.accounts import run_in_transaction
from semaforo.courses import get_course
from semaforo.listing import show_rows
from semaforo.options import Course, Language, decimal_option
from semaforo.server_options import Target, on_server_or_here
from semaforo.terminal import CommandError, describe_os_error, terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from server.grade_table import GradeTable

_STDOUT = Path("-")


@on_server_or_here
def grades(
    target: Target,
    course: Course,
    csv: Annotated[Path | None, typer.Option(help="Write CSV to this file; - prints it.")] = None,
    moodle: Annotated[Path | None, typer.Option(help="Write CSV for Moodle.")] = None,
    canvas: Annotated[Path | None, typer.Option(help="Write CSV for Canvas.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write an Excel workbook.")] = None,
) -> None:
    """Print the grades of a course, or write them to files."""
    from server.grade_table import GradeFormat, write_file

    files = {
        GradeFormat.PLAIN: csv,
        GradeFormat.MOODLE: moodle,
        GradeFormat.CANVAS: canvas,
        GradeFormat.XLSX: xlsx,
    }
    wanted = [(form, file) for form, file in files.items() if file is not None]
    if (client := target.client) is not None:
        for form, file in wanted:
            _write(file, remote_grades.export(client, course, form.value))
        if not wanted:
            _print_grades(list(remote_grades.list_students(client, course)), client.language)
        return
    table = _collect(course, target.data_dir, target.language)
    for form, file in wanted:
        _write(file, write_file(table, form))
    if not wanted:
        rows = [{"grade": row.grade, "name": row.name, "email": row.email} for row in table.rows]
        _print_grades(rows, target.language or terminal_language())


@on_server_or_here
def override(
    target: Target,
    course: Course,
    exercise: Annotated[str, typer.Argument(help="Slug of the exercise.")],
    email: Annotated[str, typer.Argument(help="E-mail address of the student.")],
    points: Annotated[
        float | None, decimal_option(help="The grade; without it the computed one stays.")
    ] = None,
    style: Annotated[float, decimal_option(help="Points added for style.")] = 0.0,
    reason: Annotated[str, typer.Option(help="Why; the student reads it.")] = "",
    remove: Annotated[bool, typer.Option(help="Go back to the computed grade.")] = False,
) -> None:
    """Set a student's grade in an exercise by hand, or go back to the computed one."""
    values = {"points": points, "style_points": style, "reason": reason}
    if (client := target.client) is not None:
        remote_grades.override(client, course, exercise, email, None if remove else values)
    else:
        change = _override(course, exercise, email, None if remove else values)
        run_in_transaction(change, target.language, target.data_dir)
    translate = gettext_for(target.language or terminal_language())
    print(translate("Done."))


def _collect(course: str, data_dir: Path | None, language: Language) -> GradeTable:
    from server.actions import grade_export

    async def collect(session: AsyncSession, now: datetime) -> GradeTable:
        return await grade_export.collect(session, None, await get_course(session, course), now)

    return run_in_transaction(collect, language, data_dir)


def _override(
    course: str, exercise: str, email: str, values: dict[str, Any] | None
) -> Callable[[AsyncSession, datetime], Awaitable[None]]:
    """Return what sets the grade in the database; None as values removes it."""
    from server.actions import accounts, overrides

    async def change(session: AsyncSession, now: datetime) -> None:
        found, student = await get_course(session, course), await accounts.find_user(session, email)
        if student is None:
            raise CommandError("There is no account with the address {email}.", email=email)
        if values is None:
            await overrides.remove_override(session, None, found, exercise, student.id, now=now)
            return
        await overrides.set_override(session, None, found, exercise, student.id, **values, now=now)

    return change


def _print_grades(rows: Sequence[Mapping[str, Any]], language: str) -> None:
    _ = gettext_for(language)
    columns = {"grade": _("grade"), "name": _("name"), "email": _("e-mail")}
    shown = [{**row, "grade": "–" if row["grade"] is None else row["grade"]} for row in rows]
    show_rows(shown, columns, language)


def _write(file: Path, content: bytes) -> None:
    if file == _STDOUT:
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise CommandError(
            "{file} cannot be written: {why}.", file=file, why=describe_os_error(error)
        ) from None
