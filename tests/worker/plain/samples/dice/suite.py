import random
from unittest.mock import patch

import dice


def test_a_seed_makes_rolls_the_same():
    random.seed(7)
    first = [dice.roll() for _ in range(20)]
    random.seed(7)
    assert [dice.roll() for _ in range(20)] == first
    assert set(first) <= {1, 2, 3, 4, 5, 6}


def test_a_patched_random():
    with patch("random.randint", return_value=6):
        assert dice.pair() == (6, 6)


def test_a_patched_function_of_the_module():
    with patch("dice.roll", side_effect=[2, 5]) as fake:
        assert dice.pair() == (2, 5)
    assert fake.call_count == 2
    assert 2 <= sum(dice.pair()) <= 12


def test_a_patched_name_of_the_module(monkeypatch):
    monkeypatch.setattr(dice, "SIDES", 1)
    assert dice.pair() == (1, 1)
    monkeypatch.undo()
    assert dice.SIDES == 6


def test_a_patched_sleep():
    with patch("time.sleep") as sleep:
        dice.slow_roll()
    sleep.assert_called_once_with(30)
