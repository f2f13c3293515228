import unittest

from simple_linked_list import EmptyListException, LinkedList


class SimpleLinkedListTest(unittest.TestCase):
    def test_empty_list_has_len_zero(self):
        self.assertEqual(len(LinkedList()), 0)

    def test_non_empty_list_has_correct_len(self):
        self.assertEqual(len(LinkedList([3, 4, 5])), 3)

    def test_empty_list_has_no_head(self):
        with self.assertRaises(EmptyListException) as err:
            LinkedList().head()
        self.assertEqual(type(err.exception), EmptyListException)
        self.assertEqual(err.exception.args[0], "The list is empty.")

    def test_head_node_and_next(self):
        sut = LinkedList([1, 2])
        self.assertEqual(sut.head().value(), 2)
        self.assertEqual(sut.head().next().value(), 1)
        self.assertIsNone(sut.head().next().next())

    def test_push_pop_and_iterate(self):
        sut = LinkedList()
        for number in range(5):
            sut.push(number)
        self.assertEqual(sut.pop(), 4)
        self.assertEqual(list(sut), [3, 2, 1, 0])
        self.assertEqual([*sut.reversed()], [0, 1, 2, 3])

    def test_built_in_sum(self):
        self.assertEqual(sum(LinkedList([1, 2, 3])), 6)
