"""Every route is known to the table of who gets which answer; quick, as nothing is asked here."""

from server.app import create_app
from server.settings import Settings
from tests.fixtures.access_table import all_requests, read_table
from tests.fixtures.every_route import every_request
from tests.fixtures.routes import PLACES, REQUESTS, named_in

WRITE = "WRITE_ACCESS_TABLE=new .venv/bin/python -m pytest -q tests/api/test_access_table.py"


def test_every_request_has_its_line_in_the_access_table() -> None:
    _, written = read_table()
    there = all_requests(create_app(Settings()))

    new, gone = there.keys() - written.keys(), written.keys() - there.keys()
    assert not new, f"Add what they answer, and read it: {WRITE}"
    assert not gone, "Remove these lines from tests/api/access_table.txt."


def test_what_stands_for_the_places_of_every_address_is_known() -> None:
    requests = list(every_request(create_app(Settings())))
    unknown = {
        route: names
        for route, pattern in requests
        if (names := {*named_in(pattern), *named_in(REQUESTS.get(route, {}))} - PLACES.keys())
    }

    assert not unknown, "Add them to PLACES of your feature's file in tests/fixtures/routes."
    assert not REQUESTS.keys() - dict(requests).keys(), "There are no such routes."
