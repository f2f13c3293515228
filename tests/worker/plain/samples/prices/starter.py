def total(prices):
    """Return the sum."""


async def fetch_total(price_of, names):
    """Ask for the price of each name, and return their sum."""
