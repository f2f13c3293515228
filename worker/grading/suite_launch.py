"""Start the process of one suite."""

import asyncio
import os
import socket
from pathlib import Path
from typing import Final

from graders.catalogue.manifest import Exercise
from worker import isolated
from worker.grading.suite_errors import NOT_STARTED, SuiteError
from worker.outages import NO_ROOM, Outage

PROJECT: Final = Path(__file__).parents[2]


async def launch(
    exercise: Exercise, *, is_confined: bool
) -> tuple[asyncio.subprocess.Process, socket.socket]:
    """Start `worker.grading.suite_server` for this exercise; return it and our end of its socket.

    Raises:
        SuiteError: this machine has no process, memory or descriptor for it.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.setblocking(False)
    with theirs:
        try:
            process = await asyncio.create_subprocess_exec(
                *isolated.command(
                    "worker.grading.suite_server", str(theirs.fileno()), str(exercise.folder),
                    "confined" if is_confined else "loose",
                    "inside" if exercise.is_inside else exercise.style, *exercise.files,
                    flags=("-B",),
                ),
                pass_fds=[theirs.fileno()], cwd=PROJECT, stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                # Nothing of ours in its environment: no database address, no token.
                env={
                    "PATH": os.defpath, "LANG": "C.UTF-8",
                    # Suites use the kit; whatever else is installed is none of their business.
                    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                },
            )  # fmt: skip
        except OSError as error:
            ours.close()
            kind = Outage.NO_ROOM if error.errno in NO_ROOM else Outage.SUITE_PROCESS
            raise SuiteError(NOT_STARTED.format(why=error), kind) from error
        except BaseException:
            ours.close()
            raise
    return process, ours
