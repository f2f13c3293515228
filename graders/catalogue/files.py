"""Checks what is handed in, for web form, API and command alike."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from graders.catalogue.kinds import find_kind
from graders.catalogue.manifest import Exercise, is_visible
from graders.catalogue.unpacking import (
    MOST_FILES,
    UnpackingError,
    is_zip,
    read_notebook,
    to_program,
    unzip,
)
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
    `.py` name will do and is changed to the one expected. A byte order mark is taken off. A zip
    stands for the programs in it, and a notebook for its code cells, or those with the exercise's
    tag.

    Raises:
        FileRefused: the first thing found wrong.
    """
    uploads = open_files(uploads, exercise.cells)
    names = [name for name, _ in uploads]
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


def open_files(uploads: Sequence[tuple[str, bytes]], tag: str = "") -> list[tuple[str, bytes]]:
    """Return the programs in these files: zips are unpacked, notebooks become their code.

    `tag` is that of the notebooks' cells which count; "" for all.

    Raises:
        FileRefused: one is no program, or its name cannot be used.
    """
    return [file for name, content in uploads for file in _open(_plain_name(name), content, tag)]


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


def _open(name: str, content: bytes, tag: str) -> list[tuple[str, bytes]]:
    """Return the programs that a file holds: itself, those of a zip, the cells of a notebook."""
    if not is_zip(name, content):
        return [_program(name, content, tag)]
    try:
        found = unzip(content, max_bytes=MAX_FILE_BYTES)
    except UnpackingError as error:
        raise _refused("zip-unusable", _ZIPS[error.reason], name=name, most=MOST_FILES) from None
    return [_program(_plain_name(inner), source, tag) for inner, source in found]


def _program(name: str, content: bytes, tag: str) -> tuple[str, bytes]:
    if kind := find_kind(content):
        raise _refused("file-not-python", _OTHER_KIND, name=name, kind=kind)
    cells = read_notebook(content, tag)
    if cells is not None:
        if not any(cell.strip() for cell in cells):
            words = _NO_TAGGED_CELLS if tag else _NO_CELLS
            raise _refused("file-empty", words, name=name, tag=tag)
        return f"{Path(name).stem}.py", to_program(name, cells)
    # Without a suffix it may come from a pipe, as `curl -F file=@-` sends it.
    if Path(name).suffix.lower() not in ("", ".py"):
        raise _refused("file-not-python", _OTHER_NAME, name=name)
    return name, content


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
    return content


def _refused(slug: str, words: tuple[Text, Text], **values: object) -> FileRefused:
    title, detail = words
    spanish, english = (
        {key: one.to(language) if isinstance(one, Text) else one for key, one in values.items()}
        for language in ("es", "en")
    )
    whole = Text(detail.es.format(**spanish), detail.en.format(**english))
    return FileRefused(slug, title, whole)


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
_OTHER_KIND = (
    Text("El archivo no es un programa de Python.", "The file is not a Python program."),
    Text(
        "{name} es {kind}. Envía tu programa, el archivo que termina en .py.",
        "{name} is {kind}. Send your program, the file whose name ends in .py.",
    ),
)
_OTHER_NAME = (
    _OTHER_KIND[0],
    Text(
        "El nombre de {name} no termina en .py. Elige el archivo de tu programa, o cámbiale el "
        "nombre si es este.",
        "The name of {name} does not end in .py. Choose the file of your program, or rename it if "
        "this is it.",
    ),
)
_NO_CELLS = (
    Text("El cuaderno no tiene código.", "The notebook has no code."),
    Text(
        "{name} es un cuaderno sin ninguna celda de código. ¿Lo guardaste antes de enviarlo?",
        "{name} is a notebook without any code cell. Did you save it before sending?",
    ),
)
_NO_TAGGED_CELLS = (
    _NO_CELLS[0],
    Text(
        "{name} es un cuaderno sin código en una celda con la etiqueta «{tag}», que es la que se "
        "califica. Escribe tu programa en esa celda; si la borraste, añade la etiqueta a la tuya.",
        "{name} is a notebook without code in a cell with the tag “{tag}”, which is the one that "
        "is graded. Write your program in that cell; if you deleted it, add the tag to yours.",
    ),
)
_ZIP_TITLE = Text("El zip no se puede usar.", "The zip cannot be used.")
_ZIPS = {
    "damaged": (
        _ZIP_TITLE,
        Text(
            "{name} no es un zip, o está dañado. Hazlo de nuevo, o envía los archivos .py.",
            "{name} is not a zip, or it is damaged. Make it again, or send the .py files.",
        ),
    ),
    "encrypted": (
        _ZIP_TITLE,
        Text(
            "{name} tiene contraseña. Hazlo sin ella, o envía los archivos .py.",
            "{name} has a password. Make it without one, or send the .py files.",
        ),
    ),
    "empty": (
        _ZIP_TITLE,
        Text(
            "{name} no contiene ningún archivo .py.",
            "{name} holds no .py file.",
        ),
    ),
    "crowded": (
        _ZIP_TITLE,
        Text(
            "{name} contiene demasiados archivos: el límite son {most} programas. Incluye solo los "
            "que pide el ejercicio.",
            "{name} holds too many files: the limit is {most} programs. Include only those that "
            "the exercise asks for.",
        ),
    ),
}
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
