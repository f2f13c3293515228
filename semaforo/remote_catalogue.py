"""`semaforo assign catalogue` and `look`: exercises that a course can give."""

from typing import Any, Final
from urllib.parse import quote

from graders.text import Text
from semaforo.api_client import ApiClient
from semaforo.listing import AsCsv, AsJson, print_json, show_rows
from semaforo.options import Course, Exercise
from semaforo.remote_courses import address_of as course_address
from semaforo.server_options import on_server
from semaforo.terminal import bold
from server.i18n import gettext_for

_PAGE_SIZE: Final = 200
_SHORT: Final = 12
_STATES: Final = {
    "certified": Text("certificado", "certified"),
    "other_judge": Text("certificado con otro corrector", "certified with another judge"),
    "uncertified": Text("sin certificar", "not certified"),
    "withheld": Text("retenido", "withheld"),
    "lacking": Text("sin instalar", "not installed"),
    "unreadable": Text("certificado ilegible", "unreadable certificate"),
}


@on_server
def list_catalogue(
    client: ApiClient,
    course: Course,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """List the exercises that a course can give, and how far each can be trusted."""
    found = list(client.pages(f"{course_address(course)}/catalogue", limit=_PAGE_SIZE))
    if as_json:
        return print_json(found)
    _ = gettext_for(client.language)
    columns = {
        "exercise": _("exercise"),
        "level": _("level"),
        "minutes": _("minutes"),
        "title": _("title"),
        "given": _("given"),
        "state": _("certificate"),
        "version": _("version"),
    }
    rows = [_row(one, client.language) for one in found]
    return show_rows(rows, columns, client.language, as_csv=as_csv)


@on_server
def look(
    client: ApiClient,
    course: Course,
    exercise: Exercise,
    as_json: AsJson = False,
) -> None:
    """Show an exercise before it is given: statement, starter, checks with points, limits."""
    found = client.get(f"{course_address(course)}/catalogue/{quote(exercise, safe='')}")
    if as_json:
        return print_json(found)
    _ = gettext_for(client.language)
    print(bold(found["title"]))
    print(found["suite"]["words"], end="\n\n")
    print(found["statement"][client.language].strip(), end="\n\n")
    for name, source in found["starters"].items():
        print(bold(name), source.rstrip(), sep="\n", end="\n\n")
    checks = {
        "name": _("check"),
        "points": _("points"),
        "shown": _("students see"),
        "title": _("title"),
    }
    shown = {True: _("its title and verdict"), False: _("everything")}
    show_rows(
        [{**one, "shown": shown[one["is_hidden"]]} for one in found["checks"]],
        checks,
        client.language,
    )
    print()
    limits = [{"name": name, "value": _limit(value)} for name, value in found["limits"].items()]
    return show_rows(
        limits, {"name": _("limit of a program"), "value": _("at most")}, client.language
    )


def _limit(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}"


def _row(one: Any, language: str) -> dict[str, Any]:
    _ = gettext_for(language)
    state = _STATES.get(one["suite"]["state"], Text.same(one["suite"]["state"]))
    return {
        **one,
        "given": _("yes") if one["is_given"] else _("no"),
        "state": state.to(language),
        "version": one["suite_hash"][:_SHORT],
    }
