"""`semaforo suite mutate`, as an author uses it."""

import json
from pathlib import Path

import pytest

from tests.journeys.conftest import semaforo
from tests.worker.test_mutation_survivors import REFERENCE, make_tiny_exercise


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exercise with one check, and a reference that asks in a loop."""
    return make_tiny_exercise(tmp_path)


async def test_a_survivor_is_shown_until_it_is_declared(folder: Path) -> None:
    command = ("suite", "mutate", str(folder), "--operator", "block-loop", "--language", "es")

    survived, shown, _ = await semaforo(*command)
    _, entries, _ = await semaforo(*command, "--declare")
    (folder / "mutants.toml").write_text(
        entries.replace('reason = ""', 'reason = "Not promised."'), "utf-8"
    )
    declared, listed, _ = await semaforo(*command, "--json")

    assert (survived, declared) == (1, 0)
    assert "✗ reference: block-loop (pedir), nota máxima" in shown
    assert "    +    time.sleep(0.3)" in shown.splitlines()
    assert "1 mutantes: 0 detectados, 0 declarados equivalentes, 1 con nota máxima" in shown
    assert 'operator = "block-loop"' in shown
    (found,) = json.loads(listed)
    assert (found["mutants"], found["equivalent"], found["survivors"]) == (1, 1, 0)
    (outcome,) = found["outcomes"]
    assert outcome["state"] == "equivalent"
    assert outcome["reason"] == "Not promised."


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
