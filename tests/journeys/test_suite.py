"""`semaforo suite`, as an author uses it."""

import json
from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN, Catalogue
from semaforo.suite import create_exercise_folder
from tests.journeys.conftest import environment, semaforo

SUITE = "test_mi_saludo.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An exercise folder as `semaforo suite new` creates it."""
    return create_exercise_folder("mi-saludo", tmp_path)


def _replace_in(file: Path, old: str, new: str) -> None:
    content = file.read_text("utf-8")
    assert old in content
    file.write_text(content.replace(old, new), "utf-8")


async def test_a_new_exercise_passes_suite_check(tmp_path: Path):
    made, printed, _ = await semaforo("suite", "new", "mi-saludo", "--in", str(tmp_path))
    folder = tmp_path / "mi-saludo"

    code, out, errors = await semaforo("suite", "check", str(folder), "--language", "es")

    assert (made, code) == (0, 0), errors
    assert f"  semaforo exercise add {folder}\n" in printed
    assert "✓ Todas las muestras obtienen los veredictos esperados." in out
    assert "(oculta)" in out
    assert "Sin certificar" in out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 100


async def test_suite_check_reports_what_the_suite_does_not_detect(folder: Path):
    _replace_in(folder / "test_mi_saludo.py", 'run.must_raise("ValueError", words)', "run.outcome")
    expected = folder / "samples" / "expected.toml"
    _replace_in(expected, '"en el orden', '"en ningún orden')
    _replace_in(folder / "exercise.toml", "prerequisites = []", 'prerequisites = ["nowhere"]')
    _replace_in(
        folder / "samples" / "expected.toml", 'at_once = "crashed"', 'at_once = "timed_out"'
    )

    code, out, errors = await semaforo("suite", "check", str(folder), "--json", "--language", "en")

    assert code == 1, errors
    (found,) = json.loads(out)
    faults = "\n".join(found["faults"])
    assert "prerequisites: nowhere does not exist" in faults
    assert "wrong_swallowed: no check rejects it." in faults
    assert found["advice"] == ["errors: no wrong sample fails it; write one that does."]
    assert "wrong_order: the message of order is not that of expected.toml" in faults
    assert "hostile_exit: at_once is “crashed” and should be “timed out”" in faults
    assert not found["is_good"]
    assert found["cost"]["seconds"] > 0
    assert found["cost"]["cpu_seconds"] > 0


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("exercise.toml", "wall_seconds", "wall", "exercise.toml: límite desconocido wall"),
        ("exercise.toml", 'en = "Greet', 'fr = "Greet', "title es un texto, o uno por idioma"),
        ("samples/expected.toml", "[wrong_order]", "[wrong_ordre]", "falta [wrong_order]"),
        ("samples/expected.toml", '"crashed"', '"broken"', "'broken' no es un veredicto"),
        (
            SUITE,
            '@needs("at_once")',
            '@needs("once")',
            "order necesita once, que no es una comprobación",
        ),
        (SUITE, "test_errors", "test_order", "dos comprobaciones se llaman test_order"),
        (
            SUITE,
            "overlapped(saludar, 3)",
            "overlapped(saluda, 3)",
            '_saludo.py", line 32, in test_at',
        ),
        (SUITE, "hold_until=3)", "hold_until='nunca')", "AFTER_TIMERS, NEVER: 'nunca'"),
        (SUITE, "hold_until=3)", "kind='sync')", "a service is no 'sync'; there are: ('function'"),
        (
            SUITE,
            "after=2",
            "after=0",
            "after at least one failed attempt",
        ),
        (SUITE, "import token_hex", "import (", "SyntaxError"),
    ],
)
async def test_an_invalid_folder_is_reported_with_file_and_line(
    folder: Path, file: str, old: str, new: str, words: str
):
    _replace_in(folder / file, old, new)

    code, out, errors = await semaforo("suite", "check", str(folder), "--language", "es")

    assert (code, out) == (1, "")
    assert words in errors
    assert "worker/grading/suite_server.py" not in errors


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("new", "Mi_Saludo"), "lowercase letters"),
        (("new", "gather", "--in", str(BUILT_IN)), "already exists"),
        (("new", "saludo", "--in", "/proc/none"), "cannot be created"),
        (("check", "nothing"), "There is no exercise"),
    ],
)
async def test_an_impossible_command_exits_with_2(arguments: tuple[str, ...], words: str):
    code, out, errors = await semaforo("suite", *arguments, "--language", "en")

    assert (code, out) == (2, "")
    assert words in errors


async def test_a_stable_suite_gets_a_certificate_in_its_folder(folder: Path):
    code, out, errors = await semaforo(
        "suite", "certify", str(folder), "--runs", "1", "--no-mutants"
    )
    checked = await semaforo("suite", "check", str(folder), "--language", "es")

    assert code == 0, out + errors
    assert "none of 60 verdicts flipped" in out
    assert max(map(len, out.splitlines()[:-1])) <= 100
    assert (folder / "certified.toml").is_file()
    assert "ninguno de 60 veredictos cambió" in checked[1]


async def test_a_suite_with_flips_exits_with_1_and_is_withheld(folder: Path):
    _replace_in(folder / "samples" / "expected.toml", 'order = "failed"', 'at_once = "failed"')

    code, out, errors = await semaforo(
        *("suite", "certify", str(folder), "--runs", "1", "--no-mutants", "--json"),
        env=environment(SEMAFORO_EXERCISES_DIRS=str(folder.parent)),
    )

    assert code == 1, out + errors
    found = json.loads(out)
    # Under each condition one check passes that must fail, and one fails that must pass.
    assert [tally["false_passes"] for tally in found["conditions"]] == [1, 1, 1, 1]
    assert [tally["false_fails"] for tally in found["conditions"]] == [1, 1, 1, 1]
    assert "mi-saludo" in Catalogue.read(folder.parent).withheld
