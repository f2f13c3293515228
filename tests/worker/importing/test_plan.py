"""What a folder of tests becomes is told from its files, and none of them is run."""

import json
from pathlib import Path

import pytest

from graders.catalogue.manifest import MANIFEST
from tests.worker.importing.folders import LEAP, LEAP_STUB, LEAP_TEST, make_folder
from worker.authoring.importing.folder import MOST_BYTES, MOST_FILES, ImportRefused, read_brought
from worker.authoring.importing.plan import Plan, make_plan, to_manifest
from worker.authoring.importing.writing import write_exercise

RUN_AT_IMPORT = "raise SystemExit('run')\n"


def plan_of(tmp_path: Path, files: dict[str, str], *modules: str, name: str = "leap") -> Plan:
    return make_plan(read_brought([make_folder(tmp_path, name, files)]), "", modules)


def test_everything_that_lies_beside_the_tests_finds_its_place(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path,
        {
            ".docs/instructions.md": "# Instructions\n\nSay whether a year is a leap year.\n",
            ".meta/example.py": LEAP,
            "leap.py": LEAP_STUB,
            "leap_test.py": LEAP_TEST,
            "conftest.py": RUN_AT_IMPORT,
            "years.csv": "1996\n",
            "README.txt": "Ours",
            "__pycache__/leap.pyc": "",
        },
    )
    folder = write_exercise(plan, tmp_path / "exercises")

    assert plan.tests == ("LeapTest.test_every_fourth", "LeapTest.test_no_century")
    assert sorted(file.name for file in folder.iterdir()) == [
        "conftest.py",
        MANIFEST,
        "leap_test.py",
        "reference.py",
        "starter.py",
        "statement.md",
        "years.csv",
    ]
    assert (folder / "leap_test.py").read_text() == LEAP_TEST
    assert (folder / "reference.py").read_text() == LEAP
    assert (folder / "starter.py").read_text() == LEAP_STUB
    assert (folder / MANIFEST).read_text() == (
        'title = "Leap"\nfiles = ["leap.py"]\nstyle = "plain"\n'
    )


@pytest.mark.parametrize(
    ("files", "starter", "reference"),
    [
        ({"leap.py": LEAP}, None, LEAP),
        ({"leap.py": LEAP_STUB}, LEAP_STUB, None),
        ({"leap.py": LEAP, "solution/leap.py": LEAP}, LEAP, LEAP),
        ({"starter/leap.py": LEAP_STUB, "leap.py": LEAP}, LEAP_STUB, LEAP),
        ({"leap_solution.py": LEAP}, None, LEAP),
        ({}, None, None),
    ],
)
def test_starter_and_solution_are_distinguished(
    tmp_path: Path, files: dict[str, str], starter: str | None, reference: str | None
) -> None:
    plan = plan_of(tmp_path, {"test_leap.py": LEAP_TEST, **files})

    assert plan.starter == ({"leap.py": starter.encode()} if starter else {})
    assert plan.reference == ({"leap.py": reference.encode()} if reference else {})
    assert plan.beside == {}


def test_several_test_files_become_one_suite(tmp_path: Path) -> None:
    first = "from __future__ import annotations\nfrom leap import leap_year\ndef test_a(): ...\n"
    plan = plan_of(
        tmp_path,
        {"tests/test_a.py": first, "tests/test_b.py": "import leap\ndef test_b(): ...\n"},
        name="tests",
    )

    assert plan.slug == "leap"
    assert plan.suite == (
        "",
        b"from __future__ import annotations\n\n\n# From tests/test_a.py.\n"
        b"from leap import leap_year\ndef test_a(): ...\n\n\n"
        b"# From tests/test_b.py.\nimport leap\ndef test_b(): ...\n",
    )
    compile(plan.suite[1], "suite", "exec")


def test_a_helper_differs_from_the_students_module_by_name_or_by_hand(tmp_path: Path) -> None:
    files = {"helper.py": "X = 1\n", "leap.py": LEAP}
    named = plan_of(tmp_path, {"test_leap.py": "import helper, leap\ndef test_a(): ...\n", **files})
    files["test_all.py"] = "import helper, leap\ndef test_a(): ...\n"
    chosen = plan_of(tmp_path, files, "leap", name="other")

    assert named.files.names == chosen.files.names == ("leap.py",)
    assert list(named.beside) == list(chosen.beside) == ["helper.py"]
    with pytest.raises(ImportRefused, match="which of these modules students hand in: helper, le"):
        plan_of(tmp_path, files, name="third")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"leap.py": LEAP}, "holds no test"),
        ({"test_a.py": "def test_a(:\n"}, r"test_a\.py:1: this is not Python"),
        ({"test_a.py": "def test_a(): ...\n"}, "imports no module of the students'"),
        (
            {"test_a.py": "import leap_a\nfrom leap_b import x\ndef test_a(): ...\n"},
            r"leap_a \(test_a.py:1\), leap_b \(test_a.py:2\).* add --module leap_a --module leap_b",
        ),
        (
            {
                "test_a.py": "import leap\ndef test_a(): ...\n",
                "test_b.py": "import leap\ndef test_a(): ...\n",
            },
            r"test_a.py and test_b.py both define test_a",
        ),
        (
            {"leap/__init__.py": "", "test_a.py": "import leap\ndef test_a(): ...\n"},
            "leap is a package",
        ),
        (dict.fromkeys((f"{n}.txt" for n in range(MOST_FILES + 1)), ""), "more than 300 files"),
        ({"a.txt": "x" * MOST_BYTES, "b.txt": "x"}, "or 4 MiB"),
    ],
)
def test_what_cannot_be_imported_is_refused_with_the_next_step(
    tmp_path: Path, files: dict[str, str], words: str
) -> None:
    with pytest.raises(ImportRefused, match=words) as refused:
        plan_of(tmp_path, files)

    assert refused.value.words.es != refused.value.words.en


def test_links_hidden_files_and_installed_packages_are_passed_over(tmp_path: Path) -> None:
    passed_over = (".env", ".git/config", "venv/lib/leap.py", "node_modules/a.js", "leap.pyc")
    folder = make_folder(
        tmp_path, "leap", {"leap.py": "", ".meta/example.py": "", **dict.fromkeys(passed_over, "")}
    )
    outside = make_folder(tmp_path, "outside", {"secret.py": ""})
    (folder / "link.py").symlink_to(outside / "secret.py")
    (folder / "linked").symlink_to(outside, target_is_directory=True)

    found = read_brought([folder])

    assert {path.as_posix() for path in found.files} == {"leap.py", ".meta/example.py"}


def test_what_a_suite_may_not_do_is_named_with_its_line(tmp_path: Path) -> None:
    source = "import os\nimport requests\nimport leap\n\ndef test_a():\n    os.fork()\n"
    plan = plan_of(tmp_path, {"test_leap.py": source})

    assert [(str(note.path), note.line) for note in plan.notes] == [
        ("test_leap.py", 2),
        ("test_leap.py", 6),
    ]
    assert "no network" in plan.notes[0].words.en
    assert "os.fork()" in plan.notes[1].words.en


def test_points_come_from_github_classroom(tmp_path: Path) -> None:
    commands = [
        {"name": "a", "run": "pytest -k test_every_fourth", "points": 3},
        {"name": "b", "run": "pytest leap_test.py::LeapTest::test_no_century", "points": 2},
        {"name": "c", "run": "make", "points": "all"},
    ]
    files = {
        ".github/classroom/autograding.json": json.dumps({"tests": commands}),
        ".github/classroom/grade.sh": "make",
        "leap_test.py": LEAP_TEST,
    }
    plan = plan_of(tmp_path, files)

    assert plan.points == {"LeapTest.every_fourth": 3, "LeapTest.no_century": 2}
    assert plan.beside == {}
    assert to_manifest(plan).endswith(
        '[points]\n"LeapTest.every_fourth" = 3\n"LeapTest.no_century" = 2\n'
    )


CART = "class Cart:\n    def total(self):\n        return 0\n"
FIXTURE = (
    "import pytest\nfrom solution import Cart\n\n@pytest.fixture\ndef cart():\n    return Cart()\n"
)
TAKES_CART = "def test_a(cart): ...\n"


@pytest.mark.parametrize(
    "files",
    [
        {"tests/test_a.py": TAKES_CART, "tests/conftest.py": FIXTURE},
        {"test_a.py": TAKES_CART, "conftest.py": FIXTURE, "other.py": "X = 1\n"},
        {
            "tests/test_a.py": "from .making import make\ndef test_a(): ...\n",
            "tests/making.py": "import solution\ndef make(): return solution.Cart()\n",
        },
        {
            "tests/test_a.py": "from tests.making import make\ndef test_a(): ...\n",
            "tests/making.py": "import solution\ndef make(): return solution.Cart()\n",
        },
        {
            "test_a.py": "import cart_helpers\ndef test_a(): ...\n",
            "cart_helpers.py": "import checking\n",
            "checking.py": "import pytest, solution\n",
        },
    ],
    ids=["conftest", "conftest beside", "dotted helper", "helper of tests", "helper of a helper"],
)
def test_what_students_hand_in_may_be_imported_by_helpers_alone(
    tmp_path: Path, files: dict[str, str]
) -> None:
    plan = plan_of(tmp_path, {**files, "solution.py": CART}, name="shop")
    missing = plan_of(tmp_path, files, name="without")

    assert plan.files.names == missing.files.names == ("solution.py",)
    assert plan.reference == {"solution.py": CART.encode()}
    assert missing.reference == {}
    helpers = {path.rpartition("/")[2] for path in files} - {"test_a.py"}
    assert set(plan.beside) == set(missing.beside) == helpers


def test_a_solution_that_imports_what_is_given_is_no_helper(tmp_path: Path) -> None:
    files = {"test_a.py": "import bank\ndef test_a(): ...\n", "rates.py": "RATE = 3\n"}
    plan = plan_of(tmp_path, {**files, "bank.py": "import rates\n"}, name="bank")

    assert plan.files.names == ("bank.py",)
    assert list(plan.beside) == ["rates.py"]


def test_two_files_that_would_lie_in_one_place_are_refused(tmp_path: Path) -> None:
    files = {"tests/test_a.py": TAKES_CART, "tests/conftest.py": FIXTURE, "conftest.py": ""}

    with pytest.raises(ImportRefused, match=r"conftest.py and tests/conftest.py would both lie"):
        plan_of(tmp_path, files)


def test_an_import_by_the_folder_of_tests_gets_a_note(tmp_path: Path) -> None:
    files = {
        "tests/test_a.py": "import leap\nfrom .making import X\nfrom tests.making import Y\n"
        "def test_a(): ...\n",
        "tests/making.py": "X = Y = 1\n",
    }

    notes = plan_of(tmp_path, files).notes

    assert [(str(note.path), note.line) for note in notes] == [
        ("tests/test_a.py", 2),
        ("tests/test_a.py", 3),
    ]
    assert all("from making import" in note.words.en for note in notes)


HASHED = "tiny==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("# ours\n" + HASHED, 1, "Programs can import tiny once"),
        (HASHED + "numpy==2.0\n", 3, "numpy has no hash"),
        ("# ours\n\nnumpy>=2\n", 3, "“numpy>=2” cannot be installed"),
        ("-r other.txt\n", 1, "“-r other.txt” cannot be installed"),
    ],
)
def test_requirements_go_along_if_they_can_be_installed(
    tmp_path: Path, content: str, line: int, words: str
) -> None:
    files = {"test_leap.py": LEAP_TEST, "leap.py": LEAP, "requirements.txt": content}
    plan = plan_of(tmp_path, files)

    (note,) = plan.notes
    assert (str(note.path), note.line) == ("requirements.txt", line)
    assert words in note.words.en
    assert list(plan.beside) == (["requirements.txt"] if "can import" in words else [])


def test_empty_requirements_need_no_word(tmp_path: Path) -> None:
    files = {"test_leap.py": LEAP_TEST, "leap.py": LEAP, "requirements.txt": "# none\n"}
    plan = plan_of(tmp_path, files)

    assert (plan.notes, plan.beside) == ([], {})


def test_a_folder_of_helpers_beside_the_tests_is_none_of_what_students_hand_in(
    tmp_path: Path,
) -> None:
    files = {
        "leap.py": LEAP,
        "tests/test_all.py": "import leap\nfrom data.years import YEARS\ndef test_a(): ...\n",
        "tests/data/years.py": "YEARS = [1996]\n",
    }
    plan = plan_of(tmp_path, files)

    assert plan.files.names == ("leap.py",)
    assert list(plan.beside) == ["data/years.py"]


def test_tests_are_found_in_classes_whose_base_lies_in_another_file(tmp_path: Path) -> None:
    files = {
        "leap.py": LEAP,
        "base.py": "import unittest, leap\nclass BaseCase(unittest.TestCase): ...\n",
        "test_leap.py": "from base import BaseCase\nclass Years(BaseCase):\n"
        "    def test_a(self): ...\nclass Other(dict):\n    def test_b(self): ...\n",
    }
    plan = plan_of(tmp_path, files)

    assert plan.tests == ("Years.test_a",)
    assert plan.files.names == ("leap.py",)


def test_a_notebook_is_the_solution_of_the_module_that_bears_its_name(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": one, "metadata": {}} for one in ("%time", LEAP)]
    notebook = json.dumps({"cells": cells, "nbformat": 4})
    files = {
        "leap.ipynb": notebook,
        "notes.ipynb": notebook,
        "starter/leap.ipynb": notebook.replace("year % 4", "0"),
        "test_leap.py": LEAP_TEST,
    }
    plan = plan_of(tmp_path, files)

    assert plan.files.names == ("leap.py",)
    assert "return year % 4 == 0" in plan.reference["leap.py"].decode()
    assert "return 0 == 0" in plan.starter["leap.py"].decode()
    compile(plan.reference["leap.py"], "leap.py", "exec")
    assert plan.beside == {}
