"""What a submission is worth by the terms: properties that hold for any class, and examples."""

from datetime import timedelta
from itertools import product
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import given as given_any
from hypothesis import strategies as st

from server.late_days import Work, grades_of
from server.models import LatePolicy
from server.terms import Attempt, AttemptsUsed, LateStep, Terms, best_of
from tests.fixtures.builders import NOON

HOUR = timedelta(hours=1)
# No limit on time: a busy machine proves nothing.
_settings = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow], database=None
)
_moments = st.integers(-48, 120).map(lambda hours: NOON + hours * HOUR)
_percent = st.integers(0, 120).map(float)
_steps = st.lists(st.tuples(st.integers(0, 96), st.integers(0, 100)), max_size=3).map(
    lambda steps: tuple(LateStep(float(hours), float(lost)) for hours, lost in sorted(steps))
)
_terms = st.builds(
    Terms,
    due_at=st.none() | _moments,
    late_policy=st.sampled_from(LatePolicy),
    percent_per_day=_percent,
    late_steps=_steps,
    grace=st.integers(0, 90).map(lambda minutes: timedelta(minutes=minutes)),
    weight=st.sampled_from((0.0, 0.5, 1.0, 3.0)),
)
_attempts = st.lists(st.tuples(st.integers(0, 10), _moments), min_size=1, max_size=4).map(
    lambda made: [
        Attempt(UUID(int=number), float(points), 10.0, at, number)
        for number, (points, at) in enumerate(made, 1)
    ]
)
_works = st.dictionaries(
    st.integers(1, 9).map(lambda number: UUID(int=number)),
    st.builds(Work, _terms, _attempts),
    min_size=1,
    max_size=4,
)
_late_days = st.integers(0, 4)


def _sum(works: dict[UUID, Work], late_days: int) -> float:
    """Return what counts in the course: the shares of the assignments by their weight."""
    graded = grades_of(works, late_days)
    return sum(works[id_].terms.weight * one.grade / 10 for id_, one in graded.items())


def _extended(work: Work, hours: int) -> Work:
    terms, due_at = work.terms, work.terms.due_at
    if due_at is None:
        return work
    values = {name: getattr(terms, name) for name in Terms.__slots__}
    return Work(Terms(**{**values, "due_at": due_at + hours * HOUR}), work.attempts)


def for_any(*strategies):
    return lambda test: _settings(given_any(*strategies)(test))


@for_any(_works, _late_days, st.randoms())
def test_the_order_of_events_does_not_matter(works, late_days, rng) -> None:
    shuffled = list(works.items())
    rng.shuffle(shuffled)
    other = {
        id_: Work(work.terms, rng.sample(work.attempts, len(work.attempts)))
        for id_, work in shuffled
    }

    assert grades_of(works, late_days) == grades_of(other, late_days)


@for_any(_works, _late_days)
def test_no_grade_is_below_zero_above_the_points_or_above_the_maximum(works, late_days) -> None:
    for graded in grades_of(works, late_days).values():
        assert 0 <= graded.grade <= graded.attempt.points <= graded.attempt.max_points


@for_any(_terms, _attempts, _late_days, st.integers(0, 100))
def test_an_extension_never_lowers_a_grade(terms, attempts, late_days, hours) -> None:
    work = Work(terms, attempts)

    assert best_of(*_extended(work, hours), late_days).grade >= best_of(*work, late_days).grade


@for_any(_works, _late_days, st.integers(0, 100), st.data())
def test_an_extension_never_lowers_the_sum_even_where_late_days_move(
    works, late_days, hours, data
) -> None:
    whose = data.draw(st.sampled_from(sorted(works)))
    extended = {**works, whose: _extended(works[whose], hours)}

    assert _sum(extended, late_days) >= _sum(works, late_days) - 1e-6


@for_any(_works, _late_days)
def test_more_late_days_never_lower_the_sum(works, late_days) -> None:
    assert _sum(works, late_days + 1) >= _sum(works, late_days) - 1e-6


@for_any(_works, _late_days)
def test_a_late_day_is_never_spent_where_it_gains_nothing(works, late_days) -> None:
    graded = grades_of(works, late_days)

    assert sum(one.late_days for one in graded.values()) <= late_days
    for id_, one in graded.items():
        if one.late_days:
            assert one.grade > best_of(*works[id_], late_days=one.late_days - 1).grade


@for_any(_works, st.integers(0, 2))
def test_late_days_are_spent_where_they_gain_the_most(works, late_days) -> None:
    """Compare with every way of spending them."""
    worth = {
        id_: [
            work.terms.weight * best_of(*work, late_days=days).grade / 10
            for days in range(late_days + 1)
        ]
        for id_, work in works.items()
    }
    most = max(
        sum(worth[id_][days] for id_, days in zip(works, spent, strict=True))
        for spent in product(range(late_days + 1), repeat=len(works))
        if sum(spent) <= late_days
    )

    assert abs(_sum(works, late_days) - most) < 1e-6


@for_any(_terms, _moments, st.integers(0, 50), _late_days)
def test_a_later_submission_is_never_worth_more(terms, at, hours, late_days) -> None:
    earlier, later = (terms.late_factor(moment, late_days) for moment in (at, at + hours * HOUR))

    assert 0 <= later <= earlier <= 1


def _factors(terms: Terms, *late: timedelta) -> list[float]:
    return [round(terms.late_factor(NOON + one), 6) for one in late]


SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


def test_a_percent_is_lost_for_each_day_begun() -> None:
    terms = Terms(due_at=NOON, late_policy=LatePolicy.PERCENT, percent_per_day=10)

    late = (-SECOND, 0 * SECOND, SECOND, DAY - SECOND, DAY, 3 * DAY - SECOND, 20 * DAY)
    assert _factors(terms, *late) == [1, 0.9, 0.9, 0.9, 0.8, 0.7, 0]


def test_the_grace_minutes_cost_nothing_and_days_begin_after_them() -> None:
    grace = timedelta(minutes=15)
    terms = Terms(due_at=NOON, late_policy=LatePolicy.PERCENT, percent_per_day=10, grace=grace)

    assert _factors(terms, grace - SECOND, grace, DAY, DAY + grace) == [1, 0.9, 0.9, 0.8]


def test_the_last_step_reached_says_what_is_lost() -> None:
    steps = (LateStep(0, 5), LateStep(24, 50))
    terms = Terms(due_at=NOON, late_policy=LatePolicy.STEPS, late_steps=steps)

    assert _factors(terms, -SECOND, SECOND, DAY - SECOND, DAY, 9 * DAY) == [1, 0.95, 0.95, 0.5, 0.5]


def test_without_a_late_policy_a_late_submission_is_worth_nothing() -> None:
    assert _factors(Terms(due_at=NOON), -SECOND, 0 * SECOND) == [1, 0]
    assert _factors(Terms(), 99 * DAY) == [1]


def _late(days: float, points: float = 10, number: int = 1) -> Attempt:
    return Attempt(UUID(int=number), points, 10, NOON + days * DAY, number)


def test_the_attempt_with_the_highest_grade_counts_not_the_one_with_the_most_points() -> None:
    terms = Terms(due_at=NOON, late_policy=LatePolicy.PERCENT, percent_per_day=10)

    best = best_of(terms, [_late(-1, 8), _late(2.5, 10, number=2)])
    assert (best.attempt.number, best.grade) == (1, 8)
    assert best_of(terms, [_late(-1, 8), _late(0.5, 10, number=2)]).grade == 9


def test_of_equal_grades_the_earliest_attempt_counts() -> None:
    best = best_of(Terms(), [_late(1, number=2), _late(0, number=1), _late(2, number=3)])

    assert best.attempt.number == 1


def test_with_one_day_for_two_assignments_more_time_in_one_may_move_it() -> None:
    """The reason why an extension promises the sum, and not each grade."""
    one, two = UUID(int=1), UUID(int=2)
    flat = Terms(due_at=NOON, late_policy=LatePolicy.STEPS, late_steps=(LateStep(0, 50),))
    daily = Terms(due_at=NOON, late_policy=LatePolicy.PERCENT, percent_per_day=10)
    works = {one: Work(flat, [_late(1.5)]), two: Work(daily, [_late(0.5)])}

    before = grades_of(works, 1)
    works[one] = _extended(works[one], 24)
    after = grades_of(works, 1)
    assert [before[id_].grade for id_ in (one, two)] == [5, 10]
    assert [after[id_].grade for id_ in (one, two)] == [10, 9]


def test_nothing_is_spent_on_what_does_not_count() -> None:
    terms = Terms(due_at=NOON, late_policy=LatePolicy.PERCENT, percent_per_day=50, weight=0)
    graded = grades_of({UUID(int=1): Work(terms, [_late(0.5)])}, 3)

    assert [one.late_days for one in graded.values()] == [0]


def test_what_loses_everything_is_practice_unless_late_days_may_save_it() -> None:
    steps = Terms(due_at=NOON, late_policy=LatePolicy.STEPS, late_steps=(LateStep(0, 100),))
    daily = Terms(due_at=NOON, late_policy=LatePolicy.PERCENT, percent_per_day=50)
    closes = Terms(due_at=NOON, closes_at=NOON)

    def practice(terms: Terms, days: float, late_days: int = 0) -> bool:
        return terms.is_practice(NOON + days * DAY, late_days)

    assert [practice(steps, days) for days in (-1, 0, 9)] == [False, True, True]
    assert [practice(daily, days) for days in (0.5, 1.5)] == [False, True]
    assert [practice(steps, 1.5, late_days) for late_days in (1, 2)] == [True, False]
    assert not practice(closes, 1)


def test_practice_uses_no_attempt_and_keeps_the_pause() -> None:
    terms = Terms(
        due_at=NOON,
        late_policy=LatePolicy.STEPS,
        late_steps=(LateStep(0, 100),),
        max_attempts=1,
        cooldown=2 * HOUR,
    )
    before, after = NOON - HOUR, NOON + HOUR

    in_time = AttemptsUsed.of(terms, [before], "UTC", before)
    practice = AttemptsUsed.of(terms, [before], "UTC", after - timedelta(minutes=1))

    assert (in_time.left, practice.left) == (0, None)
    assert practice.pause_until == NOON + HOUR
