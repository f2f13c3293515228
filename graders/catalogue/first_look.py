"""Whether a program has a chance at all: it compiles, and defines what the exercise asks for.

The student's code is read by a process of its own with limits: compiling hostile code can exhaust
memory, time, or the interpreter's stack. What that process cannot tell, grading will.
"""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from graders.catalogue.files import FileRefused
from graders.catalogue.manifest import Exercise
from graders.text import Text

# The slugs of what is refused here: mistakes that cost no attempt, but that may be handed in.
UNREADY: Final = ("does-not-compile", "function-missing")
_READER: Final = Path(__file__).with_name("first_look_reader.py")
_SECONDS: Final = 10


def look_at(exercise: Exercise, files: Mapping[str, bytes]) -> None:
    """Refuse files that would fail every check, whatever else they do.

    Takes some 30 ms of a processor: call it in a thread.

    Raises:
        FileRefused: a file does not compile, or a function that the suite calls is missing.
    """
    asked = {exercise.files[0]: sorted(find_asked(exercise))}
    found = _read(files, asked)
    match found:
        case {"file": str(name), "line": int(line), "reason": str(reason)}:
            detail = _SYNTAX.format(name=name, line=line, reason=reason)
            raise FileRefused("does-not-compile", _SYNTAX_TITLE, detail)
        case {"file": str(name), "missing": [*missing]}:
            names = ", ".join(f"`{one}`" for one in missing)
            detail = _MISSING.format(name=name, missing=names)
            raise FileRefused("function-missing", _MISSING_TITLE, detail)


def _read(files: Mapping[str, bytes], asked: Mapping[str, list[str]]) -> Any:
    """Return what the reader found; None if it found nothing, or did not come to an end."""
    sources = {name: content.decode("utf-8") for name, content in files.items()}
    try:
        done = subprocess.run(  # noqa: S603 - our own program; the code comes on its input
            [sys.executable, "-I", "-S", "-W", "ignore", str(_READER)],
            input=json.dumps({"files": sources, "asked": asked}).encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={},
        )
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return None


def find_asked(exercise: Exercise) -> set[str]:
    """Return what the suite calls: the starter and the reference define it, the suite names it."""
    first = exercise.files[0]
    starter, reference = exercise.starter[first], exercise.reference[first]
    try:
        common = set(_defined(starter)) & set(_defined(reference.decode("utf-8")))
        suite = ast.parse(exercise.suite.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    named = {
        node.value
        for node in ast.walk(suite)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return common & named


def _defined(source: str) -> Iterator[str]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name


_SYNTAX_TITLE = Text("El programa no compila.", "The program does not compile.")
_SYNTAX = Text(
    "Python no puede leer la línea {line} de {name}: `{reason}`. Nada se guardó y no se gastó "
    "ningún intento: corrígela y entrega otra vez.",
    "Python cannot read line {line} of {name}: `{reason}`. Nothing was stored and no attempt was "
    "used: mend it and hand in again.",
)
_MISSING_TITLE = Text("Falta una función.", "A function is missing.")
_MISSING = Text(
    "A {name} le falta lo que pide el ejercicio: {missing}. Nada se guardó y no se gastó ningún "
    "intento: añádelo con ese mismo nombre y entrega otra vez.",
    "{name} lacks what the exercise asks for: {missing}. Nothing was stored and no attempt was "
    "used: add it under that very name and hand in again.",
)
