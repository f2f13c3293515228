import inspect
import itertools
import types

from generators_task import countdown, fibonacci, running_mean


def test_fibonacci_is_endless():
    assert list(itertools.islice(fibonacci(), 8)) == [0, 1, 1, 2, 3, 5, 8, 13]


def test_it_is_a_generator():
    numbers = countdown(3)
    assert isinstance(numbers, types.GeneratorType)
    assert inspect.isgenerator(numbers)
    assert next(numbers) == 3
    assert list(numbers) == [2, 1]
    assert next(numbers, "over") == "over"


def test_values_are_sent_to_it():
    mean = running_mean()
    next(mean)
    assert mean.send(10) == 10
    assert mean.send(20) == 15
    mean.close()


def test_sorted_and_sum():
    assert sorted(countdown(4)) == [1, 2, 3, 4]
    assert sum(countdown(4)) == 10
