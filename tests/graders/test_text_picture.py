"""The picture of a failed check in a terminal."""

from dataclasses import replace

from graders.picture import Activity, Expected, ExpectedOrder, Order, Picture, Span
from graders.report import CheckResult, Event, Report, Verdict
from graders.text import Text
from graders.text_picture import MOST_CALLS, WIDTH
from graders.text_report import format_report

LOOP = (
    Span(0.0, 0.1, Activity.WORKING),
    Span(0.1, 0.6, Activity.BLOCKED, 7),
    Span(0.6, 0.9, Activity.WAITING),
    Span(0.9, 1.0, Activity.BUSY, 9),
)
EVENTS = (
    Event(0.6, "tarea", 1, "asked", "'a'"),
    Event(0.7, "tarea", 2, "asked", "'b'"),
    Event(0.9, "tarea", 1, "answered"),
    Event(1.0, "tarea", 2, "cancelled"),
)
FAILED_CALLS = (
    Event(0.6, "tarea", 1, "asked", "'a'"),
    Event(0.7, "tarea", 2, "asked", "'b'"),
    Event(0.9, "tarea", 1, "failed"),
)
CHECK = CheckResult(
    name="blocks",
    title=Text("Bloquea", "Blocks"),
    verdict=Verdict.FAILED,
    points=0,
    max_points=1,
    wall_seconds=1.0,
    evidence=EVENTS,
    picture=Picture(LOOP, (Expected("tarea", Order.TOGETHER, 3, 2),)),
)


def text_of(check: CheckResult, language: str = "en") -> str:
    return format_report(Report("gather", "a" * 64, "b" * 64, "w", (check,)), language)


def test_the_loop_and_each_call_are_bars_on_one_axis() -> None:
    lines = text_of(CHECK).splitlines()

    loop, first, second = (
        next(line for line in lines if line.strip().startswith(name))
        for name in ("event loop", "tarea 1", "tarea 2")
    )
    assert loop.index("█") < loop.index("·") == first.index("[") < second.index("[")
    assert first.rstrip()[-1] == "]"
    assert second.rstrip()[-1] == "x"
    assert loop[loop.index("█") : loop.index("·")] == "█" * 29
    assert lines[lines.index(second) + 1].split() == ["0", "1000", "ms"]


def test_text_names_the_block_with_its_line_and_what_was_expected() -> None:
    english, spanish = text_of(CHECK), text_of(CHECK, "es")

    assert "event loop: BLOCKED for 500 ms, line 7" in english
    assert "line 9" not in english
    assert "Expected: 3 calls of tarea at the same time; there were 2 at most." in english
    assert "event loop: BLOQUEADO 500 ms, línea 7" in spanish


def test_text_lists_the_expected_order_and_the_one_that_came() -> None:
    many = [f"plato número {number}" for number in range(9)]
    order = ExpectedOrder.of(many, [many[0], *many[:0:-1]])
    check = replace(CHECK, picture=Picture(order=order))

    english, spanish = text_of(check), text_of(check, "es")

    assert "From position 2 on the order is not the expected one." in english
    assert "Expected, in this order: plato número 0 → plato número 1 →" in english
    assert "Lo que hubo: plato número 0 → plato número 8 →" in spanish
    assert max(map(len, spanish.splitlines())) <= WIDTH
    kept = replace(CHECK, picture=Picture(order=ExpectedOrder.of(many, many)))
    assert "plato" not in text_of(kept)


def test_one_legend_explains_the_pictures_of_all_checks() -> None:
    stuck = (Span(0.0, 0.5, Activity.TIMER), Span(0.5, 0.6, Activity.STUCK))
    other = replace(CHECK, name="stuck", picture=Picture(stuck), evidence=EVENTS[:3])
    passed = replace(CHECK, name="passed", verdict=Verdict.PASSED, evidence=FAILED_CALLS)
    report = Report("gather", "a" * 64, "b" * 64, "w", (CHECK, other, passed))

    lines = format_report(report, "es").splitlines()

    assert lines[-4:] == [
        "",
        "El event loop:  ▪ trabajando  · esperando respuesta  z dormido en un temporizador",
        "█ BLOQUEADO  × parado para siempre",
        "Las llamadas:  ] respondida  x cancelada  … sin respuesta",
    ]
    assert sum("BLOQUEADO" in line for line in lines) == 2
    assert max(map(len, lines)) <= WIDTH


def test_what_nothing_can_wake_stays_so_to_the_end() -> None:
    spans = (Span(0.0, 0.5, Activity.WORKING), Span(0.5, 0.6, Activity.STUCK))

    text = text_of(replace(CHECK, picture=Picture(spans)))

    loop = next(line for line in text.splitlines() if line.strip().startswith("event loop"))
    assert loop.rstrip().endswith("▪" * 29 + "×" * 29)


def test_no_picture_is_drawn_of_one_call_or_under_a_pass() -> None:
    one = replace(CHECK, evidence=EVENTS[:1], picture=None)

    assert "tarea 1" not in text_of(one)
    assert "event loop" not in text_of(replace(CHECK, verdict=Verdict.PASSED))


def test_many_calls_are_counted_and_no_line_is_too_wide() -> None:
    many = tuple(
        Event(0.01 * n, "a_very_long_name_of_a_service_indeed", n, "asked") for n in range(60)
    )

    lines = text_of(replace(CHECK, evidence=many)).splitlines()

    assert sum("a_very_long" in line for line in lines) == MOST_CALLS
    assert any(f"and {60 - MOST_CALLS} more calls" in line for line in lines)
    assert max(map(len, lines)) <= WIDTH
