"""What is raised about a folder that cannot be an exercise."""

from pathlib import Path

from graders.text import Text


class ManifestError(ValueError):
    """An exercise folder that cannot be used; `words` say which file and what to change."""

    def __init__(self, es: str, en: str) -> None:
        super().__init__(en)
        self.words = Text(es, en)


def no_suite(folder: Path, name: str) -> ManifestError:
    """There is no suite in the folder, or there are several."""
    return ManifestError(
        f"{folder} no contiene {name} ni otro archivo único de pruebas (test_*.py): créalo "
        "(semaforo suite new muestra una carpeta completa)",
        f"{folder} holds no {name}, nor any single other test file (test_*.py): make it (semaforo "
        "suite new shows a whole folder)",
    )


def missing(folder: Path, name: str) -> ManifestError:
    """A file that the exercise needs is missing."""
    return ManifestError(
        f"{folder} no contiene {name}: créalo (semaforo suite new muestra una carpeta completa)",
        f"{folder} holds no {name}: make it (semaforo suite new shows a whole folder)",
    )


def other_files(folder: Path, files: tuple[str, ...], found: set[str]) -> ManifestError:
    """The folder of a solution has other files than the exercise."""
    expected, present = ", ".join(files), ", ".join(sorted(found)) or "–"
    return ManifestError(
        f"{folder} debe ser una carpeta con exactamente {expected}; contiene: {present}",
        f"{folder} must be a directory with exactly {expected}; present: {present}",
    )


def two_solutions(single: Path, folder: Path) -> ManifestError:
    """A solution is a file and a folder at once."""
    return ManifestError(
        f"{single} y la carpeta {folder.name}/ son la misma solución; borra una de las dos",
        f"{single} and the directory {folder.name}/ are the same solution; delete one of them",
    )
