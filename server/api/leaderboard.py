"""/api/leaderboard: rankings, by display name."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from server.actions import courses, leaderboard
from server.deps import CurrentViewer, ReadSession
from server.errors import UnknownCourse
from server.http.openapi import refusal_responses

router = APIRouter(prefix="/api/leaderboard", tags=["leaderboard"])


class RankOut(BaseModel):
    """One student's rank."""

    place: int = Field(description="Rank, from 1; equal points share one.")
    display_name: str
    points: float
    max_points: float
    solved: int = Field(description="Exercises with every point.")
    tried: int = Field(description="Exercises with a graded submission.")
    reached_at: datetime
    is_viewer: bool = Field(description="Whether this is you.")


class LeaderboardOut(BaseModel):
    """The ranking of one course."""

    course: str
    title: str
    rows: list[RankOut]


@router.get("", responses=refusal_responses(UnknownCourse))
async def show_leaderboard(
    viewer: CurrentViewer,
    session: ReadSession,
    course: Annotated[str | None, Query(description="Slug; without it, all your courses.")] = None,
    exercise: Annotated[str | None, Query(description="Rank by this exercise only.")] = None,
) -> list[LeaderboardOut]:
    """Rank the students of your courses, or of one."""
    if course is None:
        shown = list(await courses.list_courses(session, viewer))
    else:
        shown = [await courses.get_course(session, course, viewer)]
    return [
        LeaderboardOut(
            course=each.slug,
            title=each.title,
            rows=[
                _rank_out(row)
                for row in await leaderboard.rank(session, viewer, each, exercise=exercise)
            ],
        )
        for each in shown
    ]


def _rank_out(row: leaderboard.Row) -> RankOut:
    return RankOut(
        place=row.rank,
        display_name=row.display_name,
        points=row.points,
        max_points=row.max_points,
        solved=row.solved,
        tried=row.tried,
        reached_at=row.reached_at,
        is_viewer=row.is_viewer,
    )
