class Meter:
    def __init__(self, line):
        pass


class Total:
    def add(self, number):
        pass


class Names:
    def __init__(self, names=()):
        pass
