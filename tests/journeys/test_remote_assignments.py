"""`semaforo assign`, as a teacher would type it."""

import csv
import io
import json
from typing import Any

import pytest

from tests.journeys.test_remote import Staff, staff

__all__ = ["staff"]


async def test_an_exercise_is_given_with_a_term_that_is_changed_and_extended(staff: Staff) -> None:
    course = staff.course

    given = await staff("assign", "give", course, "camarero", "--due", "2030-01-10", "--late", "10")
    again = await staff("assign", "give", course, "camarero", language="es")
    changed = await staff(
        *("assign", "set", course, "camarero", "--due", "2030-01-12 20:00"),
        *("--late", "0:10,24:50", "--closes", "2030-01-15", "--grace", "5", "--attempts", "3"),
    )
    extended = await staff(
        *("assign", "extend", course, "camarero", staff.student.upper()),
        *("--until", "2030-01-14", "--attempts", "2", "--reason", "Ill."),
    )
    listed = await staff("assign", "list", course, "--csv")
    extensions = await staff("assign", "extensions", course, "camarero", language="es")

    assert (given[0], given[2]) == (0, "")
    assert "23:59" in given[1]
    assert "−10% for each day begun" in given[1]
    assert given[1].endswith("New assignments: 1 of 1 exercises.\n")
    assert again[1] == "Tareas nuevas: 0 de 1 ejercicios.\n"
    assert "20:00" in changed[1]
    assert "−10% at once, −50% from 1 day on, until" in changed[1]
    assert "3 attempts" in changed[1]
    assert changed[1].endswith("Changed grades: 0.\n")
    assert extended == (0, "Extended.\nChanged grades: 0.\n", "")
    rows = {row["exercise"]: row for row in csv.DictReader(io.StringIO(listed[1]))}
    assert list(rows) == ["gather", "camarero"]
    assert rows["camarero"]["terms"] in changed[1]
    assert "Ill." in extensions[1]
    assert "más intentos" in extensions[1]


async def test_what_does_not_fit_is_refused_in_a_sentence(staff: Staff) -> None:
    course = staff.course

    unknown = await staff("assign", "give", course, "gahter")
    nothing = await staff("assign", "set", course, "gather", language="es")
    letters = await staff("assign", "set", course, "gather", "--attempts", "many")
    stranger = await staff(
        *("assign", "extend", course, "gather", "eve@example.org", "--reason", "Ill.")
    )
    limitless = await staff(
        *("assign", "extend", course, "gather", staff.student, "--attempts", "1"),
        *("--reason", "Enferma."),
        language="es",
    )

    assert [one[0] for one in (unknown, nothing, letters, stranger, limitless)] == [2] * 5
    assert "gahter" in unknown[2]
    assert "--due 2026-12-12T23:59" in nothing[2]
    assert "“many” is not a number" in letters[2]
    assert "Nobody in the course has the address eve@example.org." in stranger[2]
    assert "no limita los intentos" in limitless[2]


async def test_decimal_commas_are_read_and_what_is_no_value_names_its_option(staff: Staff) -> None:
    change = ("assign", "set", staff.course, "gather")

    changed = await staff(*change, "--weight", "2,5", "--late", "12,5%", "--due", "2030-01-10")
    terms = await _terms(staff, "gather")
    no_weight = await staff(*change, "--weight", "dos", language="es")
    no_moment = await staff(*change, "--due", "28/3/2030", language="es")

    assert (changed[0], terms["weight"], terms["percent_per_day"]) == (0, 2.5, 12.5)
    assert "Semáforo: --weight: tiene que ser un número.\n" in no_weight[2]
    assert no_moment == (
        2,
        "",
        "Semáforo: “28/3/2030” no es un momento. Escríbelo así: 2026-12-12T23:59.\n",
    )


async def test_assignments_are_put_in_order_and_late_days_are_set(staff: Staff) -> None:
    course = staff.course
    await staff("assign", "give", course, "camarero", "timeout")

    ordered = await staff("assign", "order", course, "timeout", "camarero")
    days = await staff("assign", "late-days", course, "3", language="es")
    unknown = await staff("assign", "order", course, "gahter")
    too_many = await staff("assign", "late-days", course, "100000")

    assert ordered == (0, "timeout\ncamarero\ngather\n", "")
    assert days == (0, "Días de retraso de cada estudiante: 3.\nNotas que han cambiado: 0.\n", "")
    assert (unknown[:2], too_many[:2]) == ((2, ""), (2, ""))
    assert "gahter" in unknown[2]
    assert "late_days" in too_many[2]


async def _terms(staff: Staff, exercise: str) -> dict[str, Any]:
    _, listed, _ = await staff("assign", "list", staff.course, "--json")
    return next(one for one in json.loads(listed) if one["exercise"] == exercise)


async def test_every_term_of_the_page_is_an_option(staff: Staff) -> None:
    given = await staff(
        *("assign", "give", staff.course, "camarero", "--attempts-per-day", "4"),
        *("--shown-before", "none", "--shown-after", "details, hidden"),
    )
    first = await _terms(staff, "camarero")
    changed = await staff(
        *("assign", "set", staff.course, "camarero", "--cooldown", "2.5"),
        *("--attempts-per-day", "none", "--shown-before", "leaderboard,hints"),
    )
    then = await _terms(staff, "camarero")

    assert (given[0], changed[0]) == (0, 0)
    assert (first["attempts_per_day"], first["cooldown_seconds"]) == (4, 0)
    assert (first["shown_before"], first["shown_after"]) == ([], ["details", "hidden"])
    assert (then["attempts_per_day"], then["cooldown_seconds"]) == (None, 150)
    assert (then["shown_before"], then["shown_after"]) == (
        ["hints", "leaderboard"],
        ["details", "hidden"],
    )
    assert {key: first[key] for key in ("due_at", "weight", "late_policy")} == {
        key: then[key] for key in ("due_at", "weight", "late_policy")
    }


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--cooldown", "nan", "“nan”"),
        ("--cooldown", "-1", "cooldown_seconds"),
        ("--attempts-per-day", "many", "“many” is not a number"),
        ("--shown-after", "details,everything", "shown_after.1"),
    ],
)
async def test_a_term_that_does_not_exist_is_refused_in_a_sentence(
    staff: Staff, option: str, value: str, message: str
) -> None:
    code, out, errors = await staff("assign", "set", staff.course, "gather", option, value)

    assert (code, out) == (2, "")
    assert message in errors


async def test_an_exercise_is_taken_back_while_nobody_has_handed_in(staff: Staff) -> None:
    await staff("assign", "give", staff.course, "camarero")

    taken = await staff("assign", "take-back", staff.course, "camarero", language="es")
    refused = await staff("assign", "take-back", staff.course, "gather")
    _, listed, _ = await staff("assign", "list", staff.course, "--csv")

    assert taken == (0, "Ya no se da: camarero.\n", "")
    assert refused[:2] == (2, "")
    assert "(409)" in refused[2]
    assert [row["exercise"] for row in csv.DictReader(io.StringIO(listed))] == ["gather"]


async def test_an_extension_is_taken_away(staff: Staff) -> None:
    one = (staff.course, "gather")
    await staff("assign", "set", *one, "--due", "2030-01-10")
    until = ("--until", "2030-01-14", "--reason", "Ill.")
    await staff("assign", "extend", *one, staff.student, *until)
    _, listed, _ = await staff("assign", "extensions", *one, "--csv")
    (extension,) = csv.DictReader(io.StringIO(listed))

    gone = await staff("assign", "unextend", *one, extension["id"])
    again = await staff("assign", "unextend", *one, extension["id"])
    left = await staff("assign", "extensions", *one, "--json")

    assert gone == (0, "Changed grades: 0.\n", "")
    assert again[:2] == (2, "")
    assert "(404)" in again[2]
    assert left[1] == "[]\n"


async def test_several_are_changed_at_once_after_a_look_at_what_would_change(staff: Staff) -> None:
    await staff("assign", "give", staff.course, "camarero", "timeout", "--due", "2030-01-10")
    two = ("assign", "set", staff.course, "camarero", "timeout", "--shift-days", "7")

    tried = await staff(*two, "--dry-run", language="es")
    before = await _terms(staff, "timeout")
    done = await staff(*two, "--attempts", "4")
    after = await _terms(staff, "timeout")
    alone = await staff("assign", "set", staff.course, "gather", "--due", "2026-11-20T12:00")
    refused = await staff("assign", "set", staff.course, "camarero", "gahter", "--weight", "2")

    assert tried[0] == done[0] == 0
    assert tried[1].endswith("Notas que han cambiado: 0.\nNo se ha guardado nada: era --dry-run.\n")
    assert (before["due_at"][:10], after["due_at"][:10]) == ("2030-01-10", "2030-01-17")
    assert (before["max_attempts"], after["max_attempts"]) == (None, 4)
    assert [line.split(":")[0] for line in done[1].splitlines()[:2]] == ["camarero", "timeout"]
    assert alone[0] == 0
    assert refused[:2] == (2, "")
    assert "gahter" in refused[2]


async def test_the_order_of_levels_and_a_plain_list_are_chosen(staff: Staff) -> None:
    await staff("assign", "give", staff.course, "timeout", "camarero")

    ordered = await staff("assign", "order", staff.course, "--by-level")
    nothing = await staff("assign", "order", staff.course, language="es")
    listed = await staff("course", "set", staff.course, "--arrangement", "list")
    wrong = await staff("course", "set", staff.course, "--arrangement", "tree")

    assert ordered == (0, "camarero\ngather\ntimeout\n", "")
    assert nothing[0] == 2
    assert "--by-level" in nothing[2]
    assert listed[0] == 0
    assert listed[1].rstrip().endswith("list")
    assert wrong[0] == 2
