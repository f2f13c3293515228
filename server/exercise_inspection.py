"""Reading an exercise before it is stored: all that can be said without running any of it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from graders.catalogue.manifest import ManifestError, load_exercise
from graders.catalogue.samples import load_samples
from graders.text import Text
from server.errors import InvalidExercise
from server.exercise_archive import ExerciseFiles


@dataclass(frozen=True, slots=True)
class Inspected:
    """An exercise whose folder is complete; whether its suite judges well, a check finds out.

    asked_for   Names of the files that students hand in, in order.
    suite_hash  Of the version of its suite.
    """

    files: ExerciseFiles
    title: Text
    asked_for: tuple[str, ...]
    suite_hash: str
    archive: bytes


def inspect(files: ExerciseFiles) -> Inspected:
    """Return what an exercise is; reads its files and runs none of them. Takes some 20 ms.

    Raises:
        InvalidExercise: a file is missing, or is not as it must be.
    """
    with tempfile.TemporaryDirectory(prefix="semaforo-exercise-") as parent:
        folder = Path(parent) / files.slug
        write_files(files, folder)
        try:
            exercise = load_exercise(folder)
            load_samples(exercise)
            for name in ("statement", "starter", "certificate"):
                getattr(exercise, name)  # raises what a page would raise later
        except ManifestError as error:
            # Its author knows the exercise's folder, and not where we have put it.
            raise InvalidExercise(
                _without(error.words, f"{folder.parent.resolve()}/", parent)
            ) from error
        except UnicodeDecodeError as error:
            raise InvalidExercise(_NOT_UTF_8.format(why=error)) from error
        return Inspected(
            files=files,
            title=exercise.title,
            asked_for=exercise.files,
            suite_hash=exercise.suite_hash,
            archive=files.to_zip(),
        )


def write_files(files: ExerciseFiles, folder: Path) -> None:
    """Write an exercise's files into a folder that is made for them."""
    folder.mkdir(parents=True)
    for name, content in files.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _without(words: Text, *prefixes: str) -> Text:
    es, en = words.es, words.en
    for prefix in prefixes:
        es, en = es.replace(prefix, ""), en.replace(prefix, "")
    return Text(es=es, en=en)


_NOT_UTF_8 = Text(
    "Un enunciado o un archivo inicial no está en UTF-8 ({why}): guárdalo con esa codificación",
    "A statement or a starter file is not in UTF-8 ({why}): save it with that encoding",
)
