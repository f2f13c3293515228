import sys


def greet(name):
    print(f"Hello, {name}!")


def ask():
    name = input("Name? ")
    return name, int(input("Age? "))


def total():
    return sum(int(line) for line in sys.stdin)
