"""A solution on disk: one file, or a directory of exactly the exercise's files."""

import shutil
from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import ManifestError, load_exercise
from graders.catalogue.samples import load_samples

TWO_FILES = Path(__file__).parent / "exercises" / "dos-archivos"


@pytest.fixture
def two_files(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TWO_FILES, tmp_path / "dos-archivos"))


@pytest.fixture
def one_file(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUILT_IN / "gather", tmp_path / "gather"))


def test_a_directory_is_read_in_the_order_of_the_exercises_files(two_files: Path) -> None:
    (two_files / "reference" / "__pycache__").mkdir()
    exercise = load_exercise(two_files)

    assert list(exercise.reference) == list(exercise.starter) == ["solution.py", "cocina.py"]
    assert exercise.reference["cocina.py"] == (two_files / "reference/cocina.py").read_bytes()
    assert all(set(sample.files) == set(exercise.files) for sample in load_samples(exercise))


def test_an_exercise_of_one_file_may_use_a_file_or_a_directory(one_file: Path) -> None:
    before = load_exercise(one_file)
    source = before.reference
    (one_file / "reference").mkdir()
    (one_file / "reference.py").rename(one_file / "reference" / "solution.py")
    after = load_exercise(one_file)

    assert after.reference == source == {"solution.py": source["solution.py"]}
    assert after.suite_hash == before.suite_hash


@pytest.mark.parametrize("name", ["starter", "reference"])
def test_a_directory_without_exactly_the_files_is_refused(two_files: Path, name: str) -> None:
    (two_files / name / "notes.py").write_text("")
    with pytest.raises(ManifestError, match=r"exactly .*; present: .*notes\.py"):
        load_exercise(two_files)

    shutil.rmtree(two_files / name)
    (two_files / f"{name}.py").write_text("")
    with pytest.raises(ManifestError, match="must be a directory with exactly"):
        load_exercise(two_files)


def test_a_file_and_a_directory_of_the_same_name_are_refused(one_file: Path) -> None:
    (one_file / "starter").mkdir()

    with pytest.raises(ManifestError, match="are the same solution"):
        load_exercise(one_file)


def test_starter_and_reference_directories_do_not_change_the_suites_hash(two_files: Path) -> None:
    first = load_exercise(two_files).suite_hash
    for name in ("starter", "reference"):
        (two_files / name / "cocina.py").write_text("# otro\n")

    assert load_exercise(two_files).suite_hash == first
