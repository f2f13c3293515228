"""What docstrings name exists: files, modules, and every identifier between backticks."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from server.settings import Settings
from tests.fixtures.trees import FILES, ROOT, parse_file

# Files and modules as docstrings name them: `graders/kit/run.py`, kit/run.py, `server.deps`.
_FILE = re.compile(r"(?<![\w/.<{])((?:[\w-]+/)+[\w-]+\.(?:py|toml|md|po|lock|yml))\b")
_MODULE = re.compile(r"(?<![\w/.])((?:graders|server|worker|semaforo|migrations|tests)(?:\.\w+)+)")
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
# Folders that a docstring's path may leave out at its beginning.
_STARTS = ("", "graders", "server", "worker", "semaforo", "tests")
# Paths of examples: a student's, an author's.
_EXAMPLES = ("FOLDER/", "student/", "exercise/", "samples/")


@cache
def _docstrings() -> tuple[tuple[Path, str], ...]:
    return tuple(
        (path, ast.get_docstring(node) or "")
        for path in FILES
        for node in _documented(parse_file(path))
    )


def test_every_file_that_a_docstring_names_exists():
    missing = [
        f"{path}: {name}"
        for path, text in _docstrings()
        for name in _FILE.findall(text)
        if not name.startswith(_EXAMPLES)
        and not any((ROOT / start / name).exists() for start in (*_STARTS, path.parent))
    ]

    assert missing == []


def test_every_module_that_a_docstring_names_exists():
    missing = [
        f"{path}: {name}"
        for path, text in _docstrings()
        for name in _MODULE.findall(text)
        if not _resolves(name)
    ]

    assert missing == []


# An identifier, a dotted one or a call between backticks: `claim`, `Answer.close`, `rank(…)`.
_IDENTIFIER = re.compile(r"`([A-Za-z_][\w.]*)(?:\([^`]*\))?`")
# Canvas's word in its files of grades, and how tests/test_words.py splits names.
_OTHER_WORDS = {"unlimitedgrades", "find_line", "FindLine"}
_OTHER_WORDS |= {f"SEMAFORO_{name.upper()}" for name in Settings.model_fields}


def test_every_identifier_that_a_docstring_names_exists():
    known = _identifiers_and_strings() | {part for path in FILES for part in path.parts}
    known |= {path.stem for path in FILES} | _OTHER_WORDS
    missing = [
        f"{path}: {name}"
        for path, text in _docstrings()
        for name in _IDENTIFIER.findall(text)
        if not set(filter(None, name.split("."))) <= known
    ]

    assert missing == []


def _identifiers_and_strings() -> set[str]:
    """Return every identifier of the code, and the words of its strings but docstrings."""
    found: set[str] = set()
    for path in FILES:
        tree = parse_file(path)
        docstrings = {id(node.body[0].value) for node in _documented(tree)}
        for node in ast.walk(tree):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    found.add(name)
                case ast.ClassDef(name=name) | ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(name)
                case ast.arg(arg=str(name)) | ast.keyword(arg=str(name)) | ast.alias(name=name):
                    found.update(name.split("."))
                case ast.Constant(value=str(text)) if id(node) not in docstrings:
                    found.update(re.findall(r"\w+", text))
    return found


def _documented(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            yield node


def _resolves(dotted: str) -> bool:
    """Return whether a dotted name is a file, a module, or an attribute at the top of a module."""
    if (ROOT / dotted).exists():  # `semaforo.toml`: a file's name
        return True
    parts = dotted.split(".")
    for count in range(len(parts), 0, -1):
        stem = ROOT.joinpath(*parts[:count])
        file = stem / "__init__.py" if stem.is_dir() else stem.with_suffix(".py")
        if file.exists():
            rest = parts[count:]
            return not rest or rest[0] in _top_level_names(file)
    return False


def _top_level_names(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.parse(file.read_text("utf-8")).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.ImportFrom(names=names) | ast.Import(names=names):
                found |= {alias.asname or alias.name for alias in names}
    return found
