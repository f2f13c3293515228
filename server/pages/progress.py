"""/courses/{course}/progress.csv: the dashboard's students and their results, for a spreadsheet."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from server.actions import courses, dashboard
from server.actions.class_cells import cells_of
from server.actions.class_filter import Condition, Order, StudentFilter
from server.actions.overview import ClassMap, StudentRow
from server.csv_text import BYTE_ORDER_MARK, csv_line
from server.deps import CurrentViewer, Db, Now
from server.models import Course
from server.storage.database import Database

router = APIRouter(include_in_schema=False)

# Of so many students the results are loaded at a time; the loop is free in between.
_AT_ONCE: Final = 40


@router.get("/courses/{course}/progress.csv")
async def download_progress(
    course: str,
    viewer: CurrentViewer,
    db: Db,
    now: Now,
    group: Annotated[str, Query(max_length=100)] = "",
    state: Condition = Condition.ALL,
    sort: Order = Order.NAME,
    q: Annotated[str, Query(max_length=100)] = "",
) -> StreamingResponse:
    """Send all students that pass the filter, a line for each."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        student_filter = StudentFilter(group or None, state, sort, q)
        seen = await dashboard.class_map(
            session, viewer, found, now, student_filter, limit=_AT_ONCE
        )
    name = f"attachment; filename={found.slug}-progress.csv"
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return StreamingResponse(_lines(db, found, seen), media_type="text/csv", headers=headers)


async def _lines(db: Database, course: Course, seen: ClassMap) -> AsyncIterator[str]:
    yield BYTE_ORDER_MARK + csv_line(_heads(seen))
    given = [column.assignment_id for column in seen.columns]
    for start in range(0, len(seen.chosen), _AT_ONCE):
        some = seen.chosen[start : start + _AT_ONCE]
        async with db.read() as session:
            cells = await cells_of(session, given, [one.user_id for one in some])
        yield "".join(
            csv_line(_cells(StudentRow(one, cells.get(one.user_id, {})), seen)) for one in some
        )


def _heads(seen: ClassMap) -> Iterator[str]:
    yield from (
        "name",
        "email",
        "group",
        "points",
        "solved",
        "handed_in",
        "stuck",
        "behind",
        "late",
    )
    for column in seen.columns:
        yield f"{column.exercise} points"
        yield f"{column.exercise} attempts"


def _cells(row: StudentRow, seen: ClassMap) -> Iterator[object]:
    sums = row.sums
    yield from (sums.name, sums.email, sums.group, sums.points, sums.solved)
    yield from (sums.handed_in, len(sums.stuck), sums.behind, sums.late)
    for column in seen.columns:
        cell = row.cells.get(column.assignment_id)
        yield cell.points if cell else None
        yield cell.attempts if cell else 0
