"""A suite made of examples with >>>: in the docstrings of a module, or in Otter's test files."""

import ast
import doctest
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final

from worker.authoring.importing.folder import Brought
from worker.authoring.importing.generated import (
    Generated,
    GeneratedTest,
    free_names,
    to_identifier,
    to_suite,
)

_HEAD: Final = '''import doctest

import pytest


def run_examples(source, names):
    """Run examples as doctest does; what differs is the message."""
    said = []
    test = doctest.DocTestParser().get_doctest(source, dict(names), "examples", None, 0)
    if doctest.DocTestRunner().run(test, out=said.append).failed:
        pytest.fail("".join(said), pytrace=False)
'''
_OTTERS_MODULE: Final = "solution"


def read_otter(brought: Brought) -> Generated | None:
    """Return the suite of Otter's test files, which hold `test = {…}`; None if there are none."""
    tests: list[GeneratedTest] = []
    used = set()
    for path, content in brought.files.items():
        if path.suffix == ".py" and (found := list(_otter_tests(path, content))):
            tests += found
            used.add(path)
    return _make(tests, _OTTERS_MODULE, "Otter's tests", used)


def read_docstrings(brought: Brought) -> Generated | None:
    """Return the suite of the examples in the first module that has any; None if none has."""
    for path, content in brought.files.items():
        tree = _parse(content)
        if path.suffix != ".py" or tree is None or b">>>" not in content:
            continue
        defined = {one.name for one in tree.body if isinstance(one, _DEFINING)}
        tests = [
            _example_test(to_identifier(name), f"The examples of {name}", examples, defined)
            for name, examples in _docstrings(tree, path.stem)
        ]
        if tests:
            return _make(tests, path.stem, f"the examples in {path}", set())
    return None


_DEFINING: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _make(
    tests: list[GeneratedTest], module: str, source: str, used: set[PurePosixPath]
) -> Generated | None:
    if not tests:
        return None
    suite = to_suite(tests, module, source, _HEAD)
    return Generated(module, suite, tuple(f"test_{one.name}" for one in tests), frozenset(used))


def _docstrings(tree: ast.Module, module: str) -> Iterator[tuple[str, str]]:
    """Yield each docstring that has examples, with the name of what it describes."""
    described: list[tuple[str, ast.AST]] = [(module, tree)]
    for node in tree.body:
        if isinstance(node, _DEFINING):
            described.append((node.name, node))
            described += [
                (f"{node.name}.{one.name}", one)
                for one in ast.iter_child_nodes(node)
                if isinstance(one, _DEFINING)
            ]
    for name, one in described:
        words = ast.get_docstring(one) or ""  # type: ignore[arg-type]
        if ">>>" in words:
            yield name, words


def _otter_tests(path: PurePosixPath, content: bytes) -> Iterator[GeneratedTest]:
    tree = _parse(content)
    for node in tree.body if tree else ():
        match node:
            case ast.Assign([ast.Name("test")], value):
                yield from _cases(_literal(value), path.stem)


def _cases(test: Any, stem: str) -> Iterator[GeneratedTest]:
    if not isinstance(test, dict) or not isinstance(test.get("suites"), list):
        return
    name = to_identifier(str(test.get("name") or stem))
    cases = [
        (str(suite.get("setup", "")), case)
        for suite in test["suites"]
        if isinstance(suite, dict)
        for case in suite.get("cases", ())
        if isinstance(case, dict) and isinstance(case.get("code"), str)
    ]
    for number, (setup, case) in enumerate(cases, 1):
        examples = f"{setup}\n{case['code']}" if setup.strip() else case["code"]
        yield _example_test(
            f"{name}_{number}",
            f"{test.get('name') or stem}, {number}",
            examples,
            None,
            points=_points(test.get("points"), number, len(cases)),
            is_hidden=case.get("hidden") is True,
        )


def _points(given: Any, number: int, count: int) -> float:
    """Return what one case is worth: its own of a list, or its share."""
    match given:
        case list() if len(given) == count and isinstance(given[number - 1], int | float):
            return max(0.0, float(given[number - 1]))
        case int() | float():
            return round(max(0.0, float(given)) / count, 4)
    return 1.0


def _example_test(
    name: str, title: str, examples: str, defined: set[str] | None, **marks: Any
) -> GeneratedTest:
    """Return a test that runs examples; `defined` are the module's names, None if not known."""
    names = [
        name
        for name in free_names(ast.Module(list(_statements(examples)), []))
        if defined is None or name in defined
    ]
    given = "{" + ", ".join(f'"{one}": {one}' for one in names) + "}"
    body = f"run_examples({examples!r}, {given})"
    return GeneratedTest(name, title, body, tuple(names), **marks)


def _statements(examples: str) -> Iterator[ast.stmt]:
    try:
        found = doctest.DocTestParser().get_examples(examples)
    except ValueError:  # a prompt without a blank behind it
        return
    for example in found:
        tree = _parse(example.source.encode())
        yield from tree.body if tree else ()


def _parse(content: bytes) -> ast.Module | None:
    try:
        return ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _literal(node: ast.expr) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, RecursionError, MemoryError):
        return None
