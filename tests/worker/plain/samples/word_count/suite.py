import unittest
from collections import Counter, defaultdict

from word_count import Words, count_words, group


class WordCountTest(unittest.TestCase):
    def test_count(self):
        self.assertEqual(count_words("go Go GO Stop stop"), {"go": 3, "stop": 2})
        self.assertIsInstance(count_words("a"), Counter)
        self.assertEqual(count_words("a a b").most_common(1), [("a", 2)])

    def test_group(self):
        groups = group(["apple", "avocado", "banana"])
        self.assertIsInstance(groups, defaultdict)
        self.assertEqual(groups["a"], ["apple", "avocado"])
        self.assertEqual(groups["zzz"], [])

    def test_subclass_of_a_list(self):
        words = Words(["b", "a"])
        self.assertEqual(words, ["b", "a"])
        words.put("c")
        self.assertEqual(len(words), 3)
        self.assertEqual(words[-1], "c")
        words.append("d")
        self.assertEqual(words.joined(), "b a c d")

    def test_items(self):
        self.assertCountEqual(count_words("x y").items(), [("x", 1), ("y", 1)])
        self.assertEqual(count_words("x y").keys(), {"x", "y"})
