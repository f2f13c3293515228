import asyncio


def total(prices):
    if any(price < 0 for price in prices):
        raise ValueError("a price is not negative")
    return sum(prices)


async def fetch_total(price_of, names):
    return total(await asyncio.gather(*map(price_of, names)))
