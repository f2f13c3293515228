"""`semaforo course`: courses, in the database of this machine or by the API of a server."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from semaforo import remote_courses
from semaforo.accounts import load_settings, run_in_transaction
from semaforo.options import Course, Language
from semaforo.server_options import Target, on_server_or_here
from semaforo.terminal import CommandError, terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from server import models

Title = Annotated[str, typer.Option(help="Title of the course.")]


@on_server_or_here
def add_course(
    target: Target,
    slug: Course,
    title: Title,
    timezone: Annotated[str | None, typer.Option(help="Time zone, as Europe/Madrid.")] = None,
) -> None:
    """Create a course."""
    if (client := target.client) is not None:
        remote_courses.add(client, slug, title, timezone, target.language)
        return

    from server.actions import courses

    settings = load_settings(target.data_dir)

    async def make(session: AsyncSession, now: datetime) -> str:
        made = await courses.create_course(
            session,
            slug=slug,
            title=title,
            timezone=timezone or settings.default_timezone,
            language=target.language or settings.default_language,
            now=now,
        )
        return made.slug

    print(run_in_transaction(make, target.language, target.data_dir))


@on_server_or_here
def copy_course(
    target: Target,
    source: Annotated[str, typer.Argument(help="Slug of the course to copy.")],
    slug: Annotated[str, typer.Argument(help="Slug of the new course.")],
    title: Title,
    shift_days: Annotated[
        int | None, typer.Option(help="Days by which dates are later; otherwise they are empty.")
    ] = None,
) -> None:
    """Create a course with the assignments and settings of another, without its people."""
    if (client := target.client) is not None:
        remote_courses.copy(client, source, slug, title, shift_days)
        return

    from server.actions import copying

    async def copy(session: AsyncSession, now: datetime) -> str:
        found = await get_course(session, source)
        made = await copying.copy_course(
            session, None, found, slug=slug, title=title, shift_days=shift_days, now=now
        )
        return made.slug

    print(run_in_transaction(copy, target.language, target.data_dir))


@on_server_or_here
def archive_course(
    target: Target,
    course: Course,
    undo: Annotated[bool, typer.Option(help="Open an archived course again.")] = False,
) -> None:
    """End a course: it takes no submissions, and lists leave it out. Nothing is deleted."""
    if (client := target.client) is not None:
        remote_courses.archive(client, course, is_over=not undo)
        return

    from server.actions import courses

    async def change(session: AsyncSession, now: datetime) -> None:
        found = await get_course(session, course)
        await (courses.reopen if undo else courses.archive)(session, None, found, now)

    run_in_transaction(change, target.language, target.data_dir)


@on_server_or_here
def set_join(
    target: Target,
    course: Course,
    policy: Annotated[
        Literal["closed", "open", "domains"], typer.Argument(help="Who may join with the code.")
    ],
    domain: Annotated[
        list[str] | None, typer.Option(help="E-mail domain that may join; repeat it for several.")
    ] = None,
    new_code: Annotated[bool, typer.Option(help="Replace the code.")] = False,
) -> None:
    """Say who may join a course with its code, and print the address."""
    if (client := target.client) is not None:
        remote_courses.set_join(client, course, policy, domain or [], new_code=new_code)
        return

    from server.actions import joining
    from server.models import JoinPolicy

    async def change(session: AsyncSession, now: datetime) -> str | None:
        found = await get_course(session, course)
        wanted = JoinPolicy(policy)
        await joining.set_policy(session, None, found, policy=wanted, domains=domain or [], now=now)
        if new_code:
            await joining.rotate_code(session, None, found, now)
        return found.join_code if wanted is not JoinPolicy.CLOSED else None

    code = run_in_transaction(change, target.language, target.data_dir)
    if code:
        print(f"{load_settings(target.data_dir).public_url}/join/{code}")


@on_server_or_here
def assign(
    target: Target,
    course: Course,
    exercises: Annotated[
        list[str] | None,
        typer.Argument(help="Slugs of the exercises; in the database, all if none is given."),
    ] = None,
) -> None:
    """Assign exercises to a course; those already assigned do not change."""
    if (client := target.client) is not None:
        remote_courses.assign(client, course, exercises or [])
    else:
        _assign_in_database(course, exercises or [], target.data_dir, target.language)


def _assign_in_database(
    course: str, exercises: list[str], data_dir: Path | None, language: Language
) -> None:
    """Give exercises; all of the catalogue, if none is named."""
    from graders.catalogue.curriculum import in_curriculum_order
    from graders.catalogue.environments import Environments
    from graders.catalogue.exercises import Catalogue
    from server.access import require_taught
    from server.actions import assignments, exercise_versions
    from server.errors import AlreadyAssigned

    settings = load_settings(data_dir)
    environments = Environments(settings.data_dir, settings.pythons)
    catalogue = Catalogue.read(*settings.exercises_dirs, environments=environments)
    wanted = exercises or [exercise.slug for exercise in in_curriculum_order(catalogue.values())]

    async def assign_all(session: AsyncSession, _: datetime) -> int:
        found = await get_course(session, course)
        require_taught(found)
        added = {slug for slug, _ in await exercise_versions.list_in_use(session)}
        assigned = 0
        for slug in wanted:
            if slug not in {*catalogue, *catalogue.withheld, *added}:
                known = ", ".join(sorted({*catalogue, *added}))
                raise CommandError(
                    "There is no exercise “{slug}”. Available: {known}.", slug=slug, known=known
                )
            if slug not in added:
                assignments.get_givable(catalogue, slug)
            try:
                await assignments.assign(session, found, slug)
            except AlreadyAssigned:
                continue
            assigned += 1
        return assigned

    assigned = run_in_transaction(assign_all, language, data_dir)
    translate = gettext_for(language or terminal_language())
    message = translate("New assignments: {new} of {all} exercises.")
    print(message.format(new=assigned, all=len(wanted)))


async def get_course(session: AsyncSession, slug: str) -> models.Course:
    """Return a course of the database.

    Raises:
        CommandError: there is none with this slug.
    """
    from server.actions import courses

    found = await courses.find_course(session, slug)
    if found is None:
        raise CommandError("There is no course “{course}”.", course=slug)
    return found
