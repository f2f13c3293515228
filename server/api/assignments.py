"""/api/courses/{course}/assignments and their extensions, for staff."""

from datetime import UTC, datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from server.access import Permission, Viewer, require
from server.actions import assignments, courses, extensions, giving, several_terms, terms
from server.api.terms_values import (
    AssignmentOut,
    ChangedGradeOut,
    ChangedOut,
    ExtensionIn,
    ExtensionOut,
    ExtensionsOut,
    GiveIn,
    LateDaysIn,
    OrderIn,
    SeveralIn,
    SeveralOut,
    TermsIn,
    in_zone,
)
from server.deps import Catalogue, CurrentViewer, Language, Now, ReadSession, WriteSession
from server.errors import (
    AssignmentInUse,
    CourseArchived,
    EnvironmentMissing,
    ExerciseWithheld,
    InstructorsOnly,
    InvalidTerms,
    StaffOnly,
    UnknownCourse,
    UnknownExercise,
    UnknownExtension,
)
from server.http.openapi import refusal_responses
from server.models import Assignment
from server.terms_text import describe_for_all

router = APIRouter(prefix="/api/courses/{course}", tags=["assignments"])

Slug = Annotated[str, Path(max_length=200)]
_MICROSECONDS: Final = 1_000_000
_REFUSED = refusal_responses(UnknownCourse, UnknownExercise, InstructorsOnly, InvalidTerms)
_UNSEEN = refusal_responses(UnknownCourse, UnknownExercise, StaffOnly)


async def _find(session: AsyncSession, viewer: Viewer, course: str, exercise: str) -> Assignment:
    return await assignments.find_assignment(session, viewer, exercise, course)


@router.get("/assignments", responses=refusal_responses(UnknownCourse, StaffOnly))
async def list_assignments(
    course: Slug, viewer: CurrentViewer, session: ReadSession, language: Language, now: Now
) -> list[AssignmentOut]:
    """List what the course gives, in its order, with all terms."""
    found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.SEE_WORK, found.id)
    given = await assignments.list_assignments(session, viewer, found)
    return [AssignmentOut.of(one, describe_for_all(one, language, now)) for one in given]


@router.post(
    "/assignments",
    status_code=HTTP_201_CREATED,
    responses={
        **_REFUSED,
        **refusal_responses(ExerciseWithheld, EnvironmentMissing, CourseArchived),
    },
)
async def give(
    course: Slug,
    wanted: GiveIn,
    viewer: CurrentViewer,
    session: WriteSession,
    catalogue: Catalogue,
    language: Language,
    now: Now,
) -> list[AssignmentOut]:
    """Give exercises after those there are; one that is given already is left as it is."""
    found = await courses.get_course(session, course, viewer)
    whole = wanted.over(terms.GivenTerms(), found.timezone)
    given = await giving.give(session, viewer, found, wanted.exercises, whole, catalogue, now)
    await session.commit()
    for one in given:
        one.course = found
    return [AssignmentOut.of(one, describe_for_all(one, language, now)) for one in given]


@router.patch("/assignments", responses=_REFUSED)
async def change_several(
    course: Slug,
    wanted: SeveralIn,
    viewer: CurrentViewer,
    session: WriteSession,
    language: Language,
    now: Now,
) -> SeveralOut:
    """Change what the request names in several assignments, all or none; grades follow at once."""
    found = await courses.get_course(session, course, viewer)
    chosen, changes = await several_terms.change_several(
        session, viewer, found, wanted.exercises, wanted.change(found.timezone), now
    )
    named = await ChangedGradeOut.list_of(session, changes)
    if not wanted.dry_run:
        await session.commit()
    for one in chosen:
        one.course = found
    return SeveralOut(
        assignments=[AssignmentOut.of(one, describe_for_all(one, language, now)) for one in chosen],
        changed_grades=named,
        is_stored=not wanted.dry_run,
    )


@router.put("/assignments", status_code=HTTP_204_NO_CONTENT, responses=_REFUSED)
async def reorder(
    course: Slug,
    wanted: OrderIn,
    viewer: CurrentViewer,
    session: WriteSession,
    catalogue: Catalogue,
    now: Now,
) -> None:
    """Put the assignments in this order, in which students see them."""
    found = await courses.get_course(session, course, viewer)
    by_level = catalogue if wanted.by_level else None
    await giving.reorder(session, viewer, found, wanted.exercises, now, by_level=by_level)
    await session.commit()


@router.put("/late-days", responses=_REFUSED)
async def set_late_days(
    course: Slug, wanted: LateDaysIn, viewer: CurrentViewer, session: WriteSession, now: Now
) -> ChangedOut:
    """Set the late days of each student; grades follow at once."""
    found = await courses.get_course(session, course, viewer)
    changes = await terms.change_late_days(session, viewer, found.id, wanted.late_days, now)
    named = await ChangedGradeOut.list_of(session, changes)
    await session.commit()
    return ChangedOut(assignment=None, changed_grades=named)


@router.get("/assignments/{exercise}", responses=_UNSEEN)
async def show_assignment(
    course: Slug,
    exercise: Slug,
    viewer: CurrentViewer,
    session: ReadSession,
    language: Language,
    now: Now,
) -> AssignmentOut:
    """Give one assignment with all terms."""
    found = await _find(session, viewer, course, exercise)
    require(viewer, Permission.SEE_WORK, found.course_id)
    return AssignmentOut.of(found, describe_for_all(found, language, now))


@router.patch("/assignments/{exercise}", responses=_REFUSED)
async def change_terms(
    course: Slug,
    exercise: Slug,
    wanted: TermsIn,
    viewer: CurrentViewer,
    session: WriteSession,
    language: Language,
    now: Now,
) -> ChangedOut:
    """Change the terms that the request names; grades follow at once."""
    found = await _find(session, viewer, course, exercise)
    whole = wanted.over(terms.GivenTerms.of(found), found.course.timezone)
    changes = await terms.change_terms(session, viewer, found, whole, now)
    named = await ChangedGradeOut.list_of(session, changes)
    await session.commit()
    return ChangedOut(
        assignment=AssignmentOut.of(found, describe_for_all(found, language, now)),
        changed_grades=named,
    )


@router.delete(
    "/assignments/{exercise}",
    status_code=HTTP_204_NO_CONTENT,
    responses={**_REFUSED, **refusal_responses(AssignmentInUse)},
)
async def take_back(
    course: Slug, exercise: Slug, viewer: CurrentViewer, session: WriteSession, now: Now
) -> None:
    """Give an exercise no longer, if nobody has handed in to it."""
    await giving.take_back(session, viewer, await _find(session, viewer, course, exercise), now)
    await session.commit()


@router.get("/assignments/{exercise}/extensions", responses=_UNSEEN)
async def list_extensions(
    course: Slug,
    exercise: Slug,
    viewer: CurrentViewer,
    session: ReadSession,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[
        str | None,
        Query(pattern=r"^[0-9]{1,17}-[0-9a-f]{32}$", description="`next` of the page before."),
    ] = None,
) -> ExtensionsOut:
    """List the extensions of an assignment, the newest first."""
    found = await _find(session, viewer, course, exercise)
    require(viewer, Permission.SEE_WORK, found.course_id)
    moment, before_id = _position(after)
    page = await extensions.list_extensions(
        session, found, limit=limit, before=moment, before_id=before_id
    )
    following = _after(page[-1].granted_at, page[-1].id) if len(page) == limit else None
    return ExtensionsOut(items=[ExtensionOut.of(one) for one in page], next=following)


@router.post("/assignments/{exercise}/extensions", status_code=HTTP_201_CREATED, responses=_REFUSED)
async def extend(
    course: Slug,
    exercise: Slug,
    wanted: ExtensionIn,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> ChangedOut:
    """Give students, or those of a group, more time or attempts; grades follow at once."""
    found = await _find(session, viewer, course, exercise)
    require(viewer, Permission.MANAGE, found.course_id)
    people = list(wanted.user_ids)
    people += await extensions.people_of_group(session, found.course_id, wanted.group)
    people += await extensions.people_with(session, found.course_id, wanted.emails)
    changes = await extensions.grant(
        session,
        viewer,
        found,
        people,
        due_at=in_zone("due_at", wanted.due_at, found.course.timezone),
        extra_attempts=wanted.extra_attempts,
        reason=wanted.reason,
        now=now,
    )
    named = await ChangedGradeOut.list_of(session, changes)
    await session.commit()
    return ChangedOut(assignment=None, changed_grades=named)


@router.delete(
    "/assignments/{exercise}/extensions/{extension_id}",
    responses={**_REFUSED, **refusal_responses(UnknownExtension)},
)
async def remove_extension(
    course: Slug,
    exercise: Slug,
    extension_id: UUID,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> ChangedOut:
    """Take an extension away; grades follow at once."""
    found = await _find(session, viewer, course, exercise)
    changes = await extensions.remove(session, viewer, found, extension_id, now)
    named = await ChangedGradeOut.list_of(session, changes)
    await session.commit()
    return ChangedOut(assignment=None, changed_grades=named)


def _after(moment: datetime, id_: UUID) -> str:
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    microseconds = since.days * 86_400 * _MICROSECONDS + since.seconds * _MICROSECONDS
    return f"{microseconds + since.microseconds}-{id_.hex}"


def _position(after: str | None) -> tuple[datetime | None, UUID | None]:
    if after is None:
        return None, None
    microseconds, _, id_ = after.partition("-")
    seconds, rest = divmod(int(microseconds), _MICROSECONDS)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest), UUID(id_)
