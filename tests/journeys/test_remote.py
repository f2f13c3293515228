"""The staff's commands against a server, as they would type them."""

import csv
import io
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from server.models import Assignment
from tests.fixtures.builders import NOON, SOURCE, a_check, a_finished_run, a_report, a_submission
from tests.fixtures.listening import listening
from tests.fixtures.web import Site
from tests.journeys.conftest import environment, semaforo

Answer = tuple[int, str, str]


class Staff:
    """The teacher of the site's course, at a terminal."""

    def __init__(self, site: Site, url: str) -> None:
        self.site, self.url, self.token = site, url, site.teacher_token
        self.course, self.student = site.course.slug, site.student.user.email

    async def __call__(self, *arguments: str, language: str = "en") -> Answer:
        env = environment(SEMAFORO_URL=self.url, SEMAFORO_TOKEN=self.token)
        return await semaforo(*arguments, "--language", language, env=env)


@pytest.fixture
async def staff(site: Site) -> AsyncIterator[Staff]:
    async with site.database.write() as session:
        assignment = await session.scalar(select(Assignment))
        submission = await a_submission(session, assignment, site.student, now=NOON)
        await a_finished_run(session, submission, a_report(a_check("a"), a_check("b", points=0)))
        await session.commit()
    async with listening(site.app, site.app.state.closing) as url:
        yield Staff(site, url)


async def test_grades_are_listed_set_by_hand_and_computed_again(staff: Staff) -> None:
    one = (staff.course, "gather", staff.student)

    code, before, _ = await staff("grades", "list", staff.course, "--csv")
    done, output, _ = await staff(
        "grades", "set", *one, "--points", "1.5", "--reason", "Explained it in class."
    )
    _, after, _ = await staff("grades", "list", staff.course, "--json")
    _, spanish, _ = await staff("grades", "unset", *one, language="es")
    _, again, _ = await staff("grades", "list", staff.course, "--csv")

    rows = list(csv.DictReader(io.StringIO(before)))
    assert code == done == 0
    assert [(row["e-mail"], row["gather"]) for row in rows] == [(staff.student, "1")]
    assert output == f"Set by hand: gather, {staff.student}.\n"
    (exercise,) = json.loads(after)[0]["exercises"]
    assert (exercise["points"], exercise["reason"]) == (1.5, "Explained it in class.")
    assert spanish == f"Cuenta la nota calculada: gather, {staff.student}.\n"
    assert again == before


async def test_submissions_are_listed_and_their_code_is_written_to_a_folder(
    staff: Staff, tmp_path: Path
) -> None:
    code, table, _ = await staff("submissions", "--course", staff.course, "--code", str(tmp_path))

    head, line = table.splitlines()
    assert code == 0
    assert head.split()[:3] == ["handed", "in", "e-mail"]
    assert {staff.student, "gather", "finished"} <= set(line.split())
    written = tmp_path / staff.student / "gather" / "1" / "solution.py"
    assert written.read_bytes() == SOURCE


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("grades", "list", "nowhere"), "nowhere"),
        (("submissions", "--student", "nobody@example.org"), "There is no such student"),
        (("submissions", "--state", "lost"), "state"),
        (("assign", "set", "any", "gather", "--weight", "nan"), "“nan”"),
        (("assign", "set", "any", "gather", "--late", "inf"), "“inf”"),
    ],
)
async def test_a_refusal_is_one_sentence_and_exits_with_2(
    staff: Staff, arguments: tuple[str, ...], message: str
) -> None:
    code, out, errors = await staff(*arguments)

    assert (code, out) == (2, "")
    assert errors.startswith("Semáforo: ")
    assert message in errors
    assert "Traceback" not in errors


async def test_a_student_may_not_set_a_grade(staff: Staff) -> None:
    staff.token = staff.site.token

    code, _, errors = await staff(
        *("grades", "set", staff.course, "gather", staff.student, "--reason", "x", "--points", "1")
    )

    assert code == 2
    assert "(403)" in errors
