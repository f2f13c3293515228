"""The curriculum: levels in order, and each exercise after its prerequisites."""

from dataclasses import replace

import pytest

from graders.catalogue.curriculum import find_bad_prerequisites, in_curriculum_order
from graders.catalogue.exercises import Catalogue
from graders.catalogue.manifest import Exercise


def _exercise(slug: str, level: int, section: str, *prerequisites: str) -> Exercise:
    any_one = next(iter(Catalogue.read().values()))
    return replace(
        any_one, slug=slug, level=level, section=section, prerequisites=tuple(prerequisites)
    )


def test_levels_come_in_order_and_prerequisites_first() -> None:
    exercises = [
        _exercise("apart", 0, "1"),
        _exercise("tenth", 2, "10"),
        _exercise("beyond", 2, "+"),
        _exercise("ninth", 2, "9"),
        _exercise("waiter", 1, "1", "coroutines"),
        _exercise("coroutines", 1, "3"),
        _exercise("loop", 1, "2", "waiter", "nowhere", "tenth"),
    ]

    ordered = [exercise.slug for exercise in in_curriculum_order(exercises)]

    assert ordered == ["coroutines", "waiter", "loop", "ninth", "tenth", "beyond", "apart"]


def test_a_cycle_of_prerequisites_is_ordered_and_reported() -> None:
    circle = [_exercise("b", 1, "1", "a"), _exercise("a", 1, "1", "b"), _exercise("c", 1, "1", "a")]

    assert [exercise.slug for exercise in in_curriculum_order(circle)] == ["a", "b", "c"]
    assert [find_bad_prerequisites(exercise, circle) for exercise in circle] == [["a"], ["b"], []]


@pytest.mark.parametrize("exercise", Catalogue.read().values(), ids=lambda exercise: exercise.slug)
def test_prerequisites_of_our_exercises_exist_and_come_before(exercise: Exercise) -> None:
    ours = Catalogue.read()

    assert find_bad_prerequisites(exercise, list(ours.values())) == []
    assert exercise.level > 0
    assert exercise.minutes > 0
    for slug in exercise.prerequisites:
        assert list(ours).index(slug) < list(ours).index(exercise.slug)


def test_the_curriculum_takes_about_four_hours() -> None:
    assert 200 <= sum(exercise.minutes for exercise in Catalogue.read().values()) <= 270
