from collections import Counter
from dataclasses import dataclass, field

LIMIT = 10
KINDS = ("fuel", "metal")


@dataclass
class Item:
    name: str
    count: int
    tags: list = field(default_factory=list, repr=False)

    def summary(self):
        return f"{self.name}: {', '.join(self.tags)}"


def create_inventory(items):
    return Counter(items)


def add_item(stock, item):
    stock[item] = stock.get(item, 0) + 1
    return stock


def decrement(stock, item):
    for shelf in stock["shelves"]:
        shelf[item] -= 1


def list_inventory(stock):
    return [(item, count) for item, count in stock.items() if count]
