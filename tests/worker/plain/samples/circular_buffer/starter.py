class BufferFullException(BufferError):
    pass


class BufferEmptyException(BufferError):
    pass


class CircularBuffer:
    def __init__(self, capacity):
        pass

    def read(self):
        pass

    def write(self, data):
        pass

    def overwrite(self, data):
        pass

    def clear(self):
        pass
