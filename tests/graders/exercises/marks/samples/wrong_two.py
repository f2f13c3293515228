def uno():
    return 1


def dos():
    return 'dos'


def tres():
    return 3
