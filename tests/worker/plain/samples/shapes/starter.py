class Shape:
    pass


class Square:
    pass


class Circle:
    pass


class Point:
    pass


class Color:
    pass
