"""`semaforo suite`, as an author types it."""

import json
from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN, Catalogue
from tests.journeys.conftest import environment, semaforo

SUITE = "test_mi_saludo.py"


@pytest.fixture
async def made(tmp_path: Path) -> Path:
    """An exercise folder, as `suite new` makes it."""
    code, _, errors = await semaforo("suite", "new", "mi-saludo", "--in", str(tmp_path))
    assert code == 0, errors
    return tmp_path / "mi-saludo"


def _change(file: Path, old: str, new: str) -> None:
    content = file.read_text("utf-8")
    assert old in content
    file.write_text(content.replace(old, new), "utf-8")


async def test_a_new_exercise_is_complete_and_good(made: Path):
    code, out, errors = await semaforo("suite", "check", str(made), "--language", "es")

    assert code == 0, errors
    assert "✓ Cada muestra recibe lo que debe." in out
    assert "(oculta)" in out
    assert "Sin certificar" in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 100


async def test_what_the_suite_does_not_see_is_said(made: Path):
    _change(made / "test_mi_saludo.py", 'run.must_raise("ValueError", words)', "run.outcome")
    _change(made / "samples" / "expected.toml", '"en el orden', '"en ningún orden')
    _change(made / "exercise.toml", "prerequisites = []", 'prerequisites = ["nowhere"]')
    _change(made / "samples" / "expected.toml", 'at_once = "crashed"', 'at_once = "timed_out"')

    code, out, errors = await semaforo("suite", "check", str(made), "--json", "--language", "en")

    assert code == 1, errors
    (found,) = json.loads(out)
    faults = "\n".join(found["faults"])
    assert "prerequisites: there is no exercise nowhere" in faults
    assert "wrong_swallowed: no check catches it." in faults
    assert "errors: no wrong sample ever fails it; write one that does." in faults
    assert "wrong_order: order says other words than expected.toml" in faults
    assert "hostile_exit: at_once is “crashed” and should be “timed out”" in faults
    assert not found["is_good"]
    assert found["cost"]["seconds"] > 0
    assert found["cost"]["cpu_seconds"] > 0


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("exercise.toml", "wall_seconds", "wall", "exercise.toml: límite desconocido wall"),
        ("exercise.toml", 'en = "Greet', 'fr = "Greet', "title necesita los dos idiomas"),
        ("samples/expected.toml", "[wrong_order]", "[wrong_ordre]", "falta [wrong_order]"),
        ("samples/expected.toml", '"crashed"', '"broken"', "'broken' no es un veredicto"),
        (SUITE, '@needs("at_once")', '@needs("once")', "order necesita once, y no hay tal"),
        (SUITE, "test_errors", "test_order", "dos comprobaciones se llaman test_order"),
        (
            SUITE,
            "overlapped(saludar, 3)",
            "overlapped(saluda, 3)",
            '_saludo.py", line 32, in test_at',
        ),
        (SUITE, "hold_until=3)", "hold_until='nunca')", "QUIET, ONE_BY_ONE or NEVER: 'nunca'"),
        (SUITE, "hold_until=3)", "kind='sync')", "a service is no 'sync'; there are: ('function'"),
        (
            SUITE,
            'es="asyncio.gather() espera a varias corrutinas juntas."',
            'es=""',
            "words in both",
        ),
        (SUITE, "import token_hex", "import (", "SyntaxError"),
    ],
)
async def test_what_is_wrong_with_the_folder_is_said_with_its_place(
    made: Path, file: str, old: str, new: str, words: str
):
    _change(made / file, old, new)

    code, out, errors = await semaforo("suite", "check", str(made), "--language", "es")

    assert (code, out) == (1, "")
    assert words in errors
    assert "worker/grading/suite_server.py" not in errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", "Mi_Saludo"), "small letters"),
        (("new", "gather", "--in", str(BUILT_IN)), "is there already"),
        (("new", "saludo", "--in", "/proc/none"), "cannot be made"),
        (("check", "nothing"), "There is no exercise"),
    ],
)
async def test_what_cannot_be_done_ends_with_2(arguments: tuple[str, ...], words: str):
    code, out, errors = await semaforo("suite", *arguments, "--language", "en")

    assert (code, out) == (2, "")
    assert words in errors


async def test_a_suite_that_holds_is_certified_beside_itself(made: Path):
    code, out, errors = await semaforo("suite", "certify", str(made), "--runs", "1")
    checked = await semaforo("suite", "check", str(made), "--language", "es")

    assert code == 0, out + errors
    assert "none of 60 verdicts flipped" in out
    assert max(map(len, out.splitlines()[:-1])) <= 100
    assert (made / "certified.toml").is_file()
    assert "ninguno de 60 veredictos cambió" in checked[1]


async def test_a_suite_that_flips_ends_with_1_and_is_withheld(made: Path):
    _change(made / "samples" / "expected.toml", 'order = "failed"', 'at_once = "failed"')

    code, out, errors = await semaforo(
        *("suite", "certify", str(made), "--runs", "1", "--json"),
        env=environment(SEMAFORO_EXERCISES_DIRS=str(made.parent)),
    )

    assert code == 1, out + errors
    found = json.loads(out)
    # It passes what it was to fail, and fails what it was to pass, under each condition.
    assert [tally["false_passes"] for tally in found["conditions"]] == [1, 1, 1, 1]
    assert [tally["false_fails"] for tally in found["conditions"]] == [1, 1, 1, 1]
    assert "mi-saludo" in Catalogue.read(made.parent).withheld
