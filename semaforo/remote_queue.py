"""`semaforo course queue`: what waits and is being graded in a course, on a server."""

import sys
from typing import Any

from semaforo.api_client import ApiClient
from semaforo.listing import RUN_STATES, AsCsv, AsJson, print_json, show_rows
from semaforo.options import Course
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from server.i18n import gettext_for


@on_server
def show_queue(
    client: ApiClient,
    course: Course,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Show what waits, is being graded or was abandoned in a course, and why; then the workers."""
    found = client.get(f"{address_of(course)}/queue")
    if as_json:
        print_json(found)
        return
    _ = gettext_for(client.language)
    runs = [
        {
            **one,
            "age_seconds": round(one["age_seconds"]),
            "why": (one["last_reason"] or {}).get("reason", ""),
        }
        for one in found["runs"]
    ]
    columns = {
        "state": _("state"),
        "student": _("student"),
        "exercise": _("exercise"),
        "age_seconds": _("seconds"),
        "worker": _("worker"),
        "why": _("reason"),
    }
    show_rows(runs, columns, client.language, as_csv=as_csv, words={"state": RUN_STATES})
    if (total := sum(found["counts"].values())) > len(runs):
        summary = _("Shown: {shown} of {total}, the oldest.").format(shown=len(runs), total=total)
        print(summary, file=sys.stderr)
    if not as_csv:
        _show_workers(found["workers"], client.language)


def _show_workers(workers: list[dict[str, Any]] | None, language: str) -> None:
    _ = gettext_for(language)
    if workers is None:
        print(_("The queue does not answer, so the workers are not known."))
        return
    rows = [{**one, "suites_down": " ".join(one["suites_down"])} for one in workers]
    columns = {
        "name": _("worker"),
        "runs_in_flight": _("runs"),
        "runs_at_most": _("at most"),
        "suites_down": _("suites that do not start"),
    }
    show_rows(rows, columns, language)
