import random
import string


class Robot:
    _taken = set()

    def __init__(self):
        self._name = None

    @property
    def name(self):
        while self._name is None:
            letters = "".join(random.choices(string.ascii_uppercase, k=2))
            name = f"{letters}{random.randrange(1000):03}"
            if name not in self._taken:
                self._taken.add(name)
                self._name = name
        return self._name

    def reset(self):
        self._name = None
