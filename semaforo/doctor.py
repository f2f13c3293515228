"""`semaforo doctor`: every protection, tried on this host."""

import asyncio
from contextlib import suppress
from typing import Final

from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import ManifestError
from semaforo.options import Language
from semaforo.terminal import FAILED, has_colours, terminal_language, words
from server.settings import get_settings

_COLOURS: Final = {"✓": "\x1b[32m", "✗": "\x1b[31m", "–": "\x1b[33m"}


def doctor(language: Language = None) -> int:
    """Try every protection that grading rests on, and say which hold here.

    Ends with 1 if an essential one does not: the worker would refuse to start.
    """
    from worker.host.doctor import examine
    from worker.queue.room import process_room_for

    tongue = language or terminal_language()
    say = words(tongue)
    settings = get_settings()
    findings = asyncio.run(examine(settings.runtime_dir))
    with suppress(ManifestError):  # a broken exercise is `suite check`'s to tell
        room = process_room_for(Catalogue.read(*settings.exercises_dirs).values())
        findings.append(room.finding(settings.worker_runs_at_once))
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        sign = "✓" if finding.holds else ("✗" if finding.essential else "–")
        shown = f"{_COLOURS[sign]}{sign}\x1b[0m" if has_colours() else sign
        print(f"{shown} {finding.name:<{width}}  {finding.detail.to(tongue)}")
    if all(finding.holds for finding in findings if finding.essential):
        print(say("Student programs can be kept in on this host."))
        return 0
    print(say("Essential protections are missing: the worker will not start here."))
    return FAILED
