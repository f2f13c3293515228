"""Exercises elsewhere, changed while a server runs, and withheld."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graders.catalogue import exercises as module
from graders.catalogue import unchanged
from graders.catalogue.certificate import Certificate, Tally
from graders.catalogue.exercises import BUILT_IN, Catalogue, LiveCatalogue
from graders.catalogue.manifest import Exercise, ManifestError, load_exercise
from graders.judge import kit_hash, runtime_hash
from tests.graders.conftest import RUNTIME


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of exercises outside the project, with one called `juntas`."""
    elsewhere = tmp_path / "elsewhere"
    _copy("gather", elsewhere / "juntas")
    return elsewhere


@pytest.fixture
def live(folder: Path, monkeypatch: pytest.MonkeyPatch) -> LiveCatalogue:
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0)
    return LiveCatalogue(folder)


def _copy(source: str, target: Path) -> Path:
    ours = BUILT_IN / source
    shutil.copytree(ours, target, ignore=shutil.ignore_patterns("samples", "certified.toml"))
    (target / f"test_{source}.py").rename(target / f"test_{target.name}.py")
    return target


def certificate_of(exercise: Exercise, **flips: int) -> Certificate:
    tallies = (Tally("alone", 60, 40, seconds=1.5), Tally("hogs", 60, 40, **flips))
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    return Certificate(exercise.suite_hash, runtime_hash(), now, 2, tallies, kit_hash())


def test_exercises_elsewhere_join_ours(folder: Path) -> None:
    assert set(Catalogue.read(folder)) == {*Catalogue.read(), "juntas"}


def test_changes_on_disk_apply_without_a_restart(live: LiveCatalogue, folder: Path) -> None:
    manifest = folder / "juntas" / "exercise.toml"
    manifest.write_text(manifest.read_text("utf-8") + "\nwall_seconds = 3.5\n", "utf-8")
    _copy("timeout", folder / "espera")

    assert live.now()["juntas"].limits.wall_seconds == 3.5
    assert "espera" in live.now()

    shutil.rmtree(folder / "espera")
    assert "espera" not in live.now()


def test_an_exercise_broken_while_in_use_stays_as_it_was(live: LiveCatalogue, folder: Path) -> None:
    before = live.now()["juntas"]
    manifest = folder / "juntas" / "exercise.toml"
    good = manifest.read_text("utf-8")
    manifest.write_text("title = 3", "utf-8")

    assert live.now()["juntas"] == before
    assert [error.words.es for error in live.now().problems if "title" in error.words.es]

    manifest.write_text(good + "\n", "utf-8")
    assert live.now().problems == ()


def test_nothing_is_read_again_while_nothing_has_changed(live: LiveCatalogue) -> None:
    assert live.now() is live.now()


def test_a_certificate_survives_its_trip_through_the_file(folder: Path) -> None:
    exercise = load_exercise(folder / "juntas")
    found = certificate_of(exercise, false_fails=2)

    found.write(exercise.folder)

    assert exercise.certificate == found
    assert found.flips == 2


def test_a_certificate_carries_the_figures_of_mutants(folder: Path) -> None:
    exercise = load_exercise(folder / "juntas")
    found = replace(certificate_of(exercise), mutants=30, caught=25, equivalent=3)

    file = found.write(exercise.folder)

    assert exercise.certificate == found
    assert found.survivors == 2
    assert "mutants = 30\ncaught = 25\nequivalent = 3\n" in file.read_text("utf-8")


def test_an_exercise_whose_verdicts_flip_is_not_published(
    live: LiveCatalogue, folder: Path
) -> None:
    exercise = live.now()["juntas"]
    assert exercise.certificate is None

    certificate_of(exercise, false_passes=1).write(exercise.folder)
    assert "juntas" not in live.now()
    assert live.now().withheld == {"juntas": exercise}
    assert live.now().find("juntas") == exercise

    certificate_of(exercise).write(exercise.folder)
    assert "juntas" in live.now()


def test_a_certificate_applies_to_one_version_of_the_suite_only(
    live: LiveCatalogue, folder: Path
) -> None:
    exercise = live.now()["juntas"]
    certificate_of(exercise, false_passes=1).write(exercise.folder)
    assert "juntas" in live.now().withheld

    exercise.suite.write_text(exercise.suite.read_text("utf-8") + "\n# mended\n", "utf-8")

    assert "juntas" in live.now()
    assert exercise.certificate is None


def test_a_certificate_for_another_judge_is_stale_and_its_flips_still_withhold(
    live: LiveCatalogue, folder: Path
) -> None:
    exercise = live.now()["juntas"]
    current = certificate_of(exercise, false_passes=1)

    assert not current.is_for_another_judge
    for other in (replace(current, kit_hash="a" * 64), replace(current, runtime_hash="a" * 64)):
        assert other.is_for_another_judge
        other.write(exercise.folder)
        assert "juntas" in live.now().withheld


def test_a_certificate_without_the_hash_of_a_kit_is_read_and_stale(folder: Path) -> None:
    exercise = load_exercise(folder / "juntas")
    file = certificate_of(exercise).write(exercise.folder)
    lines = [line for line in file.read_text("utf-8").splitlines() if "kit_hash" not in line]
    file.write_text("\n".join(lines), "utf-8")

    assert exercise.certificate is not None
    assert exercise.certificate.is_for_another_judge


def test_the_runtime_hash_is_the_one_that_set_up_wrote() -> None:
    assert runtime_hash() == (RUNTIME.parent / "hash").read_text("ascii").strip()


def test_a_certificate_that_cannot_be_read_is_named(folder: Path) -> None:
    exercise = load_exercise(folder / "juntas")
    for content in ("suite_hash", "suite_hash = 'a'"):
        (exercise.folder / "certified.toml").write_text(content, "utf-8")

        with pytest.raises(ManifestError, match=r"certified\.toml cannot be read"):
            Catalogue([exercise])


def test_the_stamps_see_a_change_of_the_same_size(live: LiveCatalogue, folder: Path) -> None:
    suite = folder / "juntas" / "exercise.toml"
    before = live.now()
    status = suite.stat()
    suite.write_text(suite.read_text("utf-8").replace("4.1", "4.2"), "utf-8")
    os.utime(suite, ns=(status.st_atime_ns, status.st_mtime_ns + 1))

    assert before["juntas"].section == "4.1"
    assert live.now()["juntas"] == replace(before["juntas"], section="4.2")


def test_an_exercise_is_read_once_as_long_as_nothing_in_its_folder_changes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unchanged, "_RACY_NS", 0)
    before = Catalogue.read(folder)["juntas"]

    assert Catalogue.read(folder)["juntas"] is before

    (folder / "juntas" / "exercise.toml").touch()
    assert Catalogue.read(folder)["juntas"] is not before


def test_what_was_just_written_is_read_again(folder: Path) -> None:
    assert Catalogue.read(folder)["juntas"] is not Catalogue.read(folder)["juntas"]


def test_a_changed_file_in_a_directory_of_the_suite_applies_without_a_restart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The certificate that withholds an exercise is for the suite as it was."""
    monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0)
    helper = folder / "juntas" / "data" / "helper.py"
    helper.parent.mkdir()
    helper.write_text("", "utf-8")
    certificate_of(load_exercise(folder / "juntas"), false_passes=1).write(folder / "juntas")
    live = LiveCatalogue(folder)
    assert "juntas" not in live.now()

    helper.write_text("# changed", "utf-8")

    assert "juntas" in live.now()
