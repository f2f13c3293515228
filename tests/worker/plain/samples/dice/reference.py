import random
import time

SIDES = 6


def roll():
    return random.randint(1, SIDES)


def pair():
    return roll(), roll()


def slow_roll():
    time.sleep(30)
    return roll()
