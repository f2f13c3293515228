"""`semaforo suite mutate` on an exercise that is as small as one can be."""

import json
from pathlib import Path
from typing import Any

import pytest

from semaforo.suite import create_exercise_folder
from tests.journeys.conftest import semaforo

REFERENCE = '''"""Ask until there is an answer."""


async def pedir(preguntar):
    respuesta = ""
    while not respuesta:
        respuesta += await preguntar("hora")
    return respuesta
'''
SUITE = '''"""What must be true of a submission."""

from graders.kit import Conductor, Solution, title


@title(es="Devuelve la respuesta", en="It returns the answer")
async def test_answer(solution: Solution, conductor: Conductor) -> None:
    answers = iter(["", "las dos"])
    preguntar = conductor.service("preguntar", lambda what: next(answers, "tarde"))
    run = await solution.call("pedir", preguntar)
    assert run.must_return() == "las dos"
'''
DECLARED = """
[[equivalent]]
operator = "block-loop"
reason = "Nothing promises that the loop is free."

[[equivalent]]
operator = "drop-await"
reason = "It was thought to be right."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exercise with one check, and a reference that asks in a loop."""
    made = create_exercise_folder("pedir", tmp_path)
    for sample in (made / "samples").iterdir():
        sample.unlink()
    for name in ("reference.py", "starter.py"):
        (made / name).write_text(REFERENCE, "utf-8")
    (made / "test_pedir.py").write_text(SUITE, "utf-8")
    manifest = made / "exercise.toml"
    limited = manifest.read_text("utf-8").replace("cpu_seconds = 2", "cpu_seconds = 1")
    manifest.write_text(limited, "utf-8")
    return made


def by_state(found: dict[str, Any], state: str) -> set[str]:
    return {one["operator"] for one in found["outcomes"] if one["state"] == state}


async def test_survivors_are_shown_until_they_are_caught_or_declared(folder: Path) -> None:
    (folder / "mutants.toml").write_text(DECLARED, "utf-8")

    code, out, errors = await semaforo("suite", "mutate", str(folder), "--json")

    assert code == 1, errors
    (found,) = json.loads(out)
    assert found["undecided"] == 0
    assert by_state(found, "equivalent") == {"block-loop"}
    assert {"busy-loop", "keep-answer"} <= by_state(found, "survivor")
    assert {"drop-await", "other-text", "return-none"} <= by_state(found, "caught")
    assert [entry["operator"] for entry in found["stale"]] == ["drop-await"]
    sums = found["caught"] + found["equivalent"] + found["survivors"]
    assert found["mutants"] == sums == len(found["outcomes"])
    # Without `respuesta += …` it asks for nothing and never ends; the limit on time catches it.
    endless = next(one for one in found["outcomes"] if one["operator"] == "drop-statement")
    assert (endless["state"], endless["caught_by"]) == ("caught", "answer")
    busy = next(one for one in found["outcomes"] if one["operator"] == "busy-loop")
    assert "+    _end = time.thread_time() + 0.3" in busy["diff"].splitlines()

    _, entries, _ = await semaforo("suite", "mutate", str(folder), "--declare")
    reasoned = entries.replace('reason = ""', 'reason = "Not promised."')
    declared = DECLARED.partition("\n\n")[0] + "\n" + reasoned
    (folder / "mutants.toml").write_text(declared, "utf-8")
    code, out, errors = await semaforo("suite", "mutate", str(folder), "--language", "es")

    assert code == 0, out + errors
    assert " 0 con nota máxima, 0 sin decidir" in out


async def test_a_part_of_the_mutants_says_nothing_of_stale_declarations(folder: Path) -> None:
    (folder / "mutants.toml").write_text(DECLARED, "utf-8")

    command = ("suite", "mutate", str(folder), "--language", "en")
    code, out, errors = await semaforo(*command, "--operator", "busy-loop", "--max", "1")

    assert code == 1, errors
    assert "✗ reference: busy-loop (pedir), full marks" in out
    assert "    +    while time.thread_time() < _end:" in out
    assert "1 mutants: 0 caught, 0 declared equivalent, 1 with full marks" in out
    assert 'operator = "busy-loop"' in out
    assert "any more" not in out


async def test_what_cannot_be_mutated_is_refused(folder: Path) -> None:
    command = ("suite", "mutate", str(folder), "--language", "es")
    unknown, _, operator = await semaforo(*command, "--operator", "nothing")
    other, _, sample = await semaforo(*command, "--sample", "wrong_order")
    broken = REFERENCE.replace("return respuesta", "return 1")
    (folder / "reference.py").write_text(broken, "utf-8")
    wrong, _, reference = await semaforo(*command, "--operator", "busy-loop")

    assert (unknown, other, wrong) == (2, 2, 1)
    assert "No hay ningún operador nothing. Los hay: drop-await," in operator
    assert "No hay ninguna muestra correcta wrong_order. Las hay: reference." in sample
    assert "reference misma no obtiene la nota máxima" in reference


async def test_operators_are_listed_in_both_languages() -> None:
    _, spanish, _ = await semaforo("suite", "mutate", "--list-operators", "--language", "es")
    _, english, _ = await semaforo("suite", "mutate", "--list-operators", "--language", "en")

    assert "drop-await" in spanish
    assert "Quita un await." in spanish
    assert "Leaves out an await." in english
