import operator
import unittest

from list_ops import append, concat, filter_list, foldl, length, map_list, reverse


class ListOpsTest(unittest.TestCase):
    def test_append_and_concat(self):
        self.assertEqual(append([1, 2], [2, 3]), [1, 2, 2, 3])
        self.assertEqual(concat([[1], [2], [3, [4]]]), [1, 2, 3, [4]])

    def test_filter_with_a_callback(self):
        self.assertEqual(filter_list(lambda n: n % 2 == 1, [1, 2, 3, 5]), [1, 3, 5])

    def test_length(self):
        self.assertEqual(length([1, 2, 3, 4]), 4)

    def test_map(self):
        seen = []

        def double(n):
            seen.append(n)
            return 2 * n

        self.assertEqual(map_list(double, [1, 3]), [2, 6])
        self.assertEqual(seen, [1, 3])

    def test_fold(self):
        self.assertEqual(foldl(operator.add, [1, 2, 3, 4], 5), 15)
        self.assertEqual(foldl(lambda acc, el: el / acc, [1, 2, 3, 4], 24), 64)

    def test_reverse_in_place_returns_the_same_list(self):
        numbers = [1, 3, 5]
        self.assertIs(reverse(numbers), numbers)
        self.assertEqual(numbers, [5, 3, 1])

    def test_an_error_of_the_callback_comes_back(self):
        class Mine(Exception):
            pass

        def fail(n):
            raise Mine(n)

        with self.assertRaises(Mine) as caught:
            map_list(fail, [7])
        self.assertEqual(caught.exception.args, (7,))
