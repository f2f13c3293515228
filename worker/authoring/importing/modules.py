"""Which of the modules that the tests import students hand in, and what lies there of it."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from graders.text import Text
from worker.authoring.importing.beside_tests import find_imported, find_local
from worker.authoring.importing.folder import Brought, ImportRefused
from worker.authoring.importing.test_files import TestFile

_USUAL: Final = ("solution", "submission", "main", "assignment", "homework", "exercise", "program")
_OF_SOLUTION: Final = frozenset(
    ("solution", "solutions", "reference", "answers", "answer", ".meta")
)
_OF_STARTER: Final = frozenset(("starter", "template", "skeleton", "handout", "stub", "student"))


@dataclass(frozen=True, slots=True)
class StudentFiles:
    """The files students hand in, in order, and what was found of them.

    starter, reference  Where each file's lies; only for those that were found.
    """

    names: tuple[str, ...]
    starter: dict[str, PurePosixPath]
    reference: dict[str, PurePosixPath]


def find_student_files(
    tests: Sequence[TestFile],
    helpers: Sequence[TestFile],
    brought: Brought,
    chosen: Sequence[str],
) -> StudentFiles:
    """Return what students hand in; `chosen` are the modules that the teacher named.

    `helpers` import it as the tests do, and are no candidates.

    Raises:
        ImportRefused: it cannot be told, or a file is no plain module.
    """
    imported = _imported(tests, helpers, brought)
    modules = list(chosen) or _choose(imported, tests, brought)
    for module in modules:
        if not module.isidentifier() or f"{module}/__init__.py" in map(str, brought.files):
            raise ImportRefused(_PACKAGE.format(module=module))
    names = tuple(f"{module}.py" for module in modules)
    tested = {file.path for file in (*tests, *helpers)}
    starter, reference = {}, {}
    for name in names:
        first, solution = _sort(name, brought, tested, is_single=len(names) == 1)
        if first:
            starter[name] = first
        if solution:
            reference[name] = solution
    return StudentFiles(names, starter, reference)


def _imported(
    tests: Sequence[TestFile], helpers: Sequence[TestFile], brought: Brought
) -> dict[str, tuple[TestFile, int]]:
    """Return the modules imported that are not of a library, each with where it is imported."""
    found: dict[str, tuple[TestFile, int]] = {}
    for file in (*tests, *helpers):
        for module, line in find_imported(file, brought):
            found.setdefault(module, (file, line))
    own = {file.path.stem for file in (*tests, *helpers)}
    return {module: where for module, where in found.items() if module not in own}


def _choose(
    imported: dict[str, tuple[TestFile, int]], tests: Sequence[TestFile], brought: Brought
) -> list[str]:
    unknown = [module for module in imported if not find_local(module, brought)]
    if len(unknown) > 1:
        raise ImportRefused(_describe_unknown(unknown, imported))
    local = [module for module in imported if module not in unknown]
    solved = [module for module in local if _is_solved(module, brought)]
    if unknown or solved:
        return unknown + solved
    local = [module for module in local if brought.named(f"{module}.py")] or local
    if len(local) == 1:
        return local
    alike = [module for module in local if any(_is_named_after(test, module) for test in tests)]
    for likely in (alike, [module for module in local if module in _USUAL]):
        if len(likely) == 1:
            return likely
    if local:
        raise ImportRefused(_WHICH.format(names=", ".join(local), first=local[0]))
    raise ImportRefused(_NOTHING.format(path=tests[0].path))


def _describe_unknown(unknown: list[str], imported: dict[str, tuple[TestFile, int]]) -> Text:
    places = ", ".join(
        f"{module} ({imported[module][0].path}:{imported[module][1]})" for module in unknown
    )
    options = " ".join(f"--module {module}" for module in unknown)
    return _UNKNOWN.format(places=places, options=options, first=unknown[0])


def _sort(
    name: str, brought: Brought, tests: set[PurePosixPath], *, is_single: bool
) -> tuple[PurePosixPath | None, PurePosixPath | None]:
    """Return where the starter and the solution of a file lie, None for what is not there."""
    stem = name.removesuffix(".py")
    starters: list[PurePosixPath] = []
    solutions: list[PurePosixPath] = []
    plain: list[PurePosixPath] = []
    for path in brought.named(name):
        if path in tests:
            continue
        folders = set(path.parts[:-1])
        kind = solutions if folders & _OF_SOLUTION else starters if folders & _OF_STARTER else plain
        kind.append(path)
    solutions += brought.named(f"{stem}_solution.py", f"{stem}_sol.py", f"solution_{stem}.py")
    starters += brought.named(f"{stem}_starter.py", f"{stem}_template.py")
    if is_single:
        others = ("solution.py", "reference.py", "example.py", "exemplar.py")
        solutions += [path for path in brought.named(*others) if path.name != name]
        starters += [path for path in brought.named("starter.py") if path.name != name]
    if plain:
        is_first = bool(solutions) or (not starters and _is_stub(brought.files[plain[0]]))
        (starters if is_first else solutions).append(plain[0])
    return next(iter(starters), None), next(iter(solutions), None)


def _is_solved(module: str, brought: Brought) -> bool:
    starter, solution = _sort(f"{module}.py", brought, set(), is_single=False)
    return bool(starter and solution)


def _is_named_after(test: TestFile, module: str) -> bool:
    return test.path.stem in (f"test_{module}", f"{module}_test", f"{module}_tests")


def _is_stub(content: bytes) -> bool:
    """Whether a file only declares what is to be written."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    if not functions:  # a program that reads and prints needs none
        return all(map(_says_nothing, tree.body))
    return any(all(map(_says_nothing, node.body)) for node in functions)


def _says_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Expr(ast.Constant()) | ast.Return(None | ast.Constant(None)):
            return True
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.ClassDef(body=body):
            return all(map(_says_nothing, body))
        case ast.Raise(ast.Call(ast.Name("NotImplementedError")) | ast.Name("NotImplementedError")):
            return True
    return False


_UNKNOWN: Final = Text(
    "Las pruebas importan varios módulos que no están aquí: {places}. Si los estudiantes entregan "
    "todos, escribe {options}; si entregan uno, pon los demás junto a las pruebas y escribe solo "
    "ese, como --module {first}.",
    "The tests import several modules that are not here: {places}. If students hand in all of "
    "them, add {options}; if they hand in one, put the others beside the tests and name only that "
    "one, as --module {first}.",
)
_WHICH: Final = Text(
    "No se ve cuál de estos módulos entregan los estudiantes: {names}. Dilo con --module {first}.",
    "It cannot be told which of these modules students hand in: {names}. Say so with --module "
    "{first}.",
)
_NOTHING: Final = Text(
    "{path} no importa ningún módulo de los estudiantes. Las pruebas lo importan por su nombre, "
    "como en «from leap import leap_year».",
    "{path} imports no module of the students'. Tests import it by its name, as in “from leap "
    "import leap_year”.",
)
_PACKAGE: Final = Text(
    "{module} es un paquete, y los estudiantes entregan archivos sueltos. Pon lo que entregan en "
    "módulos como {module}.py, e impórtalos así en las pruebas.",
    "{module} is a package, and students hand in plain files. Put what they hand in into modules "
    "such as {module}.py, and import those in the tests.",
)
