"""/api/courses/{course}/statistics/{exercise}: the tables behind the plots of one exercise."""

import asyncio
from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from server.actions import courses
from server.actions.class_progress import ClassProgress, class_progress
from server.deps import CurrentViewer, Db, Language
from server.errors import StaffOnly, UnknownCourse, UnknownExercise
from server.http.openapi import refusal_responses
from server.pages.plots import Plot, check_table, mistake_table, plots_of

router = APIRouter(prefix="/api/courses/{course}/statistics", tags=["courses"])


class TableOut(BaseModel):
    """One table."""

    key: str = Field(description="Its name.", examples=["checks"])
    title: str = Field(description="What it is about, in the language of the request.")
    finding: str = Field(description="What it shows, in a sentence; may be empty.")
    heads: Sequence[str] = Field(description="Headings of its columns.")
    rows: Sequence[Sequence[str | int | float | None]] = Field(description="Empty: no attempts.")

    @classmethod
    def of(cls, plot: Plot) -> "TableOut":
        """Return the table behind a plot."""
        return cls(
            key=plot.key, title=plot.title, finding=plot.finding, heads=plot.heads, rows=plot.rows
        )


@router.get("/{exercise}", responses=refusal_responses(UnknownCourse, UnknownExercise, StaffOnly))
async def read_statistics(
    course: str,
    exercise: Annotated[str, Path(max_length=200)],
    viewer: CurrentViewer,
    db: Db,
    language: Language,
) -> list[TableOut]:
    """Read what the class did in one exercise: over time, attempts, time, checks, mistakes."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        progress = await class_progress(session, viewer, found, exercise)
    # In a thread: some thousand attempts are counted several times.
    return await asyncio.to_thread(_tables, progress, ZoneInfo(found.timezone), language)


def _tables(progress: ClassProgress, zone: ZoneInfo, language: str) -> list[TableOut]:
    plots = plots_of(progress, zone, language)
    plots += [check_table(progress, language), mistake_table(progress, language)]
    return [TableOut.of(plot) for plot in plots]
