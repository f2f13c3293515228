import unittest
from functools import partial

from react import ComputeCell, InputCell


class ReactTest(unittest.TestCase):
    def test_input_cells_have_a_value(self):
        self.assertEqual(InputCell(10).value, 10)

    def test_compute_cells_follow(self):
        one = InputCell(1)
        two = ComputeCell([one], lambda inputs: inputs[0] + 1)
        self.assertEqual(two.value, 2)
        one.value = 4
        self.assertEqual(two.value, 5)

    def test_callbacks_fire_and_can_be_removed(self):
        one = InputCell(1)
        out = ComputeCell([one], lambda inputs: inputs[0] + 1)
        seen = []
        callback = self.callback_factory(seen)
        out.add_callback(callback)
        one.value = 3
        self.assertEqual(seen[-1], 4)
        out.remove_callback(callback)
        out.remove_callback(callback)
        one.value = 8
        self.assertEqual(len(seen), 1)

    def callback_factory(self, observer):
        def callback(observer, value):
            observer.append(value)

        return partial(callback, observer)
