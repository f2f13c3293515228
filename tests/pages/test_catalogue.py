"""A look at an exercise before a course gives it."""

import httpx2
import pytest
from playwright.async_api import expect

from graders.catalogue.exercises import Catalogue
from graders.catalogue.outline import outline_checks
from graders.limits import Limits
from tests.fixtures.browser import Served
from tests.fixtures.web import Site
from tests.pages.inspection import faults


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("slug", ["gather", "timeout", "cpu"])
async def test_the_look_has_both_statements_the_checks_and_the_limits(
    teacher: httpx2.AsyncClient, site: Site, language: str, slug: str
) -> None:
    await teacher.post("/language", data={"language": language})

    answer = await teacher.get(f"/courses/{site.course.slug}/catalogue/{slug}")

    assert answer.status_code == 200
    assert faults(answer.text) == []
    assert len(answer.content) < 100_000
    assert '<article class="statement prose" lang="es">' in answer.text
    assert '<article class="statement prose" lang="en">' in answer.text
    exercise = Catalogue.read()[slug]
    assert exercise.suite_hash[:12] in answer.text
    checks = outline_checks(exercise.suite)
    total = sum(check.points or 0 for check in checks)
    assert f'<td class="num">{total:g}</td>' in answer.text
    assert answer.text.count('<th scope="row">') == len(checks) + 1 + len(Limits.__slots__)
    assert "256 MiB" in answer.text
    assert f"<span>Python {exercise.runs_on}</span>" in answer.text


async def test_an_exercise_is_looked_at_and_then_given(served: Served) -> None:
    page = await served.open(
        f"/courses/{served.site.course.slug}/assignments", viewer=served.site.teacher
    )
    await page.get_by_role("link", name="Ver «El camarero", exact=False).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("El camarero")
    await expect(page.get_by_role("region", name="Comprobaciones")).to_contain_text("Todas juntas")

    await page.get_by_role("link", name="Añadir este ejercicio").click()
    await expect(page.get_by_role("checkbox", name="camarero")).to_be_checked()
    await page.get_by_role("button", name="Añadir estos ejercicios").click()

    given = page.get_by_role("region", name="El curso ofrece, en este orden")
    await expect(given).to_contain_text("El camarero")
    await given.get_by_role("link", name="El camarero que no espera", exact=True).click()
    await page.get_by_role("link", name="Enunciado, comprobaciones y límites").click()
    await expect(page.get_by_text("El curso ya lo ofrece.")).to_be_visible()
    assert served.complaints == []
