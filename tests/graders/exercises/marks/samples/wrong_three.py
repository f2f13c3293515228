def uno():
    return 1


def dos():
    return 2


def tres():
    return 4
