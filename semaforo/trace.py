"""`semaforo trace`: run a program in the sandbox, and draw what its event loop did."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from graders.trace import MAX_SOURCE_BYTES, Trace, TraceEnding
from graders.trace_text import format_trace
from semaforo.grader import describe_outage
from semaforo.options import AsJson, Language
from semaforo.terminal import (
    COULD_NOT,
    FAILED,
    CommandError,
    describe_os_error,
    has_colours,
    terminal_language,
)
from server.settings import Settings, get_settings
from worker.authoring.logs import silence_logs
from worker.grading.tracing import trace_program
from worker.outages import GradingOutage, Outage
from worker.sandboxes import SandboxError, open_zygote

Program = Annotated[
    Path,
    typer.Argument(
        metavar="file", help="The program, as you would run it; - reads the standard input."
    ),
]


def trace(file: Program, as_json: AsJson = False, language: Language = None) -> int:
    """Run a program in the sandbox of this machine, and draw what its event loop did.

    Exits with 0 if the program ended well, 1 if not, 2 if it could not be run.
    """
    lang = language or terminal_language()
    source = _read(file)
    found = asyncio.run(_trace(get_settings(), source))
    if as_json:
        print(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
    else:
        name = "" if str(file) == "-" else file.name
        print(format_trace(found, lang, file=name, colour=has_colours()), end="")
    return 0 if found.ending is TraceEnding.FINISHED and not found.status else FAILED


def _read(file: Path) -> str:
    try:
        if str(file) == "-":
            content = sys.stdin.buffer.read(MAX_SOURCE_BYTES + 1)
        else:
            with file.open("rb") as opened:
                content = opened.read(MAX_SOURCE_BYTES + 1)
        source = content.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=file,
            reason=describe_os_error(error),
        ) from None
    except UnicodeDecodeError:
        raise CommandError("{file} is not text in UTF-8.", exit_code=COULD_NOT, file=file) from None
    if len(content) > MAX_SOURCE_BYTES:
        raise CommandError(
            "{file} is too large: a program to trace has at most {kib} KiB.",
            exit_code=COULD_NOT,
            file=file,
            kib=MAX_SOURCE_BYTES // 1024,
        )
    return source


async def _trace(settings: Settings, source: str) -> Trace:
    silence_logs()
    insecure = settings.run_student_code_without_a_full_sandbox
    try:
        try:
            async with open_zygote(settings.runtime_dir, insecure=insecure) as zygote:
                return await trace_program(zygote, source)
        except SandboxError as error:
            raise GradingOutage(f"no sandbox: {error}", Outage.SANDBOX) from error
    except GradingOutage as outage:
        raise describe_outage(outage) from outage
