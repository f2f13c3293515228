import abc
import enum
import math
from collections import namedtuple

Point = namedtuple("Point", "x y")


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Shape(abc.ABC):
    sides = 0

    def __init__(self, name):
        self.name = name

    @abc.abstractmethod
    def area(self):
        """The area."""

    def describe(self):
        return f"{self.name} of area {self.area():.2f}"


class Square(Shape):
    sides = 4

    def __init__(self, side):
        super().__init__("square")
        self._side = side

    @classmethod
    def unit(cls):
        return cls(1)

    @staticmethod
    def name_of(sides):
        return {4: "square"}[sides]

    @property
    def side(self):
        return self._side

    @side.setter
    def side(self, value):
        if value < 0:
            raise ValueError("negative")
        self._side = value

    def area(self):
        return self._side**2


class Circle(Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return math.pi * self.radius**2
