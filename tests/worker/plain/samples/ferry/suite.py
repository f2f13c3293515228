import pytest

try:
    from ferry import Ferry, board
except ImportError as error:
    raise ImportError("Both Ferry and board are to be in ferry.py.") from error


@pytest.mark.parametrize("cars", [1, 3])
def test_boards(cars):
    ferry = Ferry(3)
    board(ferry, cars)
    assert ferry.free == 3 - cars
