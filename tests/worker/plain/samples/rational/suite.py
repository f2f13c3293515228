from fractions import Fraction

import pytest

from rational import Rational


def test_arithmetic():
    assert Rational(1, 2) + Rational(2, 3) == Rational(7, 6)
    assert Rational(1, 2) * 2 == Rational(1, 1)
    assert 2 * Rational(1, 2) == Rational(1, 1)
    assert -Rational(1, 2) == Rational(-1, 2)
    assert abs(Rational(-1, 2)) == Rational(1, 2)


def test_plain_numbers():
    assert Rational(4, 2) == 2
    assert float(Rational(1, 4)) == 0.25
    assert int(Rational(7, 2)) == 3
    assert Rational(1, 4) < 1
    assert 8 ** Rational(1, 3) == pytest.approx(2)


def test_text_and_fraction():
    assert f"{Rational(1, 2)}" == "1/2"
    assert Rational(3, 6).as_fraction() == Fraction(1, 2)
    assert divmod(7, 2) == (3, 1)
    assert bool(Rational(0, 1)) is False
