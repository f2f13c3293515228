"""Every route answers everybody as `access_table.txt` says."""

import os
from collections.abc import Collection

import pytest

from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.access_table import (
    TABLE,
    all_requests,
    answers_in,
    ask_everything,
    format_line,
    read_table,
    write_table,
)
from tests.fixtures.roles import Visitor
from tests.fixtures.web import a_site

WRITE = "WRITE_ACCESS_TABLE"
OUTSIDE = (
    Visitor.NOBODY,
    Visitor.OTHER_STUDENT,
    Visitor.OTHER_INSTRUCTOR,
    Visitor.REVOKED,
    Visitor.EXPIRED,
)
# Those whose answers differ most; `make check` asks as the others too. Some answers depend on who
# asked before: whether somebody is new, whether the server has an administrator.
FIRST = (
    Visitor.NOBODY,
    Visitor.STUDENT,
    Visitor.OTHER_INSTRUCTOR,
    Visitor.INSTRUCTOR,
    Visitor.ADMINISTRATOR,
    Visitor.EXPIRED,
)
OTHERS = tuple(who for who in Visitor if who not in FIRST)
UNLIMITED = {"submissions_per_minute": 100_000, "anonymous_requests_per_minute": 1_000_000}


@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize("visitors", [FIRST, OTHERS], ids=["first", "others"])
async def test_every_route_answers_everybody_as_the_table_says(
    sqlite_database: Database, settings: Settings, visitors: Collection[Visitor]
) -> None:
    """WRITE_ACCESS_TABLE=new adds missing lines and no more; =all writes every line anew."""
    head, written = read_table()
    mode = os.environ.get(WRITE, "")
    if mode and visitors is OTHERS:
        pytest.skip("written with the answers to the first")
    asking = tuple(Visitor) if mode else visitors
    async with a_site(sqlite_database, settings.model_copy(update=UNLIMITED)) as site:
        there = all_requests(site.app)
        known = {request: line for request, line in written.items() if request in there}
        skipped = known if mode == "new" else {}
        answers = await ask_everything(site.app, site.database, visitors=asking, except_for=skipped)
    found = skipped | {
        request: format_line(request, _not_asked(written.get(request)) | given)
        for request, given in answers.items()
    }
    if mode:
        write_table(head, found)
        return

    assert _differences(written, found) == "", f"{TABLE.name} is not what the routes answer"


def _not_asked(line: str | None) -> dict[Visitor, str]:
    """Return what the table says, for the visitors who do not ask in this test."""
    return dict.fromkeys(Visitor, "?") if line is None else answers_in(line)


def _differences(written: dict[str, str], found: dict[str, str]) -> str:
    """Say what to do about each line; the spaces in it do not matter."""
    advice_lines = []
    for request in sorted(written.keys() | found.keys()):
        line, answered = written.get(request), found.get(request)
        if line is None:
            advice_lines.append(f"add, if that is who may:\n{answered}")
        elif answered is None:
            advice_lines.append(f"remove, there is no such route:\n{line}")
        elif line.split() != answered.split():
            advice_lines.append(f"the table says:\n{line}\nthe routes answer:\n{answered}")
    advice = f"\nOr let {WRITE}=new add what is missing (=all: write all), and read what changed."
    return "\n".join([*advice_lines, advice]) if advice_lines else ""


def test_a_new_route_and_a_changed_answer_are_reported_with_the_line() -> None:
    same = format_line("GET /same", dict.fromkeys(Visitor, "200"))
    closed = format_line("GET /changed", dict.fromkeys(Visitor, "403"))
    opened = format_line("GET /changed", dict.fromkeys(Visitor, "200"))
    new = format_line("POST /new", dict.fromkeys(Visitor, "303"))

    advice_lines = _differences(
        {"GET /same": same, "GET /changed": closed},
        {"GET /same": " ".join(same.split()), "GET /changed": opened, "POST /new": new},
    )

    assert same not in advice_lines
    assert f"the table says:\n{closed}\nthe routes answer:\n{opened}" in advice_lines
    assert f"add, if that is who may:\n{new}" in advice_lines


def test_the_table_opens_no_course_to_who_is_not_in_it() -> None:
    """Whoever writes the table anew without reading it is told here."""
    _, written = read_table()
    places = {who: 2 + place for place, who in enumerate(Visitor)}

    opened = [
        (request, str(who))
        for request, line in written.items()
        if "{course}" in request
        for who in OUTSIDE
        if line.split()[places[who]] in ("200", "201", "202", "204", "303")
    ]

    assert opened == []
