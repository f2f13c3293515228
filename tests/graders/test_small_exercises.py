"""A test file in a folder is an exercise; whatever else there is makes it better."""

from pathlib import Path

import pytest

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import ManifestError, load_exercise
from graders.catalogue.samples import load_samples
from graders.catalogue.suggestions import find_suggestions
from graders.report import Verdict
from graders.text import Text
from worker.grading.grade import Grader

SUITE = '''"""Say whether a year has 366 days."""


async def test_every_fourth_year(solution):
    """Every fourth year is one.

    Until 1900.
    """
    run = await solution.call("is_leap", 2024)
    assert run.must_return()
'''
RIGHT = b"def is_leap(year):\n    return year % 4 == 0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "leap-year"
    folder.mkdir()
    (folder / "test_leap_year.py").write_text(SUITE, "utf-8")
    return folder


def test_one_test_file_is_an_exercise(folder: Path) -> None:
    exercise = Catalogue.read(folder.parent)["leap-year"]

    assert exercise.title == Text.same("Leap year")
    assert exercise.summary == exercise.statement == Text.same("Say whether a year has 366 days.")
    assert exercise.files == ("solution.py",)
    assert exercise.starter == {"solution.py": ""}
    assert [(sample.name, sample.kind) for sample in load_samples(exercise)] == [
        ("starter", "wrong")
    ]


def test_a_test_file_of_any_name_will_do_if_it_is_the_only_one(folder: Path) -> None:
    (folder / "test_leap_year.py").rename(folder / "years_test.py")
    assert load_exercise(folder).suite == folder / "years_test.py"

    (folder / "test_other.py").write_text(SUITE, "utf-8")
    with pytest.raises(ManifestError, match="nor any single other test file"):
        load_exercise(folder)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_small_exercise_is_graded(folder: Path, grader: Grader) -> None:
    exercise = load_exercise(folder)

    right = await grader.grade(exercise, {"solution.py": RIGHT})
    empty = await grader.grade(exercise, {"solution.py": b""})

    (check,) = right.checks
    assert (check.name, check.verdict) == ("every_fourth_year", Verdict.PASSED)
    assert (check.points, check.max_points) == (1, 1)
    assert check.title == Text.same("Every fourth year is one.")
    assert not empty.all_passed


@pytest.mark.parametrize(
    ("name", "content", "titles", "statement"),
    [
        ("statement.es.md", "# Años\n", ("Años", "Años"), ("# Años\n", "# Años\n")),
        ("README.md", "\n## Leap ##\nText", ("Leap", "Leap"), ("\n## Leap ##\nText",) * 2),
        ("statement.md", "No heading", ("Leap year", "Leap year"), ("No heading", "No heading")),
        (
            "exercise.toml",
            'title = { es = "Bisiesto" }',
            ("Bisiesto", "Bisiesto"),
            ("Say whether a year has 366 days.",) * 2,
        ),
    ],
)
def test_one_language_serves_for_both(
    folder: Path,
    name: str,
    content: str,
    titles: tuple[str, str],
    statement: tuple[str, str],
) -> None:
    (folder / name).write_text(content, "utf-8")
    exercise = load_exercise(folder)

    assert (exercise.title.es, exercise.title.en) == titles
    assert (exercise.statement.es, exercise.statement.en) == statement


def test_what_is_missing_is_suggested_until_it_is_there(folder: Path) -> None:
    exercise = load_exercise(folder)
    assert len(find_suggestions(exercise, load_samples(exercise))) == 5

    samples = folder / "samples"
    samples.mkdir()
    files = {
        "exercise.toml": 'title = { es = "Bisiesto", en = "Leap year" }',
        "statement.es.md": "Años.",
        "statement.en.md": "Years.",
        "starter.py": "def is_leap(year): ...\n",
        "reference.py": RIGHT.decode(),
        "samples/wrong_never.py": "def is_leap(year):\n    return False\n",
        "samples/expected.toml": '[wrong_never]\nevery_fourth_year = "failed"\n',
    }
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    exercise = load_exercise(folder)

    assert find_suggestions(exercise, load_samples(exercise)) == []
    assert [sample.name for sample in load_samples(exercise)] == ["reference", "wrong_never"]
