"""/api/courses: the viewer's courses, new ones and copies, their settings and join codes."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from pydantic.config import JsonDict
from starlette.status import HTTP_201_CREATED

from graders.text import Language
from server.access import Permission, Viewer, require
from server.actions import copying, courses, joining
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Now, ReadSession, Settings, WriteSession
from server.errors import (
    CourseExists,
    InstructorsOnly,
    InvalidSlug,
    InvalidText,
    TeachersOnly,
    UnknownCourse,
    UnknownTimeZone,
)
from server.errors.roster import InvalidDomain
from server.http.numbers import NUMBER_ONLY
from server.http.openapi import refusal_responses
from server.models import Arrangement, Course, JoinPolicy, Role

router = APIRouter(prefix="/api/courses", tags=["courses"])

_TITLE: JsonDict = {"minLength": 1, "maxLength": courses.LONGEST_TITLE, "format": "one-line"}
_SLUG: JsonDict = {"pattern": r"^([a-z0-9][a-z0-9-]{0,39})?$"}
_TIMEZONE: JsonDict = {"format": "time-zone"}
_DOMAIN = r"^[a-z0-9-]+(\.[a-z0-9-]+)+$"
_SOME_DOMAINS: JsonDict = {
    "if": {"properties": {"policy": {"const": "domains"}}},
    "then": {"properties": {"domains": {"minItems": 1}}, "required": ["domains"]},
}
_UNREADY = (
    "Whether a program that does not compile, or lacks a function that the exercise asks for, is "
    "graded and uses an attempt. Otherwise it is refused where attempts are limited."
)
_ZONE = "IANA name of the time zone in which the course's dates are meant."


Zone = Annotated[str, Field(json_schema_extra=_TIMEZONE)]


class CourseOut(BaseModel):
    """A course."""

    slug: str = Field(description="Its name in addresses.")
    title: str
    timezone: str = Field(description=_ZONE, examples=["Europe/Madrid"])
    language: Language
    arrangement: Arrangement = Field(
        description="How students see its exercises: as a path with levels and a next one, or as a "
        "list. The order is that of the assignments in both."
    )
    unready_costs_attempt: bool = Field(description=_UNREADY)
    created_at: datetime
    archived_at: datetime | None = Field(description="Since when it is over; null: it is taught.")
    role: Role | None = Field(description="Yours in it; null for an administrator outside it.")

    @classmethod
    def of(cls, course: Course, viewer: Viewer) -> Self:
        """Describe a course to the viewer."""
        return cls(
            slug=course.slug,
            title=course.title,
            timezone=course.timezone,
            language=course.language,
            arrangement=course.arrangement,
            unready_costs_attempt=course.unready_costs_attempt,
            created_at=course.created_at,
            archived_at=course.archived_at,
            role=viewer.roles.get(course.id),
        )


class CourseIn(RequestBody):
    """A course to make."""

    # The limits are described only: the action's refusals say more.
    title: str = Field(examples=["Python asíncrono"], json_schema_extra=_TITLE)
    slug: str = Field(
        "",
        description="Its name in addresses; empty: made from the title.",
        json_schema_extra=_SLUG,
    )
    timezone: Zone | None = Field(None, description=_ZONE + " Null: the server's default.")
    language: Language = "es"


class CourseChange(RequestBody):
    """What is to change; what is missing stays."""

    title: Annotated[str, Field(json_schema_extra=_TITLE)] | None = None
    timezone: Zone | None = Field(None, description=_ZONE)
    language: Language | None = None
    arrangement: Arrangement | None = Field(
        None, description="How students see its exercises: as a path, or as a list."
    )
    unready_costs_attempt: StrictBool | None = Field(None, description=_UNREADY)
    archived: StrictBool | None = Field(None, description="Whether the course is over.")


_ShiftDays = Annotated[int, Field(ge=-copying.MOST_DAYS, le=copying.MOST_DAYS), NUMBER_ONLY]


class CopyIn(RequestBody):
    """A course to make like another."""

    title: str = Field(json_schema_extra=_TITLE)
    slug: str = Field(
        "",
        description="Its name in addresses; empty: made from the title.",
        json_schema_extra=_SLUG,
    )
    shift_days: _ShiftDays | None = Field(
        None,
        description="By how many days its dates are later; null leaves them empty.",
    )


class JoinOut(BaseModel):
    """Who may join a course with its code."""

    model_config = ConfigDict(from_attributes=True)

    policy: JoinPolicy
    domains: list[str] = Field(description="E-mail domains that may, while the policy is domains.")
    code: str | None = Field(description="Null until the course is opened for the first time.")
    url: str | None = Field(description="The page that joins.")

    @classmethod
    def of(cls, course: Course, public_url: str) -> Self:
        """Describe the join code of a course."""
        code = course.join_code
        url = f"{public_url}/join/{code}" if code else None
        return cls(policy=course.join_policy, domains=course.join_domains, code=code, url=url)


class JoinIn(RequestBody):
    """Who may join with the code."""

    model_config = ConfigDict(json_schema_extra=_SOME_DOMAINS)

    policy: JoinPolicy
    domains: list[Annotated[str, Field(pattern=_DOMAIN, max_length=253)]] = Field(
        [],
        description="For the policy domains, such as uni.example.org.",
        max_length=joining.MOST_DOMAINS,
    )


@router.get("")
async def list_courses(
    viewer: CurrentViewer,
    session: ReadSession,
    archived: Annotated[bool, Query(description="Whether to list archived ones too.")] = False,
) -> list[CourseOut]:
    """List your courses by title; an administrator's are all."""
    found = await courses.list_courses(session, viewer, with_archived=archived)
    return [CourseOut.of(course, viewer) for course in found]


@router.post(
    "",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(
        TeachersOnly, CourseExists, InvalidSlug, InvalidText, UnknownTimeZone
    ),
)
async def make_course(
    wanted: CourseIn, viewer: CurrentViewer, session: WriteSession, settings: Settings, now: Now
) -> CourseOut:
    """Make a course, which you then teach. For instructors of any course, and administrators."""
    made = await courses.create_course(
        session,
        slug=wanted.slug,
        title=wanted.title,
        timezone=settings.default_timezone if wanted.timezone is None else wanted.timezone,
        language=wanted.language,
        viewer=viewer,
        now=now,
    )
    await session.commit()
    return CourseOut.of(made, viewer).model_copy(update={"role": Role.INSTRUCTOR})


@router.get("/{course}", responses=refusal_responses(UnknownCourse))
async def show_course(course: str, viewer: CurrentViewer, session: ReadSession) -> CourseOut:
    """Show one of your courses."""
    return CourseOut.of(await courses.get_course(session, course, viewer), viewer)


@router.patch(
    "/{course}",
    responses=refusal_responses(UnknownCourse, InstructorsOnly, InvalidText, UnknownTimeZone),
)
async def change_course(
    course: str, wanted: CourseChange, viewer: CurrentViewer, session: WriteSession, now: Now
) -> CourseOut:
    """Change title, zone, language and other settings; archive a course or open it again."""
    found = await courses.get_course(session, course, viewer)
    values = wanted.model_dump(exclude={"archived"})
    await courses.change_course(session, viewer, found, **values, now=now)
    if wanted.archived is not None:
        change = courses.archive if wanted.archived else courses.reopen
        await change(session, viewer, found, now)
    await session.commit()
    return CourseOut.of(found, viewer)


@router.post(
    "/{course}/copies",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(
        *(UnknownCourse, InstructorsOnly, TeachersOnly, CourseExists, InvalidSlug, InvalidText)
    ),
)
async def copy_course(
    course: str, wanted: CopyIn, viewer: CurrentViewer, session: WriteSession, now: Now
) -> CourseOut:
    """Make a course with the assignments and settings of this one, and none of its people."""
    source = await courses.get_course(session, course, viewer)
    made = await copying.copy_course(session, viewer, source, **wanted.model_dump(), now=now)
    await session.commit()
    return CourseOut.of(made, viewer).model_copy(update={"role": Role.INSTRUCTOR})


@router.get("/{course}/join-code", responses=refusal_responses(UnknownCourse, InstructorsOnly))
async def show_join_code(
    course: str, viewer: CurrentViewer, session: ReadSession, settings: Settings
) -> JoinOut:
    """Show who may join with the course's code. For instructors."""
    found = await courses.get_course(session, course, viewer)
    require(viewer, Permission.MANAGE, found.id)
    return JoinOut.of(found, settings.public_url)


@router.put(
    "/{course}/join-code",
    responses=refusal_responses(UnknownCourse, InstructorsOnly, InvalidDomain),
)
async def set_join_policy(
    course: str,
    wanted: JoinIn,
    viewer: CurrentViewer,
    session: WriteSession,
    settings: Settings,
    now: Now,
) -> JoinOut:
    """Say who may join with the course's code; opening it for the first time makes one."""
    found = await courses.get_course(session, course, viewer)
    await joining.set_policy(
        session, viewer, found, policy=wanted.policy, domains=wanted.domains, now=now
    )
    await session.commit()
    return JoinOut.of(found, settings.public_url)


@router.post("/{course}/join-code", responses=refusal_responses(UnknownCourse, InstructorsOnly))
async def rotate_join_code(
    course: str, viewer: CurrentViewer, session: WriteSession, settings: Settings, now: Now
) -> JoinOut:
    """Replace the course's code; the old one stops working at once."""
    found = await courses.get_course(session, course, viewer)
    await joining.rotate_code(session, viewer, found, now)
    await session.commit()
    return JoinOut.of(found, settings.public_url)
