"""What a submission's page says beside its result: the queue, what changed, where to go on."""

from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from graders.report import Report, Verdict
from server.actions.queue_places import QueuePlace
from server.models import Assignment
from server.pages.curriculum import Level, Listed
from server.pages.next_step import choose_next
from server.pages.queue_place import describe_place
from server.pages.results import Standing
from tests.fixtures.builders import a_check, a_finished_run, a_report, a_student, a_submission
from tests.fixtures.web import Site
from tests.pages.conftest import a_visitor

FIRST = b"import asyncio\n\n\nasync def f():\n    return 1\n"
SECOND = b"import asyncio\n\n\nasync def f():\n    return 2\n"
WRONG = a_report(a_check("a", points=0, verdict=Verdict.FAILED), a_check("b"))
RIGHT = a_report(a_check("a"), a_check("b"))


async def _hand_in(site: Site, *attempts: tuple[bytes, Report | None]) -> list[UUID]:
    async with site.database.write() as session:
        assignment = (await session.scalars(select(Assignment))).one()
        ids = []
        for source, report in attempts:
            made = await a_submission(
                session, assignment, site.student, files={"solution.py": source}
            )
            ids.append(made.id)
            if report:
                await a_finished_run(session, made, report)
        await session.commit()
        return ids


async def test_a_waiting_page_names_its_place_in_the_queue(
    student: httpx2.AsyncClient, site: Site
) -> None:
    first, second = await _hand_in(site, (FIRST, None), (SECOND, None))

    pages = [(await student.get(f"/submissions/{one}")).text for one in (first, second)]

    assert "Eres el siguiente" in pages[0]
    assert "1 antes que tú" in pages[1]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (QueuePlace(12, 2.4), "12 before you, some 3 s."),
        (QueuePlace(0, 0.2), "You are next, some 1 s."),
        (QueuePlace(300, 100), "300 before you, some 2 min."),
        (QueuePlace(5, None), "5 before you."),
    ],
)
def test_a_place_comes_with_an_honest_estimate(place: QueuePlace, words: str) -> None:
    assert describe_place(place, "en") == words


async def test_two_attempts_are_compared_in_one_column_and_in_two(
    student: httpx2.AsyncClient, site: Site
) -> None:
    _, second = await _hand_in(site, (FIRST, WRONG), (SECOND, RIGHT))
    address = f"/submissions/{second}/changes?before=1"

    assert address in (await student.get(f"/submissions/{second}")).text
    one = (await student.get(address)).text
    two = (await student.get(f"{address}&view=two")).text

    for page in (one, two):
        assert "Del intento 1 al intento 2" in page
        assert "Ahora cumple:" in page
        assert page.count("Quitada:") == page.count("Añadida:") == 1
    assert '<li class="del">' in one
    assert '<td class="del">' in two


async def test_the_first_attempt_has_nothing_to_be_compared_with(
    student: httpx2.AsyncClient, site: Site
) -> None:
    (only,) = await _hand_in(site, (FIRST, WRONG))

    page = (await student.get(f"/submissions/{only}/changes")).text

    assert "No hay un intento anterior" in page
    assert "/changes" not in (await student.get(f"/submissions/{only}")).text


async def test_a_classmate_cannot_compare(site: Site) -> None:
    _, second = await _hand_in(site, (FIRST, WRONG), (SECOND, RIGHT))
    async with site.database.write() as session:
        classmate = await a_student(session, site.course)
        await session.commit()

    async with a_visitor(site, classmate) as visitor:
        answer = await visitor.get(f"/submissions/{second}/changes?before=1")

    assert answer.status_code == 404


async def test_all_correct_leads_on_for_its_student_only(
    student: httpx2.AsyncClient, teacher: httpx2.AsyncClient, site: Site
) -> None:
    wrong, right = await _hand_in(site, (FIRST, WRONG), (SECOND, RIGHT))

    assert 'id="next-step"' not in (await student.get(f"/submissions/{wrong}")).text
    assert 'id="next-step"' not in (await teacher.get(f"/submissions/{right}")).text
    page = (await student.get(f"/submissions/{right}")).text
    assert 'id="next-step"' in page
    assert "Has resuelto todos los ejercicios del curso." in page
    assert "1 de 1 resueltos" in page


def _listed(name: str, lit: str) -> Listed:
    return Listed(
        href=name,
        slug=name,
        section="",
        title=name,
        summary="",
        minutes=1,
        after=(),
        standing=Standing(lit, ""),
        attempts=0,
        due_at=None,
        is_open=True,
    )


def _level(*exercises: Listed) -> Level:
    return Level("", exercises)


def test_the_next_exercise_is_the_first_unsolved_one_further_on_then_an_earlier_one() -> None:
    path = [_level(_listed("a", "off"), _listed("b", "go")), _level(_listed("c", "go"))]
    further = [*path, _level(_listed("d", "stop"))]

    chosen = [choose_next(levels, "b") for levels in (path, further)]

    assert [step and step.exercise and step.exercise.href for step in chosen] == ["a", "d"]
    assert choose_next(path, "no longer given") is None
