import os
import sys
from collections import Counter, OrderedDict
from datetime import date


def shouted(words):
    return map(str.upper, words)


def numbered(words):
    return enumerate(words, 1)


def paired(words, numbers):
    return zip(words, numbers)


def kept(is_kept, words):
    return filter(is_kept, words)


def counted(text):
    return Counter(text)


def ordered(text):
    return OrderedDict.fromkeys(text, 1)


def day():
    return date(2024, 2, 29)


def total(numbers):
    return sum(numbers)


def arguments():
    return sys.argv[1:]


def title():
    return os.environ.get("REPORT_TITLE", "none")


def save(name, lines):
    with open(name, "w") as file:
        file.writelines(line + "\n" for line in lines)


class Report:
    def __init__(self):
        self.lines = []
        self._told = []

    def tell(self, listener):
        self._told.append(listener)

    def leave(self, listener):
        self._told.remove(listener)

    def add(self, line):
        self.lines.append(line)
        for listener in self._told:
            listener(line)
