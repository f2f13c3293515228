"""What makes two failures the same mistake."""

from dataclasses import replace

from graders.repeats import name_repeats
from graders.report import NOTHING, CheckResult, Verdict
from graders.text import Text
from server.actions.mistakes import mistake_of


def test_names_and_numbers_make_no_other_mistake() -> None:
    assert mistake_of("`mine` took 3.5 s") == mistake_of("`yours` took 12 s")
    assert mistake_of("“a” is missing") == mistake_of("“b” is missing")
    assert mistake_of("it took 3 s") != mistake_of("it never ended")
    assert mistake_of("`f` raised `KeyError: 1`") == mistake_of("`g` raised `KeyError: 2`")
    assert mistake_of("`f` raised `KeyError: 1`") != mistake_of("`f` raised `OSError: 1`")
    assert mistake_of("uses `while`") != mistake_of("uses `async for`")


def test_a_mistake_that_failed_another_check_before_is_the_same_mistake() -> None:
    message = Text("Falta `await`.", "Is an `await` missing?")
    checks = [
        CheckResult(name, Text.same(f"Says “{name}” once"), verdict, 0, 1, message=message)
        for name, verdict in zip("abc", [Verdict.FAILED] * 2 + [Verdict.NOT_RUN], strict=True)
    ]
    (first, second, _) = name_repeats([*checks[:2], replace(checks[2], message=NOTHING)])

    assert first.message != second.message
    assert mistake_of(first.message.en) == mistake_of(second.message.en)
