class BufferFullException(BufferError):
    def __init__(self, message):
        super().__init__(message)


class BufferEmptyException(BufferError):
    def __init__(self, message):
        super().__init__(message)


class CircularBuffer:
    def __init__(self, capacity):
        self._capacity, self._items = capacity, []

    def read(self):
        if not self._items:
            raise BufferEmptyException("Circular buffer is empty")
        return self._items.pop(0)

    def write(self, data):
        if len(self._items) == self._capacity:
            raise BufferFullException("Circular buffer is full")
        self._items.append(data)

    def overwrite(self, data):
        if len(self._items) == self._capacity:
            self._items.pop(0)
        self._items.append(data)

    def clear(self):
        self._items.clear()

    def __len__(self):
        return len(self._items)
