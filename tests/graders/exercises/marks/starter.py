def uno():
    return 0
