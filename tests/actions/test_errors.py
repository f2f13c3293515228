"""Refusals: told apart, explained, and in both languages."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from graders.catalogue.files import FileRefused
from graders.text import Text
from server import errors
from server.i18n import gettext_for

_MORNING = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
REFUSALS = errors.every_refusal()


def test_every_refusal_has_its_own_slug() -> None:
    assert [slug for slug, n in Counter(kind.slug for kind in REFUSALS).items() if n > 1] == []


@pytest.mark.parametrize("kind", REFUSALS, ids=lambda kind: kind.slug)
def test_every_refusal_is_explained_and_has_its_spanish(kind: type[errors.DomainError]) -> None:
    assert kind.__doc__
    assert 400 <= kind.status <= 503
    assert gettext_for("es")(kind.title) != kind.title


@pytest.mark.parametrize(
    "refusal",
    [
        errors.AttemptsExhausted(3),
        errors.NotOpenYet(_MORNING, "Europe/Madrid"),
        errors.Closed(_MORNING, "Europe/Madrid"),
        errors.TooSoon(_MORNING, "Europe/Madrid", _MORNING),
        errors.DailyAttemptsUsed(2, _MORNING, "Europe/Madrid", _MORNING),
        errors.InvalidTerms([errors.Problem("weight", "A weight is from 0 to {most}.", most=3)]),
        errors.UnknownExercise("gather"),
        errors.UnknownExercise("gather", ["timeout"]),
        errors.UnknownCourse("x"),
        errors.AmbiguousCourse("gather", ["a", "b"]),
        errors.InvalidText(40),
        errors.InvalidSlug(),
        errors.WeakPassword(8, 256),
        errors.InvalidIdempotencyKey(),
        errors.TooManyRequests(5),
    ],
    ids=lambda refusal: refusal.slug,
)
def test_every_detail_exists_in_both_languages(refusal: errors.DomainError) -> None:
    english, spanish = [refusal.format_detail(gettext_for(code), code) for code in ("en", "es")]

    assert english == str(refusal)
    assert english != spanish
    assert "{" not in english + spanish


@pytest.mark.parametrize(("too_large", "status"), [(False, 422), (True, 413)])
def test_a_refused_file_keeps_its_title_and_detail(too_large: bool, status: int) -> None:
    refused = FileRefused("nul", Text("tí", "ti"), Text("de {x}", "dee {x}"), too_large=too_large)

    refusal = errors.to_refusal(refused)

    assert (refusal.status, refusal.reason) == (status, "nul")
    assert refusal.format_title(gettext_for("es"), "es") == "tí"
    assert refusal.format_detail(gettext_for("en"), "en") == str(refusal) == "dee {x}"
