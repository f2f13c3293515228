import threading
from unittest.mock import MagicMock, NonCallableMagicMock

from meters import Meter, Names, Total


class Line:
    def __init__(self):
        self.is_open = True

    def __exit__(self, *error):
        self.is_open = False
        return error[0] is KeyError

    def read(self, size, flags=0):
        return b"x" * size


def test_what_a_mock_wraps_is_read_through_it():
    mock = NonCallableMagicMock(wraps=Line())
    meter = Meter(mock)
    assert meter.read(3) + meter.read(2) == b"xxxxx"
    assert (meter.count, meter.size) == (2, 5)
    mock.read.assert_called_with(2, 0)


def test_the_end_of_a_block_is_handed_on_to_a_mock():
    line = Line()
    mock = MagicMock(wraps=line)
    mock.__exit__.side_effect = line.__exit__
    with Meter(mock) as meter:
        meter.read(1)
        raise KeyError
    assert not line.is_open
    assert mock.__exit__.call_count == 1
    assert not mock.__enter__.called


def test_a_thread_that_waits_for_ever_is_left_behind():
    total = Total()
    threading.Thread(target=total.wait_for, args=(5,), daemon=True).start()
    total.add(1)
    assert total.value == 1


def test_a_set_of_its_own_joins_and_meets_plain_sets():
    names = Names(["ada", "bob"])
    names |= {"eve"}
    assert list(names) == ["ada", "bob", "eve"]
    assert names & {"bob", "zoe"} == {"bob"}
