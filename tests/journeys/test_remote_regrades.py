"""`semaforo regrade`, as a teacher would type it."""

import csv
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import update
from starlette.types import Receive, Scope, Send

from server.access import Viewer
from server.models import Regrade, RegradeState
from tests.fixtures.builders import later
from tests.fixtures.listening import listening
from tests.fixtures.regrades import a_regrade
from tests.fixtures.web import Site
from tests.journeys.test_remote import Answer, Staff
from tests.pages.test_regrades import Previewed, finish_applying, points, previewed

__all__ = ["previewed"]


@dataclass
class Teacher:
    """A teacher at a terminal, and a regrade that lowers Ana's result and raises Carla's."""

    staff: Staff
    previewed: Previewed

    async def __call__(
        self, verb: str, *options: str, of: object = None, language: str = "en"
    ) -> Answer:
        """Type a verb for this regrade, or for another one."""
        regrade = str(of or self.previewed.regrade.id)
        return await self.staff(
            *("regrade", verb, self.staff.course, regrade, *options), language=language
        )

    def student(self, name: str) -> Viewer:
        return self.previewed.students[name]


async def set_state(site: Site, regrade: Regrade, state: RegradeState) -> None:
    async with site.database.write() as session:
        await session.execute(update(Regrade).where(Regrade.id == regrade.id).values(state=state))
        await session.commit()


@pytest.fixture
async def teacher(site: Site, previewed: Previewed) -> AsyncIterator[Teacher]:
    async with listening(site.app, site.app.state.closing) as url:
        yield Teacher(Staff(site, url), previewed)


async def test_the_preview_shows_who_would_lose_and_gain(teacher: Teacher) -> None:
    code, output, errors = await teacher("show")
    _, spanish, _ = await teacher("show", language="es")
    _, table, _ = await teacher("show", "--csv", "--wait", "5")
    _, answer, _ = await teacher("show", "--json")

    assert (code, errors) == (0, "")
    assert output.splitlines()[:3] == [
        "timeout: La suite cambió.",
        "Waits for your decision: 3 of 3 submissions are graded.",
        "1 best results would fall, 1 stay, 1 rise.",
    ]
    assert "1 bajarían, 1 siguen igual y 1 subirían" in spanish
    rows = [list(row.values())[:7] for row in csv.DictReader(io.StringIO(table))]
    ana, carla = (teacher.student(name).user.email for name in ("Ana", "Carla"))
    assert rows == [
        [ana, "Ana <b>", "timeout", "2", "1", "2", "Title of b"],
        [carla, "Carla <b>", "timeout", "0", "2", "2", ""],
    ]
    changes = json.loads(answer)["changes"]
    assert [one["email"] for one in changes["lower"]] == [ana]
    assert [one["email"] for one in changes["higher"]] == [carla]
    assert await points(teacher.staff.site, teacher.previewed) == [2, 1, 0]


@pytest.mark.parametrize(
    ("options", "expected"), [((), [2, 1, 2]), (("--all",), [1, 1, 2]), (("Ana",), [1, 1, 0])]
)
async def test_what_is_chosen_is_applied_once(
    teacher: Teacher, options: tuple[str, ...], expected: list[float]
) -> None:
    site, regrade = teacher.staff.site, teacher.previewed.regrade
    if options == ("Ana",):
        options = ("--student", teacher.student("Ana").user.email.upper())

    code, output, errors = await teacher("apply", *options)
    await finish_applying(site, regrade)
    again = await teacher("apply", "--all")
    _, listed, _ = await teacher.staff("regrade", "list", teacher.staff.course)

    assert (code, errors) == (0, "")
    assert output.endswith("Being applied\n")
    assert await points(site, teacher.previewed) == expected
    assert (again[0], again[1]) == (2, "")
    assert "This regrade was decided before." in again[2]
    assert "Applied" in listed.splitlines()[1]


async def test_a_discarded_regrade_changes_nothing(teacher: Teacher) -> None:
    code, output, _ = await teacher("discard", language="es")
    _, shown, _ = await teacher("show")

    assert (code, output) == (0, "Descartada\n")
    assert "It found 1 best results lower, 1 the same, 1 higher." in shown
    assert await points(teacher.staff.site, teacher.previewed) == [2, 1, 0]


async def test_a_regrade_is_started_for_the_course_or_a_part_of_it(teacher: Teacher) -> None:
    course = ("regrade", "start", teacher.staff.course, "--reason", "Too strict.")
    check = ("--exercise", "timeout", "--check", "a")

    whole = await teacher.staff(*course)
    part = await teacher.staff(*course, *check, "--json")
    mistake = await teacher.staff(*course, *check, "--mistake", "lost", "--json")
    _, listed, _ = await teacher.staff("regrade", "list", teacher.staff.course, "--json")
    _, table, _ = await teacher.staff("regrade", "list", teacher.staff.course)

    assert whole[0] == part[0] == mistake[0] == 0
    assert f"semaforo regrade show {teacher.staff.course} {whole[1].strip()}" in whole[2]
    assert json.loads(part[1])["scope"] == "check"
    scopes = [one["scope"] for one in json.loads(listed)]
    assert scopes == ["mistake", "check", "course", "assignment"]
    assert "timeout, one mistake" in table


async def test_one_attempt_is_graded_again(teacher: Teacher) -> None:
    _, answer, _ = await teacher.staff("submissions", "--exercise", "timeout", "--json")
    attempt = json.loads(answer)[0]["id"]
    start = ("regrade", "start", teacher.staff.course, "--reason", "x", "--submission", attempt)

    _, started, _ = await teacher.staff(*start, "--json")
    both = await teacher.staff(*start, "--exercise", "timeout")

    assert json.loads(started)["scope"] == "submission"
    assert both[0] == 2
    assert "names one attempt" in both[2]


async def test_what_is_not_graded_yet_is_not_given_up_by_mistake(teacher: Teacher) -> None:
    site = teacher.staff.site
    async with site.database.write() as session:
        begun = await a_regrade(session, site.teacher, site.course, later(2), exercise="timeout")
        await session.commit()

    refused = await teacher("apply", of=begun.id)
    await set_state(site, begun, RegradeState.RUNNING)
    running = await teacher("apply", "--wait", "0.01", of=begun.id)
    waited = await teacher("show", "--wait", "0.01", of=begun.id)
    applied = await teacher("apply", "--unfinished", of=begun.id)

    assert (refused[0], running[0], waited[0], applied[0]) == (2, 2, 2, 0)
    assert "still looking up the submissions" in refused[2]
    assert "Nothing is applied: 0 of " in running[2]
    assert "--unfinished" in running[2]
    assert "Not done after 0.01 s" in waited[2]


async def test_applying_waits_until_all_is_graded(site: Site, previewed: Previewed) -> None:
    await set_state(site, previewed.regrade, RegradeState.RUNNING)
    asked: list[str] = []

    async def with_a_worker(scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; the worker is done with grading after the first request, and applies."""
        await site.app(scope, receive, send)
        asked.append(scope.get("method", ""))
        if asked == ["GET"]:
            await set_state(site, previewed.regrade, RegradeState.READY)
        if scope.get("path", "").endswith("/apply"):
            await finish_applying(site, previewed.regrade)

    async with listening(with_a_worker, site.app.state.closing) as url:
        answer = await Teacher(Staff(site, url), previewed)("apply", "--wait", "300")

    assert answer[1:] == ("New results that count: 2.\nApplied\n", "")
    assert asked[:2] == ["GET", "GET"]
    assert await points(site, previewed) == [2, 1, 2]


async def test_what_does_not_fit_is_refused_in_a_sentence(teacher: Teacher) -> None:
    beto = teacher.student("Beto").user.email
    missing = "00000000-0000-7000-8000-000000000000"

    answers = [
        await teacher("apply", "--student", beto),
        await teacher("apply", "--all", "--student", beto),
        await teacher("show", of=missing),
        await teacher.staff("regrade", "start", teacher.staff.course, "--reason", " "),
    ]

    assert [(code, out) for code, out, _ in answers] == [(2, "")] * 4
    assert f"changes no result of {beto}" in answers[0][2]
    assert "not both" in answers[1][2]
    assert "There is no such regrade" in answers[2][2]
    assert all(errors.startswith("Semáforo: ") for *_, errors in answers)


async def test_a_student_may_not_regrade(teacher: Teacher) -> None:
    teacher.staff.token = teacher.staff.site.token

    code, _, errors = await teacher("apply", "--all")

    assert code == 2
    assert "(403)" in errors
    assert await points(teacher.staff.site, teacher.previewed) == [2, 1, 0]


async def test_a_changed_suite_proposes_a_regrade(teacher: Teacher) -> None:
    course = teacher.staff.course

    code, table, errors = await teacher.staff("regrade", "suggest", course)
    _, answer, _ = await teacher.staff("regrade", "suggest", course, "--json")
    teacher.staff.token = teacher.staff.site.token
    refused = await teacher.staff("regrade", "suggest", course)

    assert code == 0
    assert table.splitlines()[1].split()[:2] == ["timeout", "3"]
    assert f"semaforo regrade start {course} --exercise timeout" in errors
    (suggested,) = json.loads(answer)
    assert (suggested["exercise"], suggested["results"]) == ("timeout", 3)
    assert refused[0] == 2
    assert "(403)" in refused[2]
