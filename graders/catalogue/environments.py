"""What programs of an exercise run in: an interpreter, and libraries besides."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graders.catalogue.libraries import LibraryStore
from graders.catalogue.manifest import Exercise
from graders.catalogue.pythons import Interpreter, find_interpreters
from graders.text import Text


@dataclass(frozen=True, slots=True)
class Environment:
    """The interpreter, None for the server's own; and the folder of the exercise's libraries."""

    python: Interpreter | None = None
    libraries: Path | None = None


USUAL: Final = Environment()


class EnvironmentMissing(Exception):
    """This machine lacks the interpreter or the libraries; `words` say which, and what to do."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


class Environments:
    """The environments of this machine.

    store    The libraries installed on it.
    pythons  Interpreters that the operator names, besides those on PATH.
    """

    def __init__(self, data_dir: Path, pythons: Iterable[Path] = ()) -> None:
        self.store = LibraryStore(data_dir / "libraries")
        self._named = tuple(pythons)

    @property
    def interpreters(self) -> dict[str, Interpreter]:
        """The interpreters of this machine, by series."""
        return find_interpreters(self._named)

    def python_of(self, exercise: Exercise) -> Interpreter | None:
        """Return the interpreter of an exercise; None if it names none.

        Raises:
            EnvironmentMissing: this machine has none of that series.
        """
        if not exercise.python:
            return None
        found = self.interpreters
        if exercise.python in found:
            return found[exercise.python]
        known = ", ".join(one.version for one in found.values())
        raise EnvironmentMissing(
            _NO_PYTHON.format(slug=exercise.slug, series=exercise.python, known=known)
        )

    def of(self, exercise: Exercise) -> Environment:
        """Return what programs of an exercise run in.

        Raises:
            EnvironmentMissing: this machine lacks some of it.
            ManifestError: its requirements.txt has changed, and cannot be used any more.
        """
        lock, python = exercise.lock, self.python_of(exercise)
        if lock is None:
            return Environment(python) if python else USUAL
        libraries = self.store.find(lock, python)
        if libraries is None:
            names = ", ".join(lock.names)
            raise EnvironmentMissing(_NO_LIBRARIES.format(slug=exercise.slug, names=names))
        return Environment(python=python, libraries=libraries)

    def find_missing(self, exercise: Exercise) -> Text | None:
        """Return what this machine lacks, and what to do; None if it has all."""
        try:
            self.of(exercise)
        except EnvironmentMissing as missing:
            return missing.words
        return None


_NO_LIBRARIES: Final = Text(
    "en esta máquina no están instaladas las bibliotecas de «{slug}» ({names}); las instala quien "
    "administra el servidor: semaforo exercise install {slug}",
    "the libraries of “{slug}” ({names}) are not installed on this machine; the server's "
    "administrator does so with: semaforo exercise install {slug}",
)
_NO_PYTHON: Final = Text(
    "«{slug}» necesita Python {series} y esta máquina no lo tiene (tiene {known}); quien "
    "administra el servidor lo instala, o dice en SEMAFORO_PYTHONS dónde está, y lo arranca de "
    "nuevo",
    "“{slug}” needs Python {series}, which this machine does not have (it has {known}); the "
    "server's administrator installs it, or names it in SEMAFORO_PYTHONS, and starts the server "
    "again",
)
