"""Which of the program's threads each thread of a suite uses: a number stands for both.

A thread of the suite has its own as long as there are enough. The program may have few threads
(`processes` of the limits), and suites start a thousand: then one takes over the number of another
that has ended or is not using the program just now, or waits for one.
"""

import threading

MOST_THREADS = 32


class ThreadNumbers:
    """The numbers of a check's threads; 0 is the one that runs the tests, which made this."""

    def __init__(self) -> None:
        self._main = threading.get_ident()
        self._numbers: dict[threading.Thread, int] = {}
        self._uses: dict[threading.Thread, int] = {}
        self._changed = threading.Condition()

    def take(self) -> int:
        """Return the number of this thread, which keeps it at least until it gives it back."""
        if threading.get_ident() == self._main:
            return 0
        thread = threading.current_thread()
        with self._changed:
            self._changed.wait_for(lambda: thread in self._numbers or self._assign(thread))
            self._uses[thread] = self._uses.get(thread, 0) + 1
            return self._numbers[thread]

    def give_back(self) -> None:
        """Let others have the number of this thread, unless an outer use still needs it."""
        if threading.get_ident() == self._main:
            return
        thread = threading.current_thread()
        with self._changed:
            self._uses[thread] -= 1
            if not self._uses[thread]:
                del self._uses[thread]
                self._changed.notify()

    def _assign(self, thread: threading.Thread) -> bool:
        resting = [one for one in self._numbers if one not in self._uses]
        ended = [one for one in resting if not one.is_alive()]
        if ended or (resting and len(self._numbers) >= MOST_THREADS):
            self._numbers[thread] = self._numbers.pop((ended or resting)[0])
        elif len(self._numbers) < MOST_THREADS:
            self._numbers[thread] = len(self._numbers) + 1
        return thread in self._numbers
