"""Fills its folder with bytes, and then works."""

from tools import adivina, attempt, trabaja, tried


def fill(number):
    with open(f"/w/{number}", "wb") as file:
        file.write(b"x" * (4 << 20))


for number in range(64):
    attempt("within what it may", fill, number, expected=True)
tried()
