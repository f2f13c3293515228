import inspect
import runpy
import subprocess
import sys
import unittest

import tree_script


class ScriptTest(unittest.TestCase):
    def test_run_as_a_program(self):
        done = subprocess.run(
            [sys.executable, "tree_script.py", "3"], capture_output=True, text=True, input="x\n"
        )
        self.assertEqual(done.stdout, "x\nxx\nxxx\n")
        self.assertEqual(done.returncode, 0)

    def test_it_is_recursive(self):
        source = inspect.getsource(tree_script.grow)
        self.assertGreaterEqual(source.count("grow("), 2)
        self.assertNotIn("while", inspect.getsource(tree_script))

    def test_grow(self):
        for height, rows in ((0, []), (2, ["*", "**"])):
            with self.subTest(height=height):
                self.assertEqual(tree_script.grow(height), rows)
