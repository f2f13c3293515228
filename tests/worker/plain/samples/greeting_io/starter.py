def greet(name):
    pass


def ask():
    pass


def total():
    pass
