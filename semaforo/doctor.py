"""`semaforo doctor`: test every sandbox protection on this machine."""

import asyncio
from contextlib import suppress
from typing import Final

from graders.catalogue.environments import Environments
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import ManifestError
from semaforo.options import Language
from semaforo.terminal import FAILED, has_colours, terminal_language
from server.i18n import gettext_for
from server.settings import get_settings

_COLOURS: Final = {"✓": "\x1b[32m", "✗": "\x1b[31m", "–": "\x1b[33m"}


def doctor(language: Language = None) -> int:
    """Test every protection of the sandbox on this machine.

    Exits with 1 if an essential one does not hold: the worker would refuse to start.
    """
    from worker.grading.linter import find_linter
    from worker.host.doctor import examine
    from worker.host.libraries import find_environments
    from worker.queue.room import process_room_for

    lang = language or terminal_language()
    translate = gettext_for(lang)
    settings = get_settings()
    findings = asyncio.run(examine(settings.runtime_dir))
    findings.append(find_linter())
    with suppress(ManifestError):  # `suite check` reports a broken exercise
        catalogue = Catalogue.read(*settings.exercises_dirs)
        room = process_room_for(catalogue.values())
        findings.append(room.finding(settings.worker_runs_at_once))
        environments = Environments(settings.data_dir, settings.pythons)
        findings += find_environments(catalogue.values(), environments)
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        sign = "✓" if finding.holds else ("✗" if finding.essential else "–")
        shown = f"{_COLOURS[sign]}{sign}\x1b[0m" if has_colours() else sign
        print(f"{shown} {finding.name:<{width}}  {finding.detail.to(lang)}")
    if all(finding.holds for finding in findings if finding.essential):
        print(translate("The sandbox works on this machine."))
        return 0
    print(
        translate("Essential protections are missing: the worker does not start on this machine.")
    )
    return FAILED
