"""`semaforo assign catalogue` and `look`, as a teacher would type them."""

import csv
import io
import json

from graders.catalogue.exercises import Catalogue
from graders.catalogue.outline import outline_checks
from tests.journeys.test_remote import Staff, staff

__all__ = ["staff"]


async def test_the_catalogue_is_listed_for_who_chooses_exercises(staff: Staff) -> None:
    code, table, errors = await staff("assign", "catalogue", staff.course, language="es")
    _, listed, _ = await staff("assign", "catalogue", staff.course, "--csv")
    _, answer, _ = await staff("assign", "catalogue", staff.course, "--json")

    exercises = Catalogue.read()
    rows = {row["exercise"]: row for row in csv.DictReader(io.StringIO(listed))}
    assert (code, errors) == (0, "")
    assert list(rows) == list(exercises)
    assert rows["gather"]["title"] == exercises["gather"].title.en
    assert exercises["gather"].title.es in table
    assert [slug for slug, row in rows.items() if row["given"] == "yes"] == ["gather"]
    assert rows["gather"]["version"] == exercises["gather"].suite_hash[:12]
    assert {one["suite"]["state"] for one in json.loads(answer)} <= {
        "certified",
        "other_judge",
        "uncertified",
    }


async def test_an_exercise_is_shown_before_it_is_given(staff: Staff) -> None:
    code, shown, errors = await staff("assign", "look", staff.course, "timeout")
    _, spanish, _ = await staff("assign", "look", staff.course, "timeout", language="es")
    _, answer, _ = await staff("assign", "look", staff.course, "timeout", "--json")
    unknown = await staff("assign", "look", staff.course, "gahter")

    exercise = Catalogue.read()["timeout"]
    assert (code, errors) == (0, "")
    assert exercise.statement.en.strip() in shown
    assert exercise.statement.es.strip() in spanish
    assert exercise.starter["solution.py"].rstrip() in shown
    assert "memory_mib" in shown
    names = [check.name for check in outline_checks(exercise.suite)]
    assert [one["name"] for one in json.loads(answer)["checks"]] == names
    assert [name for name in names if name not in shown] == []
    assert unknown[:2] == (2, "")
    assert "gahter" in unknown[2]
