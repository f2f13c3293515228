import pytest

from circular_buffer import BufferEmptyException, BufferFullException, CircularBuffer


@pytest.fixture
def buffer():
    return CircularBuffer(2)


def test_reading_an_empty_buffer_fails(buffer):
    with pytest.raises(BufferEmptyException) as caught:
        buffer.read()
    assert type(caught.value) is BufferEmptyException
    assert caught.value.args[0] == "Circular buffer is empty"


def test_items_are_read_in_order(buffer):
    buffer.write("1")
    buffer.write("2")
    assert [buffer.read(), buffer.read()] == ["1", "2"]


def test_a_full_buffer_refuses(buffer):
    buffer.write("1")
    buffer.write("2")
    with pytest.raises(BufferFullException, match="full"):
        buffer.write("3")


def test_overwrite_replaces_the_oldest(buffer):
    for item in "123":
        buffer.overwrite(item)
    assert buffer.read() == "2"
    assert len(buffer) == 1


def test_clear(buffer):
    buffer.write("1")
    buffer.clear()
    with pytest.raises(BufferError):
        buffer.read()
