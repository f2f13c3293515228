"""What holds for the grade of a course, whatever the marks."""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.course_grade import CourseGrade, Mark, sum_up

SHARES = st.integers(0, 100).map(lambda percent: percent / 100)
WEIGHTS = st.sampled_from([0.0, 0.5, 1.0, 1.0, 2.0, 10.0])


@st.composite
def marks(draw: st.DrawFn, *, style: bool = True, least: int = 0) -> list[Mark]:
    """Draw the marks of one student, of different exercises."""
    count = draw(st.integers(least, 8))
    return [
        Mark(
            exercise=f"exercise-{number}",
            weight=draw(WEIGHTS),
            share=draw(st.none() | SHARES),
            by_hand=draw(st.none() | SHARES),
            style=draw(st.sampled_from([0.0, 0.0, 0.25, 1.0])) if style else 0.0,
        )
        for number in range(count)
    ]


def grade_of(given: list[Mark], drops: int = 0) -> float:
    return sum_up(given, drop_lowest=drops).grade or 0.0


@given(marks(), st.integers(0, 9), st.randoms())
def test_the_order_does_not_matter(given: list[Mark], drops: int, random) -> None:
    shuffled = random.sample(given, len(given))

    one, other = sum_up(given, drop_lowest=drops), sum_up(shuffled, drop_lowest=drops)

    assert one.grade == other.grade
    assert set(one.dropped) == set(other.dropped)


@given(marks(), st.integers(0, 9))
def test_no_grade_is_above_the_maximum_or_below_nothing(given: list[Mark], drops: int) -> None:
    assert 0 <= grade_of(given, drops) <= 10


@given(marks(style=False), st.integers(0, 9))
def test_without_points_for_style_no_exercise_is_above_its_maximum(
    given: list[Mark], drops: int
) -> None:
    assert all(mark.final_share <= 1 for mark in given)
    assert sum_up(given, drop_lowest=drops).uncapped <= 10


@given(marks(), st.integers(0, 8))
def test_leaving_out_one_more_never_lowers(given: list[Mark], drops: int) -> None:
    assert grade_of(given, drops) <= grade_of(given, drops + 1)


@given(marks(least=1), st.integers(0, 9), st.data())
def test_a_higher_grade_never_lowers_the_sum(
    given: list[Mark], drops: int, data: st.DataObject
) -> None:
    """So an extension does not, nor a lower penalty: they only raise what an exercise is worth."""
    place = data.draw(st.integers(0, len(given) - 1))
    mark = given[place]
    higher = replace(mark, share=max(mark.share or 0, data.draw(SHARES)))
    raised = [*given[:place], higher, *given[place + 1 :]]

    assert grade_of(given, drops) <= grade_of(raised, drops)


@given(marks(least=1), st.integers(0, 4))
def test_no_other_choice_of_what_is_left_out_gives_more(given: list[Mark], drops: int) -> None:
    counting = [mark for mark in given if mark.weight]
    if not counting:
        assert sum_up(given, drop_lowest=drops).grade is None
        return
    keep = len(counting) - min(drops, len(counting) - 1)

    best = max(sum_up(chosen).uncapped for chosen in combinations(counting, keep))

    assert sum_up(given, drop_lowest=drops).uncapped == best


@given(marks(least=1), st.integers(0, 4))
def test_the_parts_add_up_to_the_sum(given: list[Mark], drops: int) -> None:
    found = sum_up(given, drop_lowest=drops)

    assert sum(found.part_of(mark) for mark in given) == pytest.approx(found.uncapped, abs=1e-6)
    assert all(found.part_of(mark) == 0 for mark in found.dropped)


def test_an_exercise_without_a_grade_counts_as_nothing() -> None:
    assert grade_of([Mark("a", share=1.0), Mark("b")]) == 5


def test_weights_are_shares_of_their_sum() -> None:
    assert grade_of([Mark("a", 3, share=1.0), Mark("b", 1, share=0.0)]) == 7.5


def test_what_was_set_by_hand_replaces_and_style_is_added() -> None:
    assert grade_of([Mark("a", share=0.2, by_hand=0.5)]) == 5
    assert grade_of([Mark("a", share=0.2, style=0.1)]) == pytest.approx(3)
    assert grade_of([Mark("a", share=1.0, style=0.5), Mark("b", share=0.5)]) == 10


def test_with_equal_weights_the_lowest_are_left_out() -> None:
    found: CourseGrade = sum_up(
        [Mark("a", share=0.5), Mark("b", share=1.0), Mark("c", share=0.2)], drop_lowest=1
    )

    assert [mark.exercise for mark in found.dropped] == ["c"]
    assert found.grade == 7.5


def test_one_exercise_is_always_kept() -> None:
    assert grade_of([Mark("a", share=0.4)], 3) == 4
