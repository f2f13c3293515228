"""`semaforo course grades` and `override`: grades, directly in the database."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from semaforo.accounts import run_in_transaction
from semaforo.options import DataDir, Language
from semaforo.terminal import CommandError, describe_os_error, terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from server.grade_table import GradeTable
    from server.models import Course

CourseSlug = Annotated[str, typer.Argument(help="Slug of the course.")]
_STDOUT = Path("-")


def grades(
    course: CourseSlug,
    csv: Annotated[Path | None, typer.Option(help="Write CSV to this file; - prints it.")] = None,
    moodle: Annotated[Path | None, typer.Option(help="Write CSV for Moodle.")] = None,
    canvas: Annotated[Path | None, typer.Option(help="Write CSV for Canvas.")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="Write an Excel workbook.")] = None,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Print the grades of a course, or write them to files."""
    from server.actions import grade_export
    from server.grade_table import GradeFormat, write_file

    async def collect(session: AsyncSession, now: datetime) -> GradeTable:
        return await grade_export.collect(session, None, await _find(session, course), now)

    table = run_in_transaction(collect, language, data_dir)
    files = {
        GradeFormat.PLAIN: csv,
        GradeFormat.MOODLE: moodle,
        GradeFormat.CANVAS: canvas,
        GradeFormat.XLSX: xlsx,
    }
    wanted = [(form, file) for form, file in files.items() if file is not None]
    for form, file in wanted:
        _write(file, write_file(table, form))
    if not wanted:
        for row in table.rows:
            grade = "–" if row.grade is None else f"{row.grade:.2f}"
            print(f"{grade:>7}  {row.name}  <{row.email}>")


def override(
    course: CourseSlug,
    exercise: Annotated[str, typer.Argument(help="Slug of the exercise.")],
    email: Annotated[str, typer.Argument(help="E-mail address of the student.")],
    points: Annotated[
        float | None, typer.Option(help="The grade; without it the computed one stays.")
    ] = None,
    style: Annotated[float, typer.Option(help="Points added for style.")] = 0.0,
    reason: Annotated[str, typer.Option(help="Why; the student reads it.")] = "",
    remove: Annotated[bool, typer.Option(help="Go back to the computed grade.")] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Set a student's grade in an exercise by hand, or go back to the computed one."""
    from server.actions import accounts, overrides

    async def change(session: AsyncSession, now: datetime) -> None:
        found, student = await _find(session, course), await accounts.find_user(session, email)
        if student is None:
            raise CommandError("There is no account with the address {email}.", email=email)
        if remove:
            await overrides.remove_override(session, None, found, exercise, student.id, now=now)
            return
        await overrides.set_override(
            session,
            None,
            found,
            exercise,
            student.id,
            points=points,
            style_points=style,
            reason=reason,
            now=now,
        )

    run_in_transaction(change, language, data_dir)
    translate = gettext_for(language or terminal_language())
    print(translate("Done."))


async def _find(session: AsyncSession, slug: str) -> Course:
    from server.actions import courses

    found = await courses.find_course(session, slug)
    if found is None:
        raise CommandError("There is no course “{course}”.", course=slug)
    return found


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
