"""`semaforo course`: assign exercises to a course, directly in the database."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from semaforo.accounts import load_settings, run_in_transaction
from semaforo.options import DataDir, Language
from semaforo.terminal import CommandError, terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


def assign(
    course: Annotated[str, typer.Argument(help="Slug of the course.")],
    exercises: Annotated[
        list[str] | None, typer.Argument(help="Slugs of the exercises; all, if none is given.")
    ] = None,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Assign exercises to a course; those already assigned do not change."""
    from graders.catalogue.curriculum import in_curriculum_order
    from graders.catalogue.exercises import Catalogue
    from server.actions import assignments, courses
    from server.errors import AlreadyAssigned

    catalogue = Catalogue.read(*load_settings(data_dir).exercises_dirs)
    wanted = exercises or [exercise.slug for exercise in in_curriculum_order(catalogue.values())]

    async def assign_all(session: AsyncSession, _: datetime) -> int:
        found = await courses.find_course(session, course)
        if found is None:
            raise CommandError("There is no course “{course}”.", course=course)
        assigned = 0
        for slug in wanted:
            if slug not in catalogue and slug not in catalogue.withheld:
                known = ", ".join(sorted(catalogue))
                raise CommandError(
                    "There is no exercise “{slug}”. Available: {known}.", slug=slug, known=known
                )
            assignments.get_published(catalogue, slug)
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
