def uno():
    return 7


def dos():
    return 2


def tres():
    return 3
