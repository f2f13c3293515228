"""What the exercise consists of that a teacher's folder becomes."""

import ast
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Final

from graders.catalogue.manifest import SLUG
from graders.text import Text
from worker.authoring.importing.autograding import read_autograding
from worker.authoring.importing.beside_tests import find_helpers
from worker.authoring.importing.cases import read_cases
from worker.authoring.importing.doctests import read_docstrings, read_otter
from worker.authoring.importing.folder import Brought, ImportRefused
from worker.authoring.importing.generated import Generated
from worker.authoring.importing.given import find_given
from worker.authoring.importing.libraries import find_libraries
from worker.authoring.importing.modules import StudentFiles, find_student_files
from worker.authoring.importing.notebooks import read_nbgrader, read_programs
from worker.authoring.importing.test_files import Note, TestFile, find_test_files, is_test_name

_STATEMENTS: Final = (
    *("statement.md", "instructions.md", "assignment.md", "enunciado.md", "readme.md"),
    *("statement.es.md", "statement.en.md"),
)
_DULL_HEADINGS: Final = ("instructions", "introduction", "readme", "description", "instrucciones")
_DULL_NAMES: Final = ("tests", "test", "src", "exercise", "solution", "")
_LEFT_OUT: Final = re.compile(
    r"(readme|license|licence|changelog|makefile|dockerfile|requirements|setup|pyproject|tox|"
    r"autograding|pytest|conda|environment)([._-].*)?|.*\.(ipynb|md|rst|yml|yaml|ini|cfg|toml|lock)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Plan:
    """An exercise, ready to be written.

    title     Empty if the statement's heading or the folder's name will do.
    suite     Name and content of the suite's file.
    beside    Helpers and data that lie beside it, by path.
    given     Those of them that lie beside the students' program as well.
    points    Points by check name, where something else than the suite says so.
    tests     Names of the tests found.
    notes     What may not work, by file and line.
    """

    slug: str
    title: str
    files: StudentFiles
    suite: tuple[str, bytes]
    beside: dict[str, bytes]
    statements: dict[str, bytes]
    starter: dict[str, bytes]
    reference: dict[str, bytes]
    points: dict[str, float]
    tests: tuple[str, ...]
    notes: list[Note] = field(default_factory=list)
    style: str = "plain"
    given: tuple[str, ...] = ()


def make_plan(brought: Brought, slug: str = "", modules: Sequence[str] = ()) -> Plan:
    """Return what the folder becomes; `slug` and `modules` are what the teacher chose.

    Raises:
        ImportRefused: it cannot become an exercise; the reason and what to do.
    """
    tests = find_test_files(brought)
    made = None if tests else _make_suite(brought)
    if not tests and made is None:
        raise ImportRefused(_NO_TESTS.format(name=brought.name))
    programs = read_programs(brought) if tests else {}
    brought = replace(brought, files=brought.files | programs)
    chosen = list(modules) or ([made.module] if made else [])
    helpers = find_helpers(tests, brought)
    students = find_student_files(tests, helpers, brought, chosen)
    statements = _statements(brought)
    names = made.tests if made else tuple(name for test in tests for name in test.tests)
    used = {
        *(test.path for test in tests),
        *(made.used if made else ()),
        *students.starter.values(),
        *students.reference.values(),
        *programs,
    }
    libraries, about_libraries = find_libraries(brought)
    starter = (made and made.starter) or _contents(students.starter, brought)
    reference = (made and made.reference) or _contents(students.reference, brought)
    beside = libraries | _beside(brought, used, tests[0].path.parent if tests else PurePosixPath())
    return Plan(
        slug=slug or _slug(brought.name, students.names[0]),
        title=_title(statements),
        files=students,
        suite=("", made.suite) if made else _join(tests, brought),
        beside=beside,
        statements=statements,
        starter=starter,
        reference=reference,
        points=read_autograding(brought, names),
        tests=names,
        notes=[note for file in (*tests, *helpers) for note in file.notes] + about_libraries,
        style=made.style if made else "plain",
        given=find_given((*starter.values(), *reference.values()), beside),
    )


def _make_suite(brought: Brought) -> Generated | None:
    """Return a suite made of what is no test file; None if there is nothing."""
    found = read_nbgrader(brought) or read_otter(brought) or read_cases(brought)
    return found or read_docstrings(brought)


def _contents(paths: dict[str, PurePosixPath], brought: Brought) -> dict[str, bytes]:
    return {name: brought.files[path] for name, path in paths.items()}


def _slug(*names: str) -> str:
    for name in names:
        plain = name.removesuffix(".py").lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-0123456789")[:40].rstrip("-")
        if slug not in _DULL_NAMES and SLUG.fullmatch(slug):
            return slug
    return "exercise"


def _statements(brought: Brought) -> dict[str, bytes]:
    """Return the statement's files by the name they get: one, or one for each language."""
    found: dict[str, bytes] = {}
    for path in brought.named(*_STATEMENTS):
        name = path.name.lower()
        found.setdefault(name, brought.files[path])
    by_language = {name: one for name, one in found.items() if name.count(".") == 2}
    if by_language:
        return by_language
    return next(({"statement.md": found[name]} for name in _STATEMENTS if name in found), {})


def _title(statements: dict[str, bytes]) -> str:
    """Return a title to be written, "" if the statement's own heading will do."""
    for content in statements.values():
        first = content.decode("utf-8", "replace").strip().partition("\n")[0]
        if first.strip("# ").casefold() in _DULL_HEADINGS:
            return "name"
    return ""


def _join(tests: list[TestFile], brought: Brought) -> tuple[str, bytes]:
    """Return the suite: the test file as it is, or all of them in one.

    Raises:
        ImportRefused: two files define the same name, and one would replace the other.
    """
    if len(tests) == 1:
        own = tests[0].path
        alike = [path for path in brought.files if path.parent == own.parent and is_test_name(path)]
        # Beside a helper that is called like a test file, only its usual name tells the suite.
        return own.name if alike in ([], [own]) else "", brought.files[own]
    owner: dict[str, PurePosixPath] = {}
    for test in tests:
        for name in test.defined:
            if name in owner:
                raise ImportRefused(_SAME.format(name=name, one=owner[name], other=test.path))
            owner[name] = test.path
    future = sorted({name for test in tests for name in test.names.get("__future__", ())})
    parts = [f"from __future__ import {', '.join(future)}\n"] if future else []
    for test in tests:
        body = _without_future(test, brought.files[test.path].decode("utf-8"))
        parts.append(f"# From {test.path}.\n{body.strip()}\n")
    return "", "\n\n".join(parts).encode()


def _without_future(test: TestFile, source: str) -> str:
    lines = source.splitlines()
    for node in test.tree.body:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            lines[node.lineno - 1 : node.end_lineno] = [""] * (
                (node.end_lineno or node.lineno) - node.lineno + 1
            )
    return "\n".join(lines)


def _beside(brought: Brought, used: set[PurePosixPath], home: PurePosixPath) -> dict[str, bytes]:
    """Return helpers and data by the path they get: as they lie beside the tests.

    Raises:
        ImportRefused: two files get the same path.
    """
    found: dict[str, bytes] = {}
    origin: dict[PurePosixPath, PurePosixPath] = {}
    for path, content in brought.files.items():
        is_hidden = any(part.startswith(".") for part in path.parts)
        if path in used or is_hidden or _LEFT_OUT.fullmatch(path.name):
            continue
        if path.name == "__init__.py" and len(path.parts) <= len(home.parts) + 1:
            continue
        inside = path.relative_to(home) if path.is_relative_to(home) else path
        if other := origin.get(inside):
            raise ImportRefused(_SAME_PLACE.format(one=other, other=path, name=inside))
        origin[inside] = path
        found[inside.as_posix()] = content
    return found


def to_manifest(plan: Plan) -> str:
    """Return exercise.toml."""
    lines = []
    if plan.title:
        lines.append(f"title = {_quote(plan.slug.replace('-', ' ').capitalize())}")
    names = ", ".join(map(_quote, plan.files.names))
    lines += [f"files = [{names}]", f'style = "{plan.style}"']
    if plan.given:
        lines.append(f"given = [{', '.join(map(_quote, plan.given))}]")
    if plan.points:
        lines += ["", "[points]"]
        lines += [f"{_quote(name)} = {worth:g}" for name, worth in plan.points.items()]
    text = "\n".join(lines) + "\n"
    tomllib.loads(text)
    return text


def _quote(words: str) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'


_SAME: Final = Text(
    "{one} y {other} definen {name}, y en una sola suite solo quedaría una. Cambia el nombre de "
    "una, o importa cada archivo como un ejercicio: semaforo suite import {one}.",
    "{one} and {other} both define {name}, and in one suite only one would be left. Rename one, or "
    "import each file as an exercise of its own: semaforo suite import {one}.",
)
_SAME_PLACE: Final = Text(
    "{one} y {other} quedarían los dos junto a la suite como {name}. Une los dos en uno, o cambia "
    "el nombre de uno.",
    "{one} and {other} would both lie beside the suite as {name}. Make one of them, or rename one.",
)
_NO_TESTS: Final = Text(
    "{name} no contiene ninguna prueba: ni funciones test_…, ni clases de unittest, ni ejemplos "
    "con >>>, ni celdas de nbgrader, ni casos .in y .out. Indica la carpeta o el archivo en que "
    "están.",
    "{name} holds no test: no test_… functions, no classes of unittest, no examples with >>>, no "
    "cells of nbgrader, no cases .in and .out. Name the folder or the file where they are.",
)
