class Ferry:
    def __init__(self, places):
        self.free = places


def board(ferry, cars):
    ferry.free -= cars
