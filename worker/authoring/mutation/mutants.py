"""The mutants of an exercise: every change that an operator makes to a right sample, each once."""

import ast
import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import dedent
from types import CodeType
from typing import Any, Final

from graders.catalogue.samples import Sample
from worker.authoring.mutation.operators import Change, Operator
from worker.authoring.mutation.source import Source, is_text

_CONTEXT: Final = 3


@dataclass(frozen=True, slots=True)
class Mutant:
    """A right sample with one change.

    samples   Names of the samples from which it comes; more than one if they give the same.
    operator  Name of the operator that made it.
    file      The file that differs.
    within    Dotted name of the function or class around the change; "" outside of any.
    change    Changed lines, `-` before those that go and `+` before those that come, and where
              none goes the line that follows: no line numbers, and no more indentation than
              they need.
    diff      Unified, against the first sample.
    files     Content by file name, to be graded.
    """

    samples: tuple[str, ...]
    operator: str
    file: str
    within: str
    change: str
    diff: str
    files: Mapping[str, bytes]


def make_mutants(samples: Iterable[Sample], operators: Iterable[Operator]) -> list[Mutant]:
    """Return the mutants of these samples, without those equal to a sample or to another.

    Two programs are equal if Python compiles them to the same code, wherever the lines stand.
    """
    given, made = list(samples), list(operators)
    found: dict[object, Mutant] = {}
    right = {_fingerprint(sample.files) for sample in given}
    for sample in given:
        for mutant in _mutants_of(sample, made):
            try:
                key = _fingerprint(mutant.files)
            except (SyntaxError, ValueError):
                continue  # an await where none may stand, a break outside of its loop
            if key in right:
                continue
            known = found.get(key)
            found[key] = _with_sample(known, sample.name) if known else mutant
    return list(found.values())


def _with_sample(mutant: Mutant, name: str) -> Mutant:
    if name in mutant.samples:
        return mutant
    values = {field: getattr(mutant, field) for field in Mutant.__slots__}
    return Mutant(**{**values, "samples": (*mutant.samples, name)})


def _mutants_of(sample: Sample, operators: Iterable[Operator]) -> Iterator[Mutant]:
    for file, content in sample.files.items():
        try:
            source = Source(content.decode("utf-8"))
        except (SyntaxError, ValueError):
            continue  # it is for another version of Python, and no right program here
        for operator in operators:
            for change in operator.find(source):
                yield _mutant(sample, file, source, operator, change)


def _mutant(
    sample: Sample, file: str, source: Source, operator: Operator, change: Change
) -> Mutant:
    changed = source.apply([*change.edits, *_needed(source, change)])
    files = {**sample.files, file: changed.encode("utf-8")}
    return Mutant(
        (sample.name,),
        operator.name,
        file,
        source.within(change.at),
        _changed_lines(source.text, source.apply(change.edits)),
        _unified(sample.name, file, source.text, changed),
        files,
    )


def _needed(source: Source, change: Change) -> list[Any]:
    lines = [f"import {module}" for module in change.imports if not source.imports(module)]
    if change.helper:
        lines += ["", "", *change.helper.strip("\n").splitlines()]
    return [source.at_top(*lines)] if lines else []


def _changed_lines(before: str, after: str) -> str:
    compared = [
        line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] != "?"
    ]
    places = [place for place, line in enumerate(compared) if line[0] in "+-"]
    lines = [compared[place] for place in places]
    if all(line[0] == "+" for line in lines):
        lines += compared[places[-1] + 1 :][:1] if places else []
    texts = dedent("\n".join(line[2:] for line in lines)).splitlines()
    texts += [""] * (len(lines) - len(texts))
    signs = (line[0] for line in lines)
    return "\n".join(f"{sign} {text}".rstrip() for sign, text in zip(signs, texts, strict=True))


def _unified(name: str, file: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{name}/{file}", f"{name}/{file}", n=_CONTEXT,
        lineterm="",
    )  # fmt: skip
    return "\n".join(lines)


def _fingerprint(files: Mapping[str, bytes]) -> object:
    return tuple((name, _compiled(content)) for name, content in files.items())


def _compiled(content: bytes) -> object:
    tree = ast.parse(content)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and is_text(body[0]):
            node.body = body[1:] or [ast.Pass(lineno=1, col_offset=0)]  # type: ignore[attr-defined]
    return _code(compile(tree, "solution.py", "exec", dont_inherit=True))


def _code(code: CodeType) -> object:
    """Return what a code object does, without its lines."""
    constants = tuple(
        _code(one) if isinstance(one, CodeType) else (type(one).__name__, repr(one))
        for one in code.co_consts
    )
    flags, names, local = code.co_flags, code.co_names, code.co_varnames
    cells = (code.co_freevars, code.co_cellvars, code.co_argcount, code.co_kwonlyargcount)
    table = code.co_exceptiontable
    return (code.co_code, constants, flags, names, local, cells, table, code.co_name)
