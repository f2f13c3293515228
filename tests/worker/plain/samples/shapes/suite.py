import abc
import unittest

from shapes import Circle, Color, Point, Shape, Square


class ShapesTest(unittest.TestCase):
    def test_abstract(self):
        with self.assertRaises(TypeError):
            Shape()
        self.assertTrue(issubclass(Square, Shape))
        self.assertTrue(issubclass(Shape, abc.ABC))

    def test_a_subclass_in_the_suite(self):
        class Triangle(Shape):
            def __init__(self, base, height):
                super().__init__("triangle")
                self.base, self.height = base, height

            def area(self):
                return self.base * self.height / 2

        shape = Triangle(4, 3)
        self.assertEqual(shape.describe(), "triangle of area 6.00")
        self.assertEqual(shape.base, 4)
        self.assertIsInstance(shape, Shape)

    def test_isinstance_and_class_attributes(self):
        square = Square(2)
        self.assertIsInstance(square, Shape)
        self.assertNotIsInstance(square, Circle)
        self.assertEqual(Square.sides, 4)
        self.assertEqual(square.sides, 4)
        self.assertAlmostEqual(Circle(1).area(), 3.14159265, places=6)

    def test_named_tuple(self):
        point = Point(1, 2)
        self.assertEqual(point, (1, 2))
        self.assertEqual((point.x, point.y), (1, 2))
        self.assertIsInstance(point, tuple)
        x, y = point
        self.assertEqual(point._replace(x=5), Point(5, 2))

    def test_enum(self):
        self.assertIs(Color("red"), Color.RED)
        self.assertEqual([c.name for c in Color], ["RED", "BLUE"])
        self.assertEqual(Color["BLUE"].value, "blue")
        self.assertEqual(len(Color), 2)

    def test_static_and_class_methods(self):
        self.assertEqual(Square.unit().area(), 1)
        self.assertEqual(Square.name_of(4), "square")

    def test_property_setter(self):
        square = Square(2)
        square.side = 3
        self.assertEqual(square.area(), 9)
        with self.assertRaises(ValueError):
            square.side = -1
        with self.assertRaises(AttributeError):
            square.nothing
