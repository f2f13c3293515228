"""Doubles a string for ever."""

from tools import adivina


async def trabaja(pide):
    text = "x"
    while True:
        text += text
