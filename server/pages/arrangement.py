"""/courses/{course}/arrangement and /order-by-level: how students see a course's exercises."""

from typing import Annotated

from fastapi import APIRouter, Form, Response
from fastapi.responses import RedirectResponse

from server.actions import courses, giving
from server.deps import Catalogue, CurrentViewer, Db, Now
from server.models import Arrangement

router = APIRouter(include_in_schema=False)


@router.post("/courses/{course}/arrangement")
async def arrange(
    course: str,
    viewer: CurrentViewer,
    db: Db,
    now: Now,
    arrangement: Annotated[Arrangement, Form()],
) -> Response:
    """Show them as a path, or as a list."""
    async with db.write() as session:
        found = await courses.get_course(session, course, viewer)
        await courses.change_course(session, viewer, found, arrangement=arrangement, now=now)
        await session.commit()
    return RedirectResponse(f"/courses/{course}/assignments", 303)


@router.post("/courses/{course}/order-by-level")
async def order_by_level(
    course: str, viewer: CurrentViewer, db: Db, catalogue: Catalogue, now: Now
) -> Response:
    """Put the assignments in the order of the curriculum."""
    async with db.write() as session:
        found = await courses.get_course(session, course, viewer)
        await giving.reorder(session, viewer, found, (), now, by_level=catalogue)
        await session.commit()
    return RedirectResponse(f"/courses/{course}/assignments", 303)
