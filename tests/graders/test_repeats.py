"""No two failed checks of a run have the same words, but for what stops them all."""

from dataclasses import replace

import pytest

from graders.repeats import name_repeats
from graders.report import CheckResult, Verdict
from graders.text import Text

pytestmark = pytest.mark.unit

FORGOTTEN = Text("Falta `await`.", "An `await` is missing.")


def check(name: str, message: Text = FORGOTTEN, *, is_hidden: bool = False) -> CheckResult:
    title = Text(f"El {name}", f"The {name}")
    return CheckResult(name, title, Verdict.FAILED, 0, 1, message=message, hidden=is_hidden)


OTHER = check("other", Text("Otra cosa", "Something else"))


def messages(*checks: CheckResult) -> list[tuple[str, str]]:
    return [(check.message.es, check.message.en) for check in name_repeats(checks)]


def test_each_repetition_names_the_check_before_it() -> None:
    assert messages(check("a"), OTHER, check("b"), check("c")) == [
        ("Falta `await`.", "An `await` is missing."),
        ("Otra cosa", "Something else"),
        ("Igual que en «El a»: falta `await`.", "As in “The a”: an `await` is missing."),
        ("Igual que en «El b»: falta `await`.", "As in “The b”: an `await` is missing."),
    ]


def test_what_every_check_fails_by_stays_as_it_is_to_be_shown_once() -> None:
    checks = (check("a"), check("b"))

    assert name_repeats(checks) == checks


def test_no_check_that_students_see_names_a_hidden_one() -> None:
    hidden, seen = name_repeats((check("a", is_hidden=True), check("b"), OTHER))[:2]

    assert seen.message == FORGOTTEN
    assert hidden.message.en == "As in “The b”: an `await` is missing."


def test_what_was_passed_or_not_run_names_nothing() -> None:
    passed = replace(check("b"), verdict=Verdict.PASSED)
    not_run = replace(check("c"), verdict=Verdict.NOT_RUN)

    assert name_repeats((check("a"), passed, not_run, OTHER))[1:3] == (passed, not_run)


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("`f` falló.", "`f` falló."),
        ("Python no lo sabe.", "Python no lo sabe."),
        ("FastAPI no lo sabe.", "FastAPI no lo sabe."),
        ("Tarea 1 falló.", "Tarea 1 falló."),
        ("¿Falta algo?", "¿Falta algo?"),
    ],
)
def test_names_keep_their_capital(message: str, shown: str) -> None:
    repeated = Text.same(message)

    assert messages(check("a", repeated), OTHER, check("b", repeated))[2][0] == (
        f"Igual que en «El a»: {shown}"
    )
