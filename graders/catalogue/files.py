"""Checks what is handed in, for web form, API and command alike."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from graders.catalogue.manifest import Exercise, is_visible
from graders.text import Text

MAX_FILE_BYTES = 262_144
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class FileRefused(ValueError):
    """An upload that cannot be a submission; `detail` tells the student what to change.

    slug       Which rule, as in /problems.
    too_large  Whether size is the trouble: 413 rather than 422.
    """

    def __init__(self, slug: str, title: Text, detail: Text, *, too_large: bool = False) -> None:
        super().__init__(detail.en)
        self.slug, self.title, self.detail, self.too_large = slug, title, detail, too_large


def check_files(exercise: Exercise, uploads: Sequence[tuple[str, bytes]]) -> dict[str, bytes]:
    """Return name -> content, ready to store and to grade.

    `uploads` are (file name as sent, content). Where the exercise asks for a single file, any
    `.py` name will do and is changed to the one expected. A byte order mark is taken off.

    Raises:
        FileRefused: the first thing found wrong.
    """
    names = [_plain_name(name) for name, _ in uploads]
    for name in names:
        if names.count(name) > 1:
            raise _refused("two-files-of-one-name", _TWICE, name=name)
    if len(uploads) == len(exercise.files) == 1:
        names = [exercise.files[0]]
    expected = ", ".join(exercise.files)
    for name in exercise.files:
        if name not in names:
            raise _refused("file-missing", _MISSING, name=name, expected=expected)
    for name in names:
        if name not in exercise.files:
            raise _refused("file-not-expected", _UNEXPECTED, name=name, expected=expected)
    contents = dict(zip(names, (content for _, content in uploads), strict=True))
    return {name: _source(name, contents[name]) for name in exercise.files}


def read_uploads(paths: Iterable[Path]) -> list[tuple[str, bytes]]:
    """Return (name, content) of files on disk; a directory stands for the files in it.

    Raises:
        OSError: one cannot be read.
    """
    return [
        (file.name, file.read_bytes())
        for path in paths
        for file in (sorted(filter(is_visible, path.iterdir())) if path.is_dir() else [path])
    ]


def _plain_name(name: str) -> str:
    if not name or "/" in name or "\\" in name or name.startswith(".") or not name.isprintable():
        shown = ascii(name)[1:-1][:80]
        raise _refused("path-in-file-name", _PATH, name=shown)
    return name


def _source(name: str, content: bytes) -> bytes:
    if len(content) > MAX_FILE_BYTES:
        kib = -(-len(content) // 1024)
        refusal = _refused("file-too-large", _LARGE, name=name, kib=kib, limit=MAX_FILE_BYTES >> 10)
        refusal.too_large = True
        raise refusal
    if content.startswith(UTF_16_MARKS):
        raise _refused("file-not-utf-8", _UTF_16, name=name)
    content = content.removeprefix(BYTE_ORDER_MARK)
    if not content.strip():
        raise _refused("file-empty", _EMPTY, name=name)
    if b"\0" in content:
        line = content[: content.index(b"\0")].count(b"\n") + 1
        raise _refused("file-binary", _BINARY, name=name, line=line)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _refused("file-not-utf-8", _NOT_UTF_8, name=name, line=line) from None
    if _is_notebook(content):
        raise _refused("file-notebook", _NOTEBOOK, name=name)
    return content


def _is_notebook(content: bytes) -> bool:
    """Whether it is a notebook of Jupyter: JSON, which Python may read as an expression."""
    if not content.lstrip().startswith(b"{"):
        return False
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and {"cells", "nbformat"} <= found.keys()


def _refused(slug: str, words: tuple[Text, Text], **values: object) -> FileRefused:
    title, detail = words
    return FileRefused(slug, title, detail.format(**values))


_TWICE = (
    Text("Dos archivos con el mismo nombre.", "Two files of the same name."),
    Text(
        "Enviaste dos archivos llamados {name}. Envía cada archivo una sola vez.",
        "You sent two files called {name}. Send each file once.",
    ),
)
_MISSING = (
    Text("Falta un archivo.", "A file is missing."),
    Text(
        "Este ejercicio pide {expected}; falta {name}.",
        "This exercise asks for {expected}; {name} is missing.",
    ),
)
_UNEXPECTED = (
    Text("Sobra un archivo.", "A file too many."),
    Text(
        "Este ejercicio pide solo {expected}; quita {name}.",
        "This exercise asks only for {expected}; leave out {name}.",
    ),
)
_PATH = (
    Text("El nombre del archivo no vale.", "The file name cannot be used."),
    Text(
        "«{name}» no es un nombre de archivo simple. Envía el archivo sin carpetas en el nombre, "
        "por ejemplo solution.py.",
        "“{name}” is not a plain file name. Send the file without folders in its name, "
        "for example solution.py.",
    ),
)
_LARGE = (
    Text("El archivo es demasiado grande.", "The file is too large."),
    Text(
        "{name} ocupa {kib} KiB y el límite es {limit} KiB. Envía solo tu código, sin datos.",
        "{name} takes {kib} KiB and the limit is {limit} KiB. Send only your code, without data.",
    ),
)
_EMPTY = (
    Text("El archivo está vacío.", "The file is empty."),
    Text(
        "{name} no contiene nada. ¿Lo guardaste antes de enviarlo?",
        "{name} holds nothing. Did you save it before sending?",
    ),
)
_BINARY = (
    Text("El archivo no es texto.", "The file is not text."),
    Text(
        "{name} contiene un byte nulo en la línea {line}: no parece código Python. "
        "Envía el archivo .py.",
        "{name} holds a null byte in line {line}: it does not look like Python source. "
        "Send the .py file.",
    ),
)
_NOTEBOOK = (
    Text("El archivo es un cuaderno, no un programa.", "The file is a notebook, not a program."),
    Text(
        "{name} es un cuaderno de Jupyter (.ipynb). Expórtalo como programa (Archivo, Guardar y "
        "exportar como, Executable Script) y envía el archivo .py.",
        "{name} is a Jupyter notebook (.ipynb). Export it as a program (File, Save and Export As, "
        "Executable Script) and send the .py file.",
    ),
)
_UTF_16 = (
    Text("El archivo no está en UTF-8.", "The file is not in UTF-8."),
    Text(
        "{name} está guardado en UTF-16. En tu editor, elige «Guardar con codificación UTF-8» y "
        "envíalo de nuevo.",
        "{name} is saved in UTF-16. In your editor, choose “Save with encoding UTF-8” and send it "
        "again.",
    ),
)
_NOT_UTF_8 = (
    Text("El archivo no está en UTF-8.", "The file is not in UTF-8."),
    Text(
        "{name} tiene en la línea {line} un carácter que no es UTF-8. En tu editor, elige "
        "«Guardar con codificación UTF-8» y envíalo de nuevo.",
        "{name} has a character in line {line} that is not UTF-8. In your editor, choose "
        "“Save with encoding UTF-8” and send it again.",
    ),
)
