"""The archive of all submissions: what is in it, and what it costs to make."""

import io
import json
import os
import tracemalloc
import zipfile
from datetime import UTC, datetime

import httpx2
import pytest
from sqlalchemy import insert

from server.actions import archive
from server.archive_stream import stream_archive
from server.ids import uuid7
from server.models import Assignment, Submission, SubmissionFile
from server.submission_archive import safe_part
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    an_assignment,
)
from tests.fixtures.statements import recorded
from tests.fixtures.web import Site


async def test_it_holds_every_submission_by_student_and_exercise_with_its_results(
    site: Site, teacher: httpx2.AsyncClient, student: httpx2.AsyncClient
) -> None:
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        other = await a_student(
            session, site.course, name="Íñigo Núñez/Vega", family_name="Núñez/Vega"
        )
        for index in range(2):
            submission = await a_submission(
                session, assignment, other, files={"a.py": b"x = %d\n" % index}
            )
        await a_finished_run(session, submission, a_report(a_check(points=4, max_points=10)))
        await a_submission(session, assignment, site.student)
        await session.commit()
    path = f"/courses/{site.course.slug}/gradebook/submissions.zip"

    answer = await teacher.get(path)
    api = await site.client.get(
        f"/api/courses/{site.course.slug}/submissions.zip",
        headers={"Authorization": f"Bearer {site.teacher_token}"},
    )

    with zipfile.ZipFile(io.BytesIO(answer.content)) as file:
        assert file.testzip() is None
        names = file.namelist()
        folder = f"Núñez_Vega, Íñigo {other.user.id.hex[-8:]}/timeout"
        assert file.read(f"{folder}/002/a.py") == b"x = 1\n"
        result = json.loads(file.read(f"{folder}/002/result.json"))
    assert names[0] == "grades.csv"
    assert len(names) == len(set(names)) == 7
    assert (result["email"], result["runs"][0]["points"]) == (other.user.email, 4)
    assert result["runs"][0]["report"]["checks"][0]["points"] == 4
    assert len(api.content) == len(answer.content)
    assert (await student.get(path)).status_code == 403


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("a/b\\c:d*e?", "a_b_c_d_e_"),
        ("..", "_"),
        ("", "_"),
        ("ends. ", "ends"),
        ("x" * 90 + ".py", "x" * 57 + ".py"),
        ("Núñez, Íñigo", "Núñez, Íñigo"),
        ("a\u202eb\x00", "a_b_"),
    ],
)
def test_names_are_safe_on_every_system(name: str, safe: str) -> None:
    assert safe_part(name) == safe


async def test_many_submissions_need_little_memory(
    site: Site,
) -> None:
    count, size = 1_000, 40_000
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        await _hand_in(session, assignment, site, count, os.urandom(size))
        await session.commit()
    database = site.app.state.database
    received, largest, entries = 0, 0, 0
    with recorded(database) as statements:
        tracemalloc.start()
        async for piece in stream_archive(database, site.teacher, site.course, NOON):
            received += len(piece)
            largest = max(largest, len(piece))
            entries += 1
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    batches = count // archive.SUBMISSIONS_AT_ONCE
    assert entries >= batches
    assert len(statements) < 8 * batches
    assert received > count * size
    assert largest < 2 * archive.SUBMISSIONS_AT_ONCE * size
    assert peak < received / 4


async def _hand_in(session, assignment: Assignment, site: Site, count: int, content: bytes) -> None:
    ids = [uuid7() for _ in range(count)]
    await session.execute(
        insert(Submission),
        [
            {
                "id": id_,
                "assignment_id": assignment.id,
                "user_id": site.student.user.id,
                "number": number,
                "submitted_at": datetime(2026, 11, 1, tzinfo=UTC),
                "source": "api",
                "course_id": site.course.id,
            }
            for number, id_ in enumerate(ids, 1)
        ],
    )
    await session.execute(
        insert(SubmissionFile),
        [{"submission_id": id_, "name": "solution.py", "content": content} for id_ in ids],
    )


async def test_a_slow_reader_holds_no_connection(site: Site) -> None:
    async with site.database.write() as session:
        assignment = await an_assignment(session, site.course, "timeout")
        await _hand_in(session, assignment, site, 60, b"x")
        await session.commit()
    database = site.app.state.database
    pieces = stream_archive(database, site.teacher, site.course, NOON)

    for _ in range(2):
        await anext(pieces)
        assert database._reader.pool.checkedout() == 0

    assert len([piece async for piece in pieces]) > 1
