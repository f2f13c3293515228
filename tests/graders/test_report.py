"""A report survives its trip through JSON, and speaks one language when it is shown."""

import json
from dataclasses import fields, replace

import pytest

from graders.picture import Activity, Expected, ExpectedOrder, Order, Picture, Span
from graders.report import CheckResult, Event, Hint, Report, RunState, Verdict
from graders.text import Text
from graders.text_report import format_report
from graders.undecided import Doubt, Undecided

CHECK = CheckResult(
    name="order",
    title=Text("El orden", "The order"),
    verdict=Verdict.FAILED,
    points=0,
    max_points=2.5,
    wall_seconds=0.25,
    message=Text("Llegaron al revés.\x1b[2J", "They came back to front."),
    line=7,
    evidence=(
        Event(0.001, "tarea", 1, "asked", "'Tarea 1', 2"),
        Event(0.2, "tarea", 1, "answered"),
    ),
    output="hola\n",
    hints=(Hint(Text("Mira gather.", "Look at gather.")), Hint(Text("Más.", "More."), after=2)),
    picture=Picture(
        (
            Span(0.0, 0.05, Activity.WAITING),
            Span(0.05, 0.2, Activity.BLOCKED, 7),
            Span(0.2, 0.21, Activity.BUSY, 3, "helpers.py"),
        ),
        (Expected("tarea", Order.TOGETHER, 3, 1),),
        order=ExpectedOrder(("a", "b"), ("b",)),
    ),
)
UNDECIDED = replace(CHECK, verdict=Verdict.INCONCLUSIVE, doubt=Doubt("sandbox lost", 1.5))
SECRET = replace(CHECK, name="secret", hidden=True)
REPORT = Report("gather", "a" * 64, "b" * 64, "worker-1", (CHECK,))


def test_a_report_comes_back_unchanged_from_json() -> None:
    assert Report.from_dict(json.loads(json.dumps(REPORT.to_dict()))) == REPORT


def test_an_order_is_cut_in_length_and_in_number() -> None:
    order = ExpectedOrder.of(range(100), ["x" * 1000])

    assert (len(order.wanted), len(order.got[0])) == (ExpectedOrder.MOST, ExpectedOrder.LETTERS)


def test_a_picture_stored_before_orders_were_expected_is_read() -> None:
    values = Picture().to_dict()
    del values["order"]

    assert Picture.from_dict(values) == Picture()


def test_no_field_is_left_out() -> None:
    whole = replace(UNDECIDED, was_killed=True)
    assert set(whole.to_dict()) == {field.name for field in fields(CheckResult)}
    assert set(REPORT.to_dict()) == {field.name for field in fields(Report)}


def test_the_doubt_about_a_check_comes_back_from_json_and_is_not_for_students() -> None:
    report = replace(REPORT, checks=(CHECK, UNDECIDED))

    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
    assert [check.doubt for check in report.for_student().checks] == [None, None]
    assert "doubt" not in CHECK.to_dict()


def test_that_a_process_was_killed_comes_back_and_is_not_for_programs_of_users() -> None:
    killed = replace(CHECK, verdict=Verdict.CRASHED, was_killed=True)

    assert CheckResult.from_dict(json.loads(json.dumps(killed.to_dict()))) == killed
    assert "was_killed" not in killed.to_json("en")


def test_the_reason_names_the_check_the_detail_and_the_stall() -> None:
    checks = replace(REPORT, checks=(CHECK, UNDECIDED)).undecided_checks()
    reason = Undecided(
        "2026-11-28T12:00:00+00:00", 3, "w", "inconclusive", True, True, 2.5, checks=checks
    )

    assert Undecided.from_dict(json.loads(json.dumps(reason.to_dict()))) == reason
    assert reason.describe().en == (
        "The machine could not decide these checks: “The order”: They came back to front. "
        "(sandbox lost; longest stall: 1.50 s)"
    )
    assert "«El orden»" in reason.to_json("es")["reason"]


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 3"):
        Report.from_dict({**REPORT.to_dict(), "version": 3})


def test_it_is_shown_in_one_language() -> None:
    shown = REPORT.to_json("en", RunState.RUNNING)

    assert (shown["state"], shown["points"], shown["max_points"]) == ("running", 0, 2.5)
    assert shown["checks"][0]["title"] == "The order"


def test_as_text_it_shows_no_control_characters() -> None:
    text = format_report(REPORT, "es")

    assert "gather   0/2,5 puntos" in text
    assert "✗ El orden" in text
    assert "\\x1b[2J" in text
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 88


def test_an_error_common_to_all_checks_is_shown_once() -> None:
    others = replace(CHECK, name="others"), replace(CHECK, name="more")
    secret = replace(SECRET, message=Text("No se muestra.", "Not shown."), output="")

    alike = format_report(replace(REPORT, checks=(CHECK, *others, secret)), "es")
    differ = format_report(replace(REPORT, checks=(CHECK, replace(others[0], line=8))), "es")

    assert alike.count("Llegaron al revés") == 1
    assert alike.index("Llegaron al revés") < alike.index("✗ El orden")
    assert alike.count("No se muestra.") == 1
    assert differ.count("Llegaron al revés") == 2


def test_only_passed_checks_have_points_and_only_decided_runs_are_conclusive() -> None:
    doubt = Report(
        "gather", "", "", "", (CheckResult("a", CHECK.title, Verdict.INCONCLUSIVE, 0, 1),)
    )

    assert not doubt.is_conclusive
    assert REPORT.is_conclusive
    assert not REPORT.all_passed
    assert not Report("gather", "", "", "").all_passed


def test_hints_wait_for_their_attempt() -> None:
    assert [len(CHECK.unlocked(failures).hints) for failures in (0, 1, 2, 3)] == [0, 1, 2, 2]
    assert "Pista: Mira gather." in format_report(REPORT, "es")
    assert "Hint (from failed attempt 2 on): More." in format_report(REPORT, "en")


def test_a_student_sees_of_a_hidden_check_only_whether_it_passed() -> None:
    (shown,) = replace(REPORT, checks=(SECRET,)).for_student().checks

    present = {key for key, value in shown.to_json("en").items() if value}
    assert present == {"name", "title", "verdict", "max_points", "message", "hidden"}
    assert "hidden" in shown.message.en
    assert replace(REPORT, checks=(CHECK,)).for_student() == REPORT
