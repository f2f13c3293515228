"""/: the way through each course: where to go on, what is due soon, and what came back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Viewer
from server.actions import assignments, courses, news, own_results, submissions
from server.actions.extensions import terms_of
from server.deps import Catalogue, CurrentViewer, Language, Now, ReadSession
from server.models import Arrangement, Course, Submission
from server.news_text import describe_news
from server.pages.curriculum import Level, Listed, exercise_href, group_by_level
from server.pages.results import Standing, describe_run
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_MOST_NEWS: Final = 5
_MOST_IN_PANEL: Final = 3
# The viewer's newest submissions tell where they were, and what came back lately.
_NEWEST: Final = 20
_SOON: Final = timedelta(days=14)
_LATELY: Final = timedelta(days=7)
# Between two exercises, and between two levels, in percent of the width.
_GAP, _LEVEL_GAP = 0.35, 1.4


@dataclass(frozen=True, slots=True)
class Due:
    """An exercise that is due soon, `left` from now."""

    exercise: Listed
    left: timedelta
    is_near: bool


@dataclass(frozen=True, slots=True)
class Back:
    """A submission that has been graded, `ago`."""

    href: str
    title: str
    number: int
    standing: Standing
    ago: timedelta


@dataclass(frozen=True, slots=True)
class Lamp:
    """One exercise in the line of all: its fill, and where it lies, in percent of the width."""

    fill: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class CourseHome:
    """What a course's part of the page shows.

    is_own         The viewer takes the course, and does not teach it.
    here           The exercise to go on with; None if all are solved, and in a list.
    minutes_ahead  Estimated time of what is not solved.
    """

    title: str
    slug: str
    is_path: bool
    is_own: bool
    levels: Sequence[Level]
    here: Listed | None
    due: Sequence[Due]
    back: Sequence[Back]
    lamps: Sequence[Lamp]
    count: int
    passed: int
    points: float
    minutes_ahead: int


@router.get("/")
async def show_home(
    request: Request,
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> HTMLResponse:
    """Show the exercises of the viewer's courses, each with their best result."""
    shown = await _courses(session, viewer, catalogue, language, now)
    # Whoever views the pages as a student must not read what the student's other courses told.
    unread = () if viewer.seen_by else await news.list_unread(session, viewer, limit=_MOST_NEWS)
    zones = await news.zones_of(session, unread) if unread else {}
    return render_page(
        request,
        "exercises/list.html",
        language=language,
        viewer=viewer,
        courses=shown,
        news=describe_news(unread, catalogue, language, zones),
        unread=await _count_unread(session, viewer, len(unread)),
    )


async def _count_unread(session: AsyncSession, viewer: Viewer, listed: int) -> int:
    """Count the unread news, of which so many are listed; without a statement if that is all."""
    return listed if listed < _MOST_NEWS else await news.count_unread(session, viewer)


async def _courses(
    session: AsyncSession, viewer: Viewer, catalogue: Exercises, language: str, now: datetime
) -> list[CourseHome]:
    given = await assignments.list_assignments(session, viewer)
    given = [one for one in given if one.exercise in catalogue]
    own = await own_results.list_results(session, viewer, given)
    terms = await terms_of(session, given, viewer.user.id)
    newest = await submissions.list_submissions(
        session, viewer, user_id=viewer.user.id, limit=_NEWEST
    )
    taken = await courses.list_courses(session, viewer)
    in_course = {key: list(those) for key, those in groupby(given, lambda one: one.course_id)}
    return [
        _course_home(
            course,
            group_by_level(in_course.get(course.id, ()), catalogue, own, terms, language, now=now),
            [one for one in newest if one.assignment.course_id == course.id],
            language,
            now,
            is_own=not viewer.is_staff_of(course.id),
        )
        for course in taken
        if course.id in in_course or course.id in viewer.roles
    ]


def _course_home(
    course: Course,
    levels: Sequence[Level],
    newest: Sequence[Submission],
    language: str,
    now: datetime,
    *,
    is_own: bool,
) -> CourseHome:
    path = [exercise for level in levels for exercise in level.exercises]
    unsolved = [one for one in path if not one.is_solved]
    is_path = course.arrangement is Arrangement.PATH
    last = exercise_href(newest[0].assignment) if newest else ""
    return CourseHome(
        title=course.title,
        slug=course.slug,
        is_path=is_path,
        is_own=is_own,
        levels=levels,
        here=choose_here(path, last) if is_own and is_path else None,
        due=list(_due(path, now))[:_MOST_IN_PANEL] if is_own else (),
        back=list(_back(newest, {one.href: one for one in path}, language, now)),
        lamps=list(_lamps(levels)),
        count=len(path),
        passed=len(path) - len(unsolved),
        points=sum(one.standing.points for one in path),
        minutes_ahead=sum(one.minutes for one in unsolved),
    )


def choose_here(path: Sequence[Listed], last: str) -> Listed | None:
    """Choose the exercise to go on with: the last one tried, or else the next unsolved.

    last  Its address; empty if nothing was handed in.
    """
    at = next((index for index, one in enumerate(path) if one.href == last), 0)
    onward = (*path[at:], *path[:at])
    return next((one for one in onward if not one.is_solved and one.is_open), None)


def _due(path: Sequence[Listed], now: datetime) -> Iterator[Due]:
    """Give what is due soon and not solved, the nearest first."""
    coming = [
        (one.due_at - now, one)
        for one in path
        if one.due_at is not None and now < one.due_at <= now + _SOON and not one.is_solved
    ]
    for left, one in sorted(coming, key=lambda pair: pair[0]):
        yield Due(one, left, is_near=left < timedelta(days=3))


def _back(
    newest: Sequence[Submission], listed: Mapping[str, Listed], language: str, now: datetime
) -> Iterator[Back]:
    """Give what was graded lately: the newest attempt at each exercise."""
    seen: set[UUID] = set()
    for one in newest:
        finished_at = one.run.finished_at
        exercise = listed.get(exercise_href(one.assignment))
        if exercise is None or finished_at is None or one.assignment_id in seen:
            continue
        seen.add(one.assignment_id)
        if now - finished_at < _LATELY and len(seen) <= _MOST_IN_PANEL:
            standing = describe_run(one.run, language)
            href = f"/submissions/{one.id}"
            yield Back(href, exercise.title, one.number, standing, finished_at - now)


def _lamps(levels: Sequence[Level]) -> Iterator[Lamp]:
    """Lay the exercises in one line, level by level."""
    count = sum(len(level.exercises) for level in levels)
    if not count:
        return
    gaps = _GAP * (count - len(levels)) + _LEVEL_GAP * (len(levels) - 1)
    width = (100 - gaps) / count
    x = 0.0
    for level in levels:
        for exercise in level.exercises:
            fill = {"go": "go", "half": "wait"}.get(exercise.dot, "none")
            yield Lamp(fill, f"{x:.2f}", f"{width:.2f}")
            x += width + _GAP
        x += _LEVEL_GAP - _GAP
