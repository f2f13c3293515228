"""requirements.txt of a teacher's folder: whether it goes along with the exercise."""

from typing import Final

from graders.catalogue.errors import ManifestError
from graders.catalogue.libraries import FILE_NAME, parse_lock
from graders.text import Text
from worker.authoring.importing.folder import Brought
from worker.authoring.importing.test_files import Note


def find_libraries(brought: Brought) -> tuple[dict[str, bytes], list[Note]]:
    """Return requirements.txt if it can be installed, and what is to be done about it."""
    for path in brought.named(FILE_NAME):
        content = brought.files[path]
        try:
            lock = parse_lock(content, path)
        except ManifestError as error:
            return {}, [Note(path, _unhashed_line(content), _NO_LOCK.format(why=error.words))]
        if lock:
            return {FILE_NAME: content}, [Note(path, 1, _LOCK.format(names=", ".join(lock.names)))]
    return {}, []


def _unhashed_line(content: bytes) -> int:
    """Return the first line that names a library and no hash, which may stand on the next."""
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        is_empty = not line.strip() or line.lstrip().startswith("#")
        if not is_empty and "--hash=" not in line and not line.endswith("\\"):
            return number
    return 1


_LOCK: Final = Text(
    "se lleva al ejercicio. Los programas pueden importar {names} cuando lo instales: semaforo "
    "exercise install con su carpeta.",
    "goes along with the exercise. Programs can import {names} once you have it installed: "
    "semaforo exercise install with its folder.",
)
_NO_LOCK: Final = Text(
    "no se lleva al ejercicio: {why}. Luego ponlo junto a la suite. Si los programas no usan esas "
    "bibliotecas, no hace falta.",
    "does not go along with the exercise: {why}. Then put it beside the suite. If programs do not "
    "use these libraries, nothing is to be done.",
)
