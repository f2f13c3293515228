"""What a test file tests and imports, read from its syntax tree."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from graders.text import Text
from worker.authoring.importing.folder import Brought, ImportRefused

_NAME: Final = re.compile(r"(test_.*|.*_tests?|tests?)\.py")
_FORKING: Final = ("fork", "forkpty", "spawnv", "posix_spawn")
_NETWORK: Final = ("requests", "httpx", "aiohttp", "socket", "urllib.request", "http.client")


@dataclass(frozen=True, slots=True)
class Note:
    """Something about one line of what was brought."""

    path: PurePosixPath
    line: int
    words: Text


@dataclass(frozen=True, slots=True)
class TestFile:
    """A test file.

    tests    Names of its tests, as "test_add" or "LeapTest.test_divisible".
    imports  The line where each module is first imported, by its full name; relative imports
             have the name behind the dots.
    names    What is imported from each module by name: empty if it is imported whole.
    defined  Every name that it defines at its top level.
    """

    path: PurePosixPath
    tree: ast.Module
    tests: tuple[str, ...]
    imports: dict[str, int]
    names: dict[str, list[str]]
    defined: frozenset[str]
    notes: list[Note] = field(default_factory=list)


def is_test_name(path: PurePosixPath) -> bool:
    """Whether a file is called as pytest's test files are."""
    return _NAME.fullmatch(path.name) is not None


def find_test_files(brought: Brought) -> list[TestFile]:
    """Return every file that holds tests, those named as pytest names them first of all.

    Raises:
        ImportRefused: a test file is not Python.
    """
    named = [path for path in brought.files if is_test_name(path)]
    others = [path for path in brought.files if path.suffix == ".py" and path not in named]
    found = [one for path in named if (one := read_test_file(path, brought.files[path])).tests]
    if found:
        return found
    unnamed = (read_if_python(path, brought.files[path]) for path in others)
    return [one for one in unnamed if one and one.tests]


def read_test_file(path: PurePosixPath, content: bytes) -> TestFile:
    """Read one test file.

    Raises:
        ImportRefused: it is not Python.
    """
    try:
        tree = ast.parse(content)
    except SyntaxError as error:
        raise ImportRefused(
            _NOT_PYTHON.format(path=path, line=error.lineno or 1, why=error.msg)
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ImportRefused(_NOT_PYTHON.format(path=path, line=1, why=error)) from None
    imports: dict[str, int] = {}
    names: dict[str, list[str]] = {}
    for module, line, imported in _imports(tree):
        imports.setdefault(module, line)
        names.setdefault(module, []).extend(imported)
    found = TestFile(path, tree, tuple(_tests(tree)), imports, names, frozenset(_defined(tree)))
    found.notes.extend(_find_notes(found))
    return found


def read_if_python(path: PurePosixPath, content: bytes) -> TestFile | None:
    """Read a file that may hold tests; None if it is not Python."""
    try:
        return read_test_file(path, content)
    except ImportRefused:
        return None


def _tests(tree: ast.Module) -> Iterator[str]:
    """Yield the tests that pytest would collect: functions, methods of classes, inherited ones."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            if node.name.startswith("test"):
                yield node.name
        elif isinstance(node, ast.ClassDef) and _holds_tests(node, classes):
            yield from (f"{node.name}.{name}" for name in _methods(node, classes))


def _holds_tests(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> bool:
    """Whether pytest collects the class; one of whose base nothing is known here counts, too."""
    return node.name.startswith("Test") or any(
        _holds_tests(classes[base], classes) if base in classes else _is_case(base)
        for base in _bases(node)
        if base != node.name
    )


def _is_case(base: str) -> bool:
    """Whether a class of another file is one of tests, by its name: BaseCase or GraderTest."""
    return re.search("case|test", base, re.IGNORECASE) is not None


def _methods(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> list[str]:
    inherited = [
        name
        for base in _bases(node)
        if base in classes and base != node.name
        for name in _methods(classes[base], {k: v for k, v in classes.items() if k != base})
    ]
    own = [
        one.name
        for one in node.body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test")
    ]
    return list(dict.fromkeys([*inherited, *own]))


def _bases(node: ast.ClassDef) -> list[str]:
    return [
        base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        for base in node.bases
    ]


def _imports(tree: ast.Module) -> Iterator[tuple[str, int, list[str]]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, []
        elif isinstance(node, ast.ImportFrom):
            if node.module:
                yield node.module, node.lineno, [alias.name for alias in node.names]
            else:  # from . import leap
                yield from ((alias.name, node.lineno, []) for alias in node.names)


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _find_notes(file: TestFile) -> Iterator[Note]:
    """Yield what a suite may not do here, by its line."""
    for module, line in file.imports.items():
        if module in _NETWORK or module.partition(".")[0] in _NETWORK:
            yield Note(file.path, line, _USES_NETWORK.format(module=module))
        elif module.partition(".")[0] == "multiprocessing":
            yield Note(file.path, line, _STARTS_PROCESSES.format(what=module))
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and (module := _behind_folder(node, file.path)):
            yield Note(file.path, node.lineno, _BY_FOLDER.format(module=module))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = getattr(node.func.value, "id", "")
            if owner == "os" and node.func.attr in _FORKING:
                words = _STARTS_PROCESSES.format(what=f"os.{node.func.attr}()")
                yield Note(file.path, node.lineno, words)


def _behind_folder(node: ast.ImportFrom, path: PurePosixPath) -> str:
    """Return the module behind the dot or the folder's name, "" if the import has neither."""
    module = node.module or ""
    if node.level:
        return module or node.names[0].name
    folder, _, behind = module.partition(".")
    return behind if folder in path.parts[:-1] else ""


_NOT_PYTHON: Final = Text(
    "{path}:{line}: no es Python ({why}). Corrígelo e impórtalo otra vez.",
    "{path}:{line}: this is not Python ({why}). Mend it and import it again.",
)
_USES_NETWORK: Final = Text(
    "importa {module}, y una suite no tiene red. Si solo lo simula, funciona; si se conecta, "
    "guarda la respuesta en un archivo junto a la suite y léela de ahí.",
    "imports {module}, and a suite has no network. It works if it only imitates it; if it "
    "connects, keep the answer in a file beside the suite and read it from there.",
)
_BY_FOLDER: Final = Text(
    "importa {module} por su carpeta, que no existe junto a la suite: escribe «from {module} "
    "import …».",
    "imports {module} by its folder, which does not exist beside the suite: write “from "
    "{module} import …”.",
)
_STARTS_PROCESSES: Final = Text(
    "usa {what}, y una suite no puede crear procesos. Quita esa prueba, o llama a la función "
    "directamente.",
    "uses {what}, and a suite may start no process. Leave that test out, or call the function "
    "directly.",
)
