import unittest

from custom_set import CustomSet


class CustomSetTest(unittest.TestCase):
    def test_empty(self):
        self.assertIs(CustomSet().isempty(), True)
        self.assertIs(CustomSet([1]).isempty(), False)

    def test_contains(self):
        self.assertIs(1 in CustomSet([1, 2, 3]), True)
        self.assertIs(4 in CustomSet([1, 2, 3]), False)
        self.assertIn(2, CustomSet([2]))

    def test_subset_and_disjoint(self):
        self.assertIs(CustomSet([1]).issubset(CustomSet([1, 2])), True)
        self.assertIs(CustomSet([1]).isdisjoint(CustomSet([2])), True)

    def test_equal(self):
        self.assertEqual(CustomSet([1, 2]), CustomSet([2, 1]))
        self.assertNotEqual(CustomSet([1, 2, 3]), CustomSet([1, 2, 4]))

    def test_operators(self):
        one, other = CustomSet([1, 2, 3]), CustomSet([3, 4])
        self.assertEqual(one + other, CustomSet([1, 2, 3, 4]))
        self.assertEqual(one - other, CustomSet([1, 2]))
        self.assertEqual(one.intersection(other), CustomSet([3]))

    def test_add_returns_nothing(self):
        mine = CustomSet([1])
        self.assertIsNone(mine.add(2))
        self.assertEqual(mine, CustomSet([1, 2]))
