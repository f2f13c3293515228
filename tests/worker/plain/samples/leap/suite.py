import unittest
import pytest
from leap import leap_year


class LeapTest(unittest.TestCase):
    def test_year_not_divisible_by_4(self):
        self.assertIs(leap_year(2015), False)
    def test_year_divisible_by_400(self):
        """Years divisible by 400 are leap years."""
        self.assertIs(leap_year(2000), True)

@pytest.mark.parametrize("y,want", [(1996, True), (1900, False)])
def test_leap(y, want):
    assert leap_year(y) == want

def test_bad():
    with pytest.raises(ValueError, match="no year"):
        leap_year("x")
