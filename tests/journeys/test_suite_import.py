"""`semaforo suite import`, as a teacher uses it who has tests already."""

import json
from pathlib import Path

from graders.catalogue.exercises import Catalogue
from tests.journeys.conftest import semaforo
from tests.worker.importing.folders import LEAP, LEAP_STUB, LEAP_TEST, make_folder


async def test_a_folder_of_tests_becomes_an_exercise(tmp_path: Path):
    files = {"leap.py": LEAP_STUB, "solution/leap.py": LEAP, "leap_test.py": LEAP_TEST}
    folder = make_folder(tmp_path, "leap", files)
    target = tmp_path / "exercises"
    command = ("suite", "import", str(folder), "--in", str(target))

    code, out, errors = await semaforo(*command, "--language", "es")
    again, _, refused = await semaforo(*command, "--language", "en")

    assert code == 0, out + errors
    assert "leap_test.py  la suite, pruebas: 2" in out
    assert "Pruebas que cumple la solución: 2 de 2." in out
    assert "Pruebas que cumple el código inicial: 0 de 2." in out
    assert Catalogue.read(target)["leap"].files == ("leap.py",)
    assert (again, refused.strip().endswith("already exists.")) == (2, True)


async def test_tests_that_the_solution_fails_are_named(tmp_path: Path):
    wrong = LEAP_TEST.replace("leap_year(1900), False", "leap_year(1900), True")
    folder = make_folder(tmp_path, "leap", {"leap.py": LEAP, "leap_test.py": wrong})

    code, out, errors = await semaforo(
        *("suite", "import", str(folder), "--in", str(tmp_path), "--name", "years", "--json"),
        *("--language", "en"),
    )

    assert code == 1, out + errors
    found = json.loads(out)
    assert found["solution"] == {"LeapTest.every_fourth": "passed", "LeapTest.no_century": "failed"}
    assert "LeapTest.no_century: with the solution the verdict is “failed”" in found["faults"][0]


async def test_what_holds_no_test_is_refused(tmp_path: Path):
    code, out, errors = await semaforo("suite", "import", str(tmp_path), "--language", "en")

    assert (code, out) == (2, "")
    assert "holds no test" in errors
