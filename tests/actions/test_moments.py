"""Times of a course's zone around the days on which its clocks change."""

from datetime import UTC, datetime

import pytest

from server.moments import UnclearTime, format_moment, to_utc

MADRID = "Europe/Madrid"


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-03-29T01:59", "2026-03-29T00:59"),
        ("2026-03-29T03:00", "2026-03-29T01:00"),
        ("2026-10-25T01:59", "2026-10-24T23:59"),
        ("2026-10-25T03:00", "2026-10-25T02:00"),
        ("2026-10-25T02:30+02:00", "2026-10-25T00:30"),
        ("2026-10-25T02:30+01:00", "2026-10-25T01:30"),
    ],
)
def test_a_time_that_comes_once_is_that_moment(typed: str, moment: str) -> None:
    found = to_utc(datetime.fromisoformat(typed), MADRID)

    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2026-03-29T02:00", "There is no 02:00 on 2026-03-29"),
        ("2026-03-29T02:59", "There is no 02:59 on 2026-03-29"),
        ("2026-10-25T02:00", "02:00 comes twice on 2026-10-25"),
        ("2026-10-25T02:59", "02:59 comes twice on 2026-10-25"),
    ],
)
def test_a_time_that_never_comes_or_comes_twice_is_refused(typed: str, sentence: str) -> None:
    with pytest.raises(UnclearTime, match=sentence):
        to_utc(datetime.fromisoformat(typed), MADRID)


def test_a_moment_of_the_hour_that_comes_twice_is_shown_with_its_zone() -> None:
    shown = [
        format_moment(datetime(2026, 10, 25, hour, 30, tzinfo=UTC), MADRID, "en")[-10:]
        for hour in (0, 1, 2)
    ]

    assert shown == ["02:30 CEST", " 02:30 CET", "6 at 03:30"]
