"""/api/leaderboard: rankings, by display name."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.status import HTTP_204_NO_CONTENT

from server.access import Viewer
from server.actions import courses, leaderboard, leaderboard_settings
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Moment, Now, ReadSession, WriteSession
from server.errors import InstructorsOnly, NamesNotAllowed, UnknownCourse
from server.http.openapi import refusal_responses
from server.models import Course, RankedBy

router = APIRouter(prefix="/api/leaderboard", tags=["leaderboard"])


class RankOut(BaseModel):
    """One student's rank."""

    place: int = Field(description="Rank, from 1; equal points share one.")
    display_name: str
    points: float
    max_points: float
    solved: int = Field(description="Exercises with every point.")
    tried: int = Field(description="Exercises with a graded submission.")
    firsts: int = Field(
        description="Exercises in which they were the first of the class with every point; 0 "
        "unless that is what students are ranked by."
    )
    reached_at: datetime
    is_viewer: bool = Field(description="Whether this is you.")


class LeaderboardOut(BaseModel):
    """The ranking of one course."""

    course: str
    title: str
    is_shown: bool = Field(description="Whether the course shows it to you.")
    ranked_by: RankedBy = Field(description="What students are ordered by.")
    frozen_at: datetime | None = Field(description="You see it as it was then; null: as it is.")
    rows: list[RankOut]


class LeaderboardSettingsIn(RequestBody):
    """What a course shows of its leaderboard."""

    is_on: StrictBool = Field(default=True, description="Whether there is one.")
    is_hidden: StrictBool = Field(default=False, description="Whether only staff see it.")
    ranked_by: RankedBy = Field(
        default=RankedBy.POINTS, description="What students are ordered by."
    )
    allows_names: StrictBool = Field(
        default=False, description="Whether students may choose to show their real names."
    )
    frozen_at: Moment | None = Field(
        default=None, description="From then on students see it as it was then; null: as it is."
    )


class LeaderboardSettingsOut(BaseModel):
    """What a course shows of its leaderboard."""

    model_config = ConfigDict(from_attributes=True)

    is_on: bool
    is_hidden: bool
    ranked_by: RankedBy
    allows_names: bool
    frozen_at: datetime | None


class NameIn(RequestBody):
    """Under which name you appear."""

    is_real: StrictBool = Field(description="Your real name, or the one that you chose.")


class NameOut(BaseModel):
    """Under which name you appear on the leaderboard of a course."""

    is_real: bool
    may_choose: bool = Field(
        description="Whether you may appear under your real name: as a student, where the course "
        "allows it."
    )
    shown_as: str = Field(description="What classmates see. `PATCH /api/me` changes a chosen name.")


@router.get("", responses=refusal_responses(UnknownCourse))
async def show_leaderboard(
    viewer: CurrentViewer,
    session: ReadSession,
    now: Now,
    course: Annotated[str | None, Query(description="Slug; without it, all your courses.")] = None,
    exercise: Annotated[str | None, Query(description="Rank by this exercise only.")] = None,
) -> list[LeaderboardOut]:
    """Rank the students of your courses, or of one."""
    if course is None:
        shown = list(await courses.list_courses(session, viewer))
    else:
        shown = [await courses.get_course(session, course, viewer)]
    return [
        _board_out(each, await leaderboard.show(session, viewer, each, now, exercise=exercise))
        for each in shown
    ]


@router.get("/{course}/settings", responses=refusal_responses(InstructorsOnly, UnknownCourse))
async def show_settings(
    course: str, viewer: CurrentViewer, session: ReadSession
) -> LeaderboardSettingsOut:
    """Show what the course shows of its leaderboard."""
    found = await courses.get_course(session, course, viewer)
    settings = await leaderboard_settings.get_settings(session, viewer, found)
    return LeaderboardSettingsOut.model_validate(settings)


@router.put(
    "/{course}/settings",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(InstructorsOnly, UnknownCourse),
)
async def set_leaderboard(
    course: str,
    wanted: LeaderboardSettingsIn,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> None:
    """Set what the course shows of its leaderboard."""
    found = await courses.get_course(session, course, viewer)
    await leaderboard_settings.set_settings(session, viewer, found, **wanted.model_dump(), now=now)
    await session.commit()


@router.get("/{course}/name", responses=refusal_responses(UnknownCourse))
async def show_name(course: str, viewer: CurrentViewer, session: ReadSession) -> NameOut:
    """Show under which name you appear."""
    found = await courses.get_course(session, course, viewer)
    return await _name_out(session, viewer, found)


@router.put("/{course}/name", responses=refusal_responses(NamesNotAllowed, UnknownCourse))
async def choose_name(
    course: str, wanted: NameIn, viewer: CurrentViewer, session: WriteSession
) -> NameOut:
    """Appear under your real name, or under the chosen one again."""
    found = await courses.get_course(session, course, viewer)
    await leaderboard_settings.choose_name(session, viewer, found, is_real=wanted.is_real)
    await session.commit()
    return await _name_out(session, viewer, found)


async def _name_out(session: AsyncSession, viewer: Viewer, course: Course) -> NameOut:
    may_choose = await leaderboard_settings.may_choose_name(session, viewer, course)
    is_real = may_choose and await leaderboard_settings.has_own_name(session, viewer, course)
    user = viewer.user
    return NameOut(
        is_real=is_real,
        may_choose=may_choose,
        shown_as=user.name if is_real else user.display_name,
    )


def _board_out(course: Course, board: leaderboard.Board) -> LeaderboardOut:
    return LeaderboardOut(
        course=course.slug,
        title=course.title,
        is_shown=board.is_shown,
        ranked_by=board.ranked_by,
        frozen_at=board.frozen_at,
        rows=[_rank_out(row) for row in board.rows],
    )


def _rank_out(row: leaderboard.Row) -> RankOut:
    return RankOut(
        place=row.rank,
        display_name=row.display_name,
        points=row.points,
        max_points=row.max_points,
        solved=row.solved,
        tried=row.tried,
        firsts=row.firsts,
        reached_at=row.reached_at,
        is_viewer=row.is_viewer,
    )
