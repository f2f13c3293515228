import threading
from collections.abc import MutableSet


class Meter:
    def __init__(self, line):
        self._line = line
        self.count = self.size = 0

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        return self._line.__exit__(kind, error, trace)

    def read(self, size, flags=0):
        found = self._line.read(size, flags)
        self.count += 1
        self.size += len(found)
        return found


class Total:
    def __init__(self):
        self.value = 0
        self._changed = threading.Condition()

    def add(self, number):
        with self._changed:
            self.value += number
            self._changed.notify_all()

    def wait_for(self, value):
        with self._changed:
            self._changed.wait_for(lambda: self.value >= value)


class Names(MutableSet):
    def __init__(self, names=()):
        self._names = dict.fromkeys(names)

    def __contains__(self, name):
        return name in self._names

    def __iter__(self):
        return iter(self._names)

    def __len__(self):
        return len(self._names)

    def add(self, name):
        self._names[name] = None

    def discard(self, name):
        self._names.pop(name, None)
