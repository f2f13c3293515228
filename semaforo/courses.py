"""`semaforo course`: giving exercises in a course, straight in the database."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from semaforo.accounts import in_database, settings_for
from semaforo.options import DataDir, Language
from semaforo.terminal import Stop, terminal_language, words

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession


def assign(
    course: Annotated[str, typer.Argument(help="Slug of the course.")],
    exercises: Annotated[
        list[str] | None, typer.Argument(help="Slugs of exercises; none: all there are.")
    ] = None,
    data_dir: DataDir = None,
    language: Language = None,
) -> None:
    """Give exercises in a course; those that it has already stay as they are."""
    from graders.catalogue.curriculum import in_curriculum_order
    from graders.catalogue.exercises import Catalogue
    from server.actions import assignments, courses
    from server.errors import AlreadyAssigned

    catalogue = Catalogue.read(*settings_for(data_dir).exercises_dirs)
    wanted = exercises or [exercise.slug for exercise in in_curriculum_order(catalogue.values())]

    async def give(session: AsyncSession, _: datetime) -> int:
        found = await courses.find_course(session, course)
        if found is None:
            raise Stop("There is no course “{course}”.", course=course)
        given = 0
        for slug in wanted:
            if slug not in catalogue and slug not in catalogue.withheld:
                known = ", ".join(sorted(catalogue))
                raise Stop(
                    "There is no exercise “{slug}”. There are: {known}.", slug=slug, known=known
                )
            assignments.get_published(catalogue, slug)
            try:
                await assignments.assign(session, found, slug)
            except AlreadyAssigned:
                continue
            given += 1
        return given

    given = in_database(give, language, data_dir)
    say = words(language or terminal_language())
    print(say("{given} exercises given, of {wanted}.").format(given=given, wanted=len(wanted)))
