import asyncio


async def fetch_all(get, names):
    return list(await asyncio.gather(*(get(name) for name in names)))


class Pool:
    def __init__(self, size):
        self.size, self.closed = size, False

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        self.closed = True

    async def take(self):
        await asyncio.sleep(0)
        self.size -= 1
        return self.size


async def ticker(count):
    for number in range(count):
        await asyncio.sleep(0)
        yield number
