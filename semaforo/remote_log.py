"""`semaforo course log`: who changed what in a course, on a server."""

from typing import Annotated

import typer

from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, show_rows
from semaforo.options import Course
from semaforo.remote_courses import address_of
from semaforo.server_options import on_server
from server.i18n import gettext_for

_PAGE_SIZE = 200


@on_server
def list_log(
    client: ApiClient,
    course: Course,
    area: Annotated[
        str, typer.Option(help="Only what begins so: roster, assignment, regrade, comment …")
    ] = "",
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List who changed what in a course, the newest first; JSON has what was before and after."""
    found = list(client.linked_pages(f"{address_of(course)}/log", area=area, limit=_PAGE_SIZE))
    _ = gettext_for(client.language)
    columns = {
        "at": _("when"),
        "who": _("who"),
        "action": _("change"),
        "whom": _("whom"),
    }
    rows = found
    if not as_json:
        rows = [
            {
                **one,
                "who": one["actor"]["email"] if one["actor"] else _("the command"),
                "whom": one["person"]["email"] if one["person"] else "",
            }
            for one in found
        ]
    show_rows(rows, columns, as_csv=as_csv, as_json=as_json)
