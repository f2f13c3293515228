"""`semaforo grades import` and `policy`: grades from a file, and how a course sums them up."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from graders.text import decimal
from semaforo.api_client import ApiClient
from semaforo.listing import AsJson, print_json
from semaforo.options import Course, decimal_option
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from semaforo.terminal import (
    COULD_NOT,
    FAILED,
    CommandError,
    describe_os_error,
)
from server.csv_text import decode
from server.i18n import gettext_for


@on_server
def import_grades(
    client: ApiClient,
    course: Course,
    file: Annotated[
        Path, typer.Argument(help="CSV with email or student_number, and exercises; - reads it.")
    ],
    reason: Annotated[str, typer.Option(help="Why; the students read it.")] = "",
    apply: Annotated[
        bool, typer.Option("--apply", help="Make the changes, instead of showing them.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Show which grades a file would set by hand; with --apply, set them.

    Exits with 1 if some lines cannot be used.
    """
    values = {"csv": _read(file), "reason": reason, "is_applied": apply}
    answer = client.send("POST", f"{address_of(course)}/grades/import", json=values)
    if as_json:
        print_json(answer)
    else:
        _describe(answer, client.language)
    return FAILED if answer["problems"] else 0


@on_server
def policy(
    client: ApiClient,
    course: Course,
    counting: Annotated[
        Literal["best", "last"] | None, typer.Option(help="Which attempt counts.")
    ] = None,
    drop: Annotated[
        int | None, typer.Option(min=0, help="How many exercises are left out: the lowest.")
    ] = None,
    scale: Annotated[
        float | None, decimal_option(help="The grade of a student with every point.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change how a course sums grades up; every grade follows at once."""
    address = f"{address_of(course)}/grades"
    named = {"counting": counting, "drop_lowest": drop, "scale": scale}
    changes = {key: value for key, value in named.items() if value is not None}
    held: dict[str, Any] = client.get(address, size=1)["policy"] | changes
    if changes:
        client.send("PUT", f"{address}/policy", is_repeatable=True, json=held)
    if as_json:
        print_json(held)
        return
    _ = gettext_for(client.language)
    words = {"best": _("the best attempt counts"), "last": _("the last attempt counts")}
    print(
        _("{counting}; exercises left out: {drop}; grades from 0 to {scale}.").format(
            counting=words[held["counting"]],
            drop=held["drop_lowest"],
            scale=decimal(held["scale"], client.language),
        )
    )


def _read(file: Path) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise CommandError(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=file,
            reason=describe_os_error(error),
        ) from None
    return decode(content)


def _describe(answer: Mapping[str, Any], language: str) -> None:
    _ = gettext_for(language)
    for one in answer["changes"]:
        before = "–" if one["before"] is None else decimal(one["before"], language)
        after = f"{decimal(one['after'], language)}/{decimal(one['max_points'], language)}"
        print(f"{one['name']}\t{one['exercise']}\t{before} → {after}")
    for problem in answer["problems"]:
        line = _("Line {line}: {why}").format(line=problem["line"], why=problem["detail"])
        print(line, file=sys.stderr)
    if answer["ignored_columns"]:
        columns = ", ".join(answer["ignored_columns"])
        print(_("Columns that are not used: {columns}").format(columns=columns), file=sys.stderr)
    summary = _("Would be set: {count}; unchanged: {same}. To set them: --apply.")
    if answer["is_applied"]:
        summary = _("Set by hand: {count}; unchanged: {same}.")
    print(summary.format(count=len(answer["changes"]), same=answer["unchanged"]), file=sys.stderr)
