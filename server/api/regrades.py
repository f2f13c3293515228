"""/api/courses/{course}/regrades: grading again beside the results, for instructors."""

import asyncio
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.status import HTTP_202_ACCEPTED

from server.access import Permission, require
from server.actions import changed_suites, courses, regrade_decision, regrade_preview, regrades
from server.actions.regrade_preview import Direction
from server.api.regrade_answers import (
    AppliedOut,
    ChangeOut,
    ChangesOut,
    DecisionIn,
    RegradeIn,
    RegradeLine,
    RegradeOut,
    RegradesOut,
    SuggestionOut,
)
from server.deps import Catalogue, CurrentViewer, Db, Language, Now, ReadSession, WriteSession
from server.errors import (
    CourseArchived,
    IncompleteScope,
    InstructorsOnly,
    InvalidText,
    RegradeIsOver,
    RegradeUnderWay,
    UnknownCheck,
    UnknownCourse,
    UnknownExercise,
    UnknownRegrade,
    UnknownSubmission,
)
from server.http.openapi import refusal_responses

router = APIRouter(prefix="/api/courses/{course}", tags=["regrades"])

_REFUSED: Final = (UnknownCourse, InstructorsOnly)


@router.get("/regrades", responses=refusal_responses(*_REFUSED))
async def list_regrades(
    course: str,
    viewer: CurrentViewer,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: UUID | None = None,
) -> RegradesOut:
    """List the regrades of a course, the newest first."""
    found = await courses.get_course(session, course, viewer)
    listed = await regrades.list_regrades(session, viewer, found, limit=limit, before=before)
    more = listed[-1].id if len(listed) == limit else None
    return RegradesOut(regrades=[RegradeLine.of(one) for one in listed], next=more)


@router.get("/regrade-suggestions", responses=refusal_responses(*_REFUSED))
async def list_suggestions(
    course: str, viewer: CurrentViewer, db: Db, catalogue: Catalogue, language: Language
) -> list[SuggestionOut]:
    """List the exercises whose suite has changed since it gave results that count."""
    # In a thread: every file of a suite is read.
    suites = await asyncio.to_thread(
        lambda: {slug: exercise.suite_hash for slug, exercise in catalogue.items()}
    )
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.MANAGE, found.id)
        older = await changed_suites.count_older_results(session, found, suites)
    return [
        SuggestionOut(
            exercise=slug,
            title=catalogue[slug].title.to(language),
            results=results,
            suite_hash=suites[slug],
        )
        for slug, results in sorted(older.items())
    ]


@router.post(
    "/regrades",
    status_code=HTTP_202_ACCEPTED,
    responses=refusal_responses(
        *(
            *_REFUSED,
            CourseArchived,
            UnknownExercise,
            UnknownCheck,
            UnknownSubmission,
            InvalidText,
            IncompleteScope,
            RegradeUnderWay,
        )
    ),
)
async def start_regrade(
    course: str, wanted: RegradeIn, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RegradeLine:
    """Grade submissions again, beside their results: nothing changes until it is applied."""
    found = await courses.get_course(session, course, viewer)
    chosen = regrades.Wanted(
        exercise=wanted.exercise,
        check=wanted.check,
        mistake=wanted.mistake,
        submission_id=wanted.submission_id,
    )
    regrade = await regrades.start(session, viewer, found, chosen, wanted.reason, now)
    await session.commit()
    return RegradeLine.of(await regrades.get_regrade(session, viewer, found, regrade.id))


@router.get("/regrades/{regrade_id}", responses=refusal_responses(*_REFUSED, UnknownRegrade))
async def show_regrade(
    course: str, regrade_id: UUID, viewer: CurrentViewer, session: ReadSession
) -> RegradeOut:
    """Show how far a regrade is, and how much it would change."""
    found = await courses.get_course(session, course, viewer)
    regrade = await regrades.get_regrade(session, viewer, found, regrade_id)
    return RegradeOut.with_totals(regrade, await regrade_preview.totals(session, regrade))


@router.get(
    "/regrades/{regrade_id}/changes",
    responses=refusal_responses(*_REFUSED, UnknownRegrade),
)
async def list_changes(
    course: str,
    regrade_id: UUID,
    viewer: CurrentViewer,
    session: ReadSession,
    language: Language,
    direction: Direction = Direction.LOWER,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> ChangesOut:
    """List whose best result would fall or rise, the largest change first."""
    found = await courses.get_course(session, course, viewer)
    regrade = await regrades.get_regrade(session, viewer, found, regrade_id)
    listed = await regrade_preview.list_changes(
        session, regrade, direction, limit=limit, offset=offset
    )

    changes = [ChangeOut.of(one, language) for one in listed]
    return ChangesOut(changes=changes, next=offset + limit if len(listed) == limit else None)


@router.post(
    "/regrades/{regrade_id}/apply",
    status_code=HTTP_202_ACCEPTED,
    responses=refusal_responses(*_REFUSED, UnknownRegrade, RegradeIsOver),
)
async def apply_regrade(
    course: str,
    regrade_id: UUID,
    wanted: DecisionIn,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> AppliedOut:
    """Put results in the place of the old ones; what is not graded yet keeps its result."""
    found = await courses.get_course(session, course, viewer)
    regrade = await regrades.get_regrade(session, viewer, found, regrade_id)
    pairs = [(pair.assignment_id, pair.user_id) for pair in wanted.pairs]
    chosen = await regrade_decision.apply(session, viewer, regrade, wanted.choice, now, pairs=pairs)
    await session.commit()
    return AppliedOut(submissions=chosen)


@router.post(
    "/regrades/{regrade_id}/discard",
    responses=refusal_responses(*_REFUSED, UnknownRegrade, RegradeIsOver),
)
async def discard_regrade(
    course: str, regrade_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RegradeLine:
    """Leave every result as it was; the history keeps what was found."""
    found = await courses.get_course(session, course, viewer)
    regrade = await regrades.get_regrade(session, viewer, found, regrade_id)
    await regrade_decision.discard(session, viewer, regrade, now)
    await session.commit()
    return RegradeLine.of(regrade)
