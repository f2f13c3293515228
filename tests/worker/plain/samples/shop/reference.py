TENTH = 10


class Cart:
    def __init__(self):
        self.items = []

    def add(self, name, price, count=1):
        if count < 1:
            raise ValueError("count")
        self.items.append((name, price, count))

    def total(self):
        return sum(price * count for _, price, count in self.items)


def discounted(total):
    return total - total // TENTH if total >= 100 else total
