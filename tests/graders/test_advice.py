"""Mistakes that raise nothing: what a check says of them, beside what it saw."""

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import load_exercise
from tests.graders.message_rules import without_marks
from worker.grading.grade import Grader

pytestmark = pytest.mark.asyncio(loop_scope="session")
NAMES = '["Tarea 1", "Tarea 2", "Tarea 3"]'
LATE = f"""
import asyncio

async def ejemplo_paralelo(tarea_lenta):
    calls = [lambda: tarea_lenta(name, 2) for name in {NAMES}]
    return await asyncio.gather(*(call() for call in calls))
"""
AS_VALUES = f"""
import asyncio

async def ejemplo_paralelo(tarea_lenta):
    calls = [tarea_lenta(name, 2) for name in {NAMES}]
    return await asyncio.gather(*calls, return_exceptions=True)
"""


@pytest.mark.parametrize(
    ("source", "says"),
    [(LATE, "ve el último valor de la variable"), (AS_VALUES, "return_exceptions=True")],
    ids=["late binding", "errors as values"],
)
async def test_a_silent_mistake_is_named(grader: Grader, source: str, says: str) -> None:
    report = await grader.grade(
        load_exercise(BUILT_IN / "gather"), {"solution.py": source.encode()}
    )

    assert says in without_marks("\n".join(check.message.es for check in report.checks))
