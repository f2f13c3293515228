import unittest

from clock import Clock


class ClockTest(unittest.TestCase):
    def test_on_the_hour(self):
        self.assertEqual(str(Clock(8, 0)), "08:00")

    def test_rolls_over(self):
        self.assertEqual(repr(Clock(25, 160)), "Clock(3, 40)")

    def test_add_and_subtract(self):
        self.assertEqual(str(Clock(10, 0) + 3), "10:03")
        self.assertEqual(str(Clock(10, 3) - 4), "09:59")

    def test_equal(self):
        self.assertEqual(Clock(15, 37), Clock(15, 37))
        self.assertEqual(Clock(-54, -11513), Clock(18, 7))
        self.assertNotEqual(Clock(15, 36), Clock(15, 37))

    def test_order_and_hash(self):
        self.assertLess(Clock(1, 0), Clock(2, 0))
        self.assertEqual(sorted([Clock(2, 0), Clock(1, 0)])[0], Clock(1, 0))
        self.assertEqual(len({Clock(1, 0), Clock(1, 0), Clock(2, 0)}), 2)
