from fractions import Fraction
from functools import total_ordering
from math import gcd


@total_ordering
class Rational:
    def __init__(self, numerator, denominator):
        common = gcd(numerator, denominator)
        self.a, self.b = numerator // common, denominator // common

    def _of(self, other):
        return other if isinstance(other, Rational) else Rational(other, 1)

    def __eq__(self, other):
        other = self._of(other)
        return (self.a, self.b) == (other.a, other.b)

    def __lt__(self, other):
        other = self._of(other)
        return self.a * other.b < other.a * self.b

    def __add__(self, other):
        return Rational(self.a * other.b + other.a * self.b, self.b * other.b)

    def __mul__(self, other):
        other = self._of(other)
        return Rational(self.a * other.a, self.b * other.b)

    __rmul__ = __mul__

    def __neg__(self):
        return Rational(-self.a, self.b)

    def __abs__(self):
        return Rational(abs(self.a), self.b)

    def __float__(self):
        return self.a / self.b

    def __int__(self):
        return self.a // self.b

    def __rpow__(self, base):
        return base ** float(self)

    def __bool__(self):
        return self.a != 0

    def __str__(self):
        return f"{self.a}/{self.b}"

    def as_fraction(self):
        return Fraction(self.a, self.b)
