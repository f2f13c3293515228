import functools


@functools.total_ordering
class Clock:
    def __init__(self, hour, minute):
        self._minutes = (hour * 60 + minute) % 1440

    def __repr__(self):
        return f"Clock({self._minutes // 60}, {self._minutes % 60})"

    def __str__(self):
        return f"{self._minutes // 60:02}:{self._minutes % 60:02}"

    def __eq__(self, other):
        return self._minutes == other._minutes

    def __lt__(self, other):
        return self._minutes < other._minutes

    def __hash__(self):
        return hash(self._minutes)

    def __add__(self, minutes):
        return Clock(0, self._minutes + minutes)

    def __sub__(self, minutes):
        return self + -minutes
