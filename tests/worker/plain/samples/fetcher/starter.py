async def fetch_all(get, names):
    pass


class Pool:
    def __init__(self, size):
        pass


async def ticker(count):
    pass
