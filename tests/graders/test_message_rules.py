"""The rules for messages find what they are for."""

import pytest

from graders.report import CheckResult, Report, Verdict
from graders.text import Text
from tests.graders.message_rules import count_sentences, find_faults, find_unmarked

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("words", "unmarked"),
    [
        ("Usa asyncio.gather(*lista).", ["asyncio.gather(*lista)"]),
        ("Falta await, o async with.", ["await", "async with"]),
        ("salió ValueError", ["ValueError"]),
        ("quita return_exceptions=True", ["return_exceptions=True"]),
        ("cook_it y Cocina (línea 3)", ["cook_it", "Cocina"]),
        ("Ya va marcado: `asyncio.gather()`.", []),
        ("Devolviste ['a_b', 'f(x)'] y «mi_texto».", []),
        ("Python 3.11 o posterior (línea 3 de cocina.py); the check(s).", []),
    ],
)
def test_code_without_marks_is_found(words: str, unmarked: list[str]) -> None:
    assert find_unmarked(words, frozenset({"Cocina"})) == unmarked


@pytest.mark.parametrize(
    ("words", "many"),
    [
        ("Una. Dos. ¿Tres?", 3),
        ("Usa `a. B. C` y 3.5 s; devolvió 'x. Y.'.", 1),
        ("Una:\nEsperan: `f` (línea 3).", 2),
    ],
)
def test_sentences_are_counted_without_what_is_quoted(words: str, many: int) -> None:
    assert count_sentences(words) == many


def test_a_missing_line_and_the_same_words_are_found() -> None:
    same = Text("`f` falló.", "`f` failed.")
    found = {"message": same, "wall_seconds": 0.1}
    checks = [
        CheckResult(name, same, verdict, 0, 1, line=line, **found)
        for name, verdict, line in [
            ("a", Verdict.FAILED, 3),
            ("b", Verdict.CRASHED, None),
            ("c", Verdict.PASSED, None),
        ]
    ]

    faults = find_faults(Report("x", "", "", "", tuple(checks)), {"solution.py": b"f = 1"})

    assert faults == [
        "b has no line: `f` failed.",
        "b (es) says the same as a: `f` falló.",
        "b (en) says the same as a: `f` failed.",
    ]
