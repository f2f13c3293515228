"""The submission inside the sandbox: compiled once by the starter, loaded by each check."""

import json
import linecache
import sys
import types
import warnings
from collections.abc import Callable
from importlib.abc import Loader
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, ClassVar

import wire  # graders/kit/wire, laid beside this package inside the sandbox

from . import libraries, likeness

FOLDER = "/w/"
Send = Callable[[dict[str, Any]], None]
WireLine = int | list[Any] | None  # what wire.encode_line returns


class Program:
    """The submission, compiled: code objects by file name, or why it does not compile.

    given       Files that the exercise lays beside it, by name; those in Python are in `codes` too.
    first_file  Name of the exercise's first file. A process never holds another submission.
    """

    first_file: ClassVar[str] = ""

    def __init__(self) -> None:
        self.main = ""
        self.sources: dict[str, str] = {}
        self.given: dict[str, str] = {}
        self.codes: dict[str, types.CodeType] = {}
        self.refusal: dict[str, Any] | None = None


def prepare(payload: bytes) -> Program:
    """Compile the submission: {"main": name, "files": {name: source}, "given": {}}.

    Never raises. `given` may be missing.
    """
    program = Program()
    name = ""
    try:
        wanted = json.loads(payload)
        program.main, program.sources = wanted["main"], wanted["files"]
        Program.first_file = program.main
        program.given = wanted.get("given", {})
        to_compile = {name: text for name, text in program.given.items() if name.endswith(".py")}
        for name, source in (to_compile | wanted["files"]).items():
            linecache.cache[FOLDER + name] = (
                len(source),
                None,
                source.splitlines(keepends=True),
                FOLDER + name,
            )
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                program.codes[name] = compile(source, FOLDER + name, "exec", dont_inherit=True)
    except SyntaxError as error:
        program.refusal = _not_loaded("syntax", error, line_at(FOLDER + name, error.lineno))
        # Errors that the compiler finds after parsing carry no source text.
        text = error.text or linecache.getline(FOLDER + name, error.lineno or 0)
        program.refusal["text"] = text.rstrip("\n")[:200]
        program.refusal["error"]["message"] = str(error.msg)[:500]
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        program.refusal = _not_loaded("syntax", error, None)
    if program.refusal:
        program.refusal["file"] = name
    else:
        libraries.load_named(wanted["files"].values())
    return program


def load(program: Program, send: Send, *, as_script: bool) -> types.ModuleType | None:
    """Execute the module and return it; if that fails, send the reason and return None.

    A script is only prepared here; `run_script` runs it, once.
    """
    if program.refusal:
        send(program.refusal)
        return None
    # The submission's own, for programs that open their own __file__.
    beside = program.given | program.sources
    for name, source in beside.items():
        Path(name).write_text(source, "utf-8", newline="")
    modules = {name: types.ModuleType(name.removesuffix(".py")) for name in program.codes}
    sys.meta_path.insert(0, _Finder(program, modules))
    main = modules[program.main]
    main.__file__ = FOLDER + program.main
    sys.modules[main.__name__] = main
    likeness.register_as_main(main)
    sys.set_coroutine_origin_tracking_depth(4)
    if as_script:
        send({"t": "loaded"})
        return main
    try:
        exec(program.codes[program.main], main.__dict__)  # noqa: S102  running it is the purpose
    except BaseException as error:  # noqa: BLE001  SystemExit and KeyboardInterrupt included
        kind = "exit" if isinstance(error, SystemExit) else "error"
        line = line_of(error)
        file = line[1] if isinstance(line, list) else program.main
        send(_not_loaded(kind, error, line) | {"file": file})
        return None
    send({"t": "loaded"})
    return main


def run_script(program: Program, arguments: list[str]) -> Any:
    """Run the main file as `python solution.py` would; return the exit status."""
    main = types.ModuleType("__main__")
    main.__file__ = FOLDER + program.main
    likeness.register_as_main(main)
    sys.argv += arguments
    try:
        exec(program.codes[program.main], main.__dict__)  # noqa: S102  running it is the purpose
    except SystemExit as end:
        return 0 if end.code is None else end.code
    finally:
        likeness.finish()
    return 0


def import_from_files(program: Program) -> None:
    """Import the files from the check's folder from now on, so that pytest rewrites asserts."""
    for name in program.sources:
        sys.modules.pop(name.removesuffix(".py"), None)
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]
    sys.dont_write_bytecode = True


class _Finder(Loader):
    """Lets the files of one submission import each other, from the compiled code objects."""

    def __init__(self, program: Program, modules: dict[str, types.ModuleType]) -> None:
        self._program, self._modules = program, modules

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return ModuleSpec(name, self) if name + ".py" in self._modules else None

    def create_module(self, spec: Any) -> types.ModuleType:
        return self._modules[spec.name + ".py"]

    def exec_module(self, module: types.ModuleType) -> None:
        exec(self._program.codes[module.__name__ + ".py"], module.__dict__)  # noqa: S102


def _not_loaded(kind: str, error: BaseException, line: WireLine) -> dict[str, Any]:
    return {"t": "not_loaded", "kind": kind, "error": wire.failure(error, line=line)}


def line_in(frame: types.FrameType, number: int) -> WireLine:
    """Return a line of the frame's code for the wire; None if that is no file of the student's."""
    path = frame.f_code.co_filename
    return line_at(path, number) if path.startswith(FOLDER) else None


def line_at(path: str, number: int | None) -> WireLine:
    """Return a line of the student's file at this path for the wire."""
    line: WireLine = wire.encode_line(number, path.removeprefix(FOLDER), Program.first_file)
    return line


def line_of_definition(function: Any) -> WireLine:
    """Return the line at which a function of the student's begins; None if it is none of theirs."""
    if isinstance(function, types.MethodType):
        function = function.__func__
    if not isinstance(function, types.FunctionType):
        return None
    code = function.__code__
    is_theirs = code.co_filename.startswith(FOLDER)
    return line_at(code.co_filename, code.co_firstlineno) if is_theirs else None


def line_of(error: BaseException) -> WireLine:
    """Return the last line of the student's files in the traceback; None if there is none."""
    line: WireLine = None
    step = error.__traceback__
    while step is not None:
        line = line_in(step.tb_frame, step.tb_lineno) or line
        step = step.tb_next
    return line


def student_line(frame: types.FrameType | None) -> WireLine:
    """Return the nearest line of the student's files at or above this frame; None if none."""
    while frame is not None:
        if line := line_in(frame, frame.f_lineno):
            return line
        frame = frame.f_back
    return None
