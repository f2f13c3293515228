def fibonacci():
    one, other = 0, 1
    while True:
        yield one
        one, other = other, one + other


def countdown(start):
    while start:
        yield start
        start -= 1


def running_mean():
    total = count = 0
    mean = None
    while True:
        total += yield mean
        count += 1
        mean = total / count
