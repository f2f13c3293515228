"""`semaforo roster` and `semaforo course`: courses and their people, directly in the database."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from semaforo.accounts import load_settings, run_in_transaction
from semaforo.options import DataDir, Language
from semaforo.terminal import CommandError, describe_os_error, terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from server.actions.roster_plan import Plan
    from server.models import Course

Slug = Annotated[str, typer.Argument(help="Slug of the course.")]
Title = Annotated[str, typer.Option(help="Title of the course.")]


def add_course(
    slug: Slug,
    title: Title,
    timezone: Annotated[str | None, typer.Option(help="Time zone, as Europe/Madrid.")] = None,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Create a course."""
    from server.actions import courses

    settings = load_settings(data_dir)

    async def make(session: AsyncSession, now: datetime) -> str:
        made = await courses.create_course(
            session,
            slug=slug,
            title=title,
            timezone=timezone or settings.default_timezone,
            language=language or settings.default_language,
            now=now,
        )
        return made.slug

    print(run_in_transaction(make, language, data_dir))


def copy_course(
    source: Annotated[str, typer.Argument(help="Slug of the course to copy.")],
    slug: Annotated[str, typer.Argument(help="Slug of the new course.")],
    title: Title,
    shift_days: Annotated[
        int | None, typer.Option(help="Days by which dates are later; otherwise they are empty.")
    ] = None,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Create a course with the assignments and settings of another, without its people."""
    from server.actions import copying

    async def copy(session: AsyncSession, now: datetime) -> str:
        found = await _get_course(session, source)
        made = await copying.copy_course(
            session, None, found, slug=slug, title=title, shift_days=shift_days, now=now
        )
        return made.slug

    print(run_in_transaction(copy, language, data_dir))


def archive_course(
    course: Slug,
    undo: Annotated[bool, typer.Option(help="Open an archived course again.")] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """End a course: it takes no submissions, and lists leave it out. Nothing is deleted."""
    from server.actions import courses

    async def change(session: AsyncSession, now: datetime) -> None:
        found = await _get_course(session, course)
        await (courses.reopen if undo else courses.archive)(session, None, found, now)

    run_in_transaction(change, language, data_dir)


def set_join(
    course: Slug,
    policy: Annotated[
        Literal["closed", "open", "domains"], typer.Argument(help="Who may join with the code.")
    ],
    domain: Annotated[
        list[str] | None, typer.Option(help="E-mail domain that may join; repeat it for several.")
    ] = None,
    new_code: Annotated[bool, typer.Option(help="Replace the code.")] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Say who may join a course with its code, and print the address."""
    from server.actions import joining
    from server.models import JoinPolicy

    async def change(session: AsyncSession, now: datetime) -> str | None:
        found = await _get_course(session, course)
        wanted = JoinPolicy(policy)
        await joining.set_policy(session, None, found, policy=wanted, domains=domain or [], now=now)
        if new_code:
            await joining.rotate_code(session, None, found, now)
        return found.join_code if wanted is not JoinPolicy.CLOSED else None

    code = run_in_transaction(change, language, data_dir)
    if code:
        print(f"{load_settings(data_dir).public_url}/join/{code}")


def list_people(course: Slug, data_dir: DataDir = None, language: Language = None) -> None:
    """Print the people of a course in order: role, group, number, e-mail and name."""
    from sqlalchemy.orm import joinedload

    from server.actions import names, roster
    from server.models import Enrollment

    async def read(session: AsyncSession, _: datetime) -> list[str]:
        found = await _get_course(session, course)
        people = roster.people_of(found, roster.Filter()).order_by(*names.IN_ORDER)
        rows = await session.scalars(people.options(joinedload(Enrollment.user)))
        return [
            "\t".join(
                (
                    person.role.value,
                    person.group or "",
                    person.student_number or "",
                    person.user.email,
                    person.user.listed_name,
                )
            )
            for person in rows
        ]

    print("\n".join(run_in_transaction(read, language, data_dir)))


def import_list(
    course: Slug,
    file: Annotated[Path, typer.Argument(help="CSV with name, e-mail, id and group; - reads it.")],
    apply: Annotated[bool, typer.Option(help="Make the changes, instead of showing them.")] = False,
    data_dir: DataDir = None,
    language: Language = None,
) -> int:
    """Show what a list of people would change in a course; with --apply, change it.

    It removes nobody. New people's sign-in links are printed with their e-mail addresses.
    """
    from server.actions import roster_file, roster_import, roster_plan

    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise CommandError("{file}: {why}", file=file, why=describe_os_error(error)) from None
    lang = language or terminal_language()
    url = load_settings(data_dir).public_url

    async def use(session: AsyncSession, now: datetime) -> tuple[Plan, list[str]]:
        found = await _get_course(session, course)
        rows = roster_file.read_roster(roster_file.decode(content)).rows
        if not apply:
            return await roster_plan.plan(session, None, found, rows), []
        plan, invited = await roster_import.apply(session, None, found, rows, now=now)
        return plan, [f"{one.user.email}\t{one.url(url)}" for one in invited]

    plan, links = run_in_transaction(use, language, data_dir)
    _describe(plan, lang)
    print("\n".join(links))
    return 1 if plan.of(roster_plan.Outcome.ERROR) else 0


def _describe(plan: Plan, language: str) -> None:
    """Print on stderr what each line does, and how many there are of each kind."""
    from server.actions.roster_plan import Outcome

    translate = gettext_for(language)
    for row in plan.lines:
        if row.problem is not None:
            why = row.problem.format_whole(translate, language)
            line = translate("Line {line}, {column}: {why}")
            print(line.format(line=row.row.line, column=row.column, why=why), file=sys.stderr)
        elif row.changes:
            said = ", ".join(f"{key}: {was!r} → {new!r}" for key, (was, new) in row.changes.items())
            print(f"{row.row.email}: {said}", file=sys.stderr)
    counts = translate(
        "{new} new, {joins} with an account, {changed} changed, {same} unchanged, "
        "{repeated} repeated, {error} with errors; {absent} not in the list stay."
    )
    numbers = {outcome.value: len(plan.of(outcome)) for outcome in Outcome}
    print(counts.format(**numbers, absent=len(plan.absent)), file=sys.stderr)


async def _get_course(session: AsyncSession, slug: str) -> Course:
    from server.actions import courses

    found = await courses.find_course(session, slug)
    if found is None:
        raise CommandError("There is no course “{course}”.", course=slug)
    return found
