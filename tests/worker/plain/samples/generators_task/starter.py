def fibonacci():
    pass


def countdown(start):
    pass


def running_mean():
    pass
