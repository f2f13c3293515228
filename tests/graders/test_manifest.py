"""An exercise folder is read completely, or refused with a message on what to change."""

import shutil
from dataclasses import fields
from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN, Catalogue, UnknownExerciseError
from graders.catalogue.manifest import ManifestError, load_exercise
from graders.limits import MOST, Limits


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUILT_IN / "gather", tmp_path / "gather"))


def test_each_of_our_exercises_is_complete_in_both_languages() -> None:
    for exercise in Catalogue.read().values():
        assert exercise.statement.es
        assert exercise.statement.en
        assert exercise.title.es != exercise.title.en
        assert "def " in exercise.starter[exercise.files[0]]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda toml: toml.replace("title =", "titel ="), "unknown titel"),
        (lambda toml: toml.replace('en = "Several', 'fr = "Several'), "one for each language"),
        (lambda toml: "files = 3\n" + toml.replace("files =", "#"), "list"),
        (lambda toml: toml.replace("solution.py", "../x.py"), "plain Python module names"),
        (lambda toml: 'cells = "a b"\n' + toml, "cells must be the tag"),
        (lambda toml: "cells = 3\n" + toml, "cells must be the tag"),
        (lambda toml: toml.replace("level = 2", "level = 6"), "level must be .* 0 to 5"),
        (lambda toml: toml.replace("minutes = 10", "minutes = true"), "minutes must be"),
        (lambda toml: toml.replace('["camarero"]', '"camarero"'), "prerequisites must be a list"),
        (lambda toml: toml.replace("camarero", "El camarero"), "prerequisites must be a list"),
        (lambda toml: toml + "\nwall = 3", "unknown limit wall"),
        (lambda toml: toml + "\nwall_seconds = 0", "positive"),
        (lambda toml: toml + "\nwall_seconds = 60.5", "wall_seconds .* at most 60"),
        (lambda toml: toml + "\nmemory_mib = 4097", "memory_mib .* at most 4096"),
        (lambda toml: toml.replace("network = false", "network = 1"), "true or false"),
        (lambda toml: toml + "[", "exercise.toml"),
    ],
)
def test_a_manifest_that_is_wrong_is_refused(folder: Path, change: object, words: str) -> None:
    manifest = folder / "exercise.toml"
    manifest.write_text(change(manifest.read_text("utf-8")), "utf-8")  # type: ignore[operator]

    with pytest.raises(ManifestError, match=words):
        load_exercise(folder)


def test_every_limit_that_is_a_number_has_a_ceiling_above_its_default() -> None:
    defaults = {field.name: field.default for field in fields(Limits)}
    numbers = {name for name, value in defaults.items() if not isinstance(value, bool)}

    assert numbers == set(MOST)
    assert all(defaults[name] < most for name, most in MOST.items())


def test_a_folder_without_a_suite_is_refused(folder: Path) -> None:
    (folder / "test_gather.py").unlink()

    with pytest.raises(ManifestError, match=r"holds no test_gather\.py"):
        load_exercise(folder)


def test_the_hash_follows_the_suite_and_nothing_else(folder: Path) -> None:
    first = load_exercise(folder).suite_hash
    (folder / "statement.es.md").write_text("otra cosa", "utf-8")
    same = load_exercise(folder).suite_hash
    (folder / "test_gather.py").write_text("# otra\n", "utf-8")
    other = load_exercise(folder).suite_hash
    (folder / "cases").mkdir()
    (folder / "cases" / "one.in").write_text("1\n", "utf-8")

    assert first == same
    assert len({first, other, load_exercise(folder).suite_hash}) == 3


def test_an_exercise_is_found_by_slug_or_by_folder(folder: Path) -> None:
    catalogue = Catalogue.read()

    assert catalogue.find("timeout").slug == "timeout"
    assert catalogue.find(str(folder)).folder == folder
    with pytest.raises(UnknownExerciseError) as unknown:
        catalogue.find("gahter")
    assert "gather" in unknown.value.known


def test_two_exercises_of_one_name_are_refused(folder: Path) -> None:
    with pytest.raises(ManifestError, match="same name"):
        Catalogue.read(folder.parent)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ('"words.txt"', "a list of files"),
        ('["../words.txt"]', "a list of files"),
        ('["solution.py"]', "cannot hold those to hand in"),
        ('["exercise.toml"]', "nor the manifest"),
        ('["missing.txt"]', "names missing.txt, which is no UTF-8 text file"),
        ('["binary.dat"]', "names binary.dat, which is no UTF-8 text file"),
        ('["large.txt"]', "have more than 64 KiB together"),
    ],
)
def test_what_cannot_be_given_is_refused(folder: Path, given: str, complaint: str) -> None:
    (folder / "binary.dat").write_bytes(b"\xff")
    (folder / "large.txt").write_text("x" * (64 * 1024 + 1), "utf-8")
    manifest = folder / "exercise.toml"
    text = manifest.read_text("utf-8") if manifest.is_file() else ""
    manifest.write_text(f"given = {given}\n{text}", "utf-8")

    with pytest.raises(ManifestError, match=complaint):
        load_exercise(folder)
