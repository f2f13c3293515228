import random
import re
import unittest

from robot_name import Robot


class RobotNameTest(unittest.TestCase):
    def test_has_name(self):
        self.assertRegex(Robot().name, r"^[A-Z]{2}\d{3}$")

    def test_name_sticks(self):
        robot = Robot()
        self.assertEqual(robot.name, robot.name)

    def test_different_robots_have_different_names(self):
        self.assertNotEqual(Robot().name, Robot().name)

    def test_reset_gives_a_new_name(self):
        robot = Robot()
        before = robot.name
        robot.reset()
        self.assertNotEqual(before, robot.name)
        self.assertTrue(re.match(r"^[A-Z]{2}\d{3}$", robot.name))
