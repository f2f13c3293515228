SIDES = 0


def roll():
    pass


def pair():
    pass


def slow_roll():
    pass
