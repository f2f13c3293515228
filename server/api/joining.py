"""/api/join/{code}: joining a course with its code, with the account that the token belongs to.

Who has no account makes one on the page /join/{code}.
"""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from server.access import Viewer
from server.actions import joining
from server.deps import Address, CurrentViewer, Db, Now, Rates
from server.errors.roster import NobodyJoins, OtherDomain, UnknownJoinCode
from server.http.openapi import refusal_responses
from server.models import Course, Role
from server.pages.join import find_course

router = APIRouter(prefix="/api/join", tags=["courses"])


class JoinedOut(BaseModel):
    """The course that a code is of."""

    course: str = Field(description="Its slug.")
    title: str
    role: Role | None = Field(description="Yours in it; null: you are not in it.")

    @classmethod
    def of(cls, course: Course, role: Role | None) -> "JoinedOut":
        """Describe a course to somebody with this role in it."""
        return cls(course=course.slug, title=course.title, role=role)


@router.get("/{code}", responses=refusal_responses(UnknownJoinCode, NobodyJoins))
async def show_joinable(
    code: str, viewer: CurrentViewer, db: Db, rates: Rates, address: Address
) -> JoinedOut:
    """Show which course a code is of."""
    course = await find_course(db, rates, code, address)
    return JoinedOut.of(course, _role(viewer, course))


@router.post("/{code}", responses=refusal_responses(UnknownJoinCode, NobodyJoins, OtherDomain))
async def join(
    code: str, viewer: CurrentViewer, db: Db, rates: Rates, address: Address, now: Now
) -> JoinedOut:
    """Join the course as a student; who is in it already stays what they are."""
    course = await find_course(db, rates, code, address)
    async with db.write() as session:
        await joining.join(session, viewer, code, now)
        await session.commit()
    return JoinedOut.of(course, _role(viewer, course) or Role.STUDENT)


def _role(viewer: Viewer, course: Course) -> Role | None:
    return viewer.roles.get(course.id)
