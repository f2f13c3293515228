class Item:
    pass


def create_inventory(items):
    pass


def add_item(stock, item):
    pass


def decrement(stock, item):
    pass


def list_inventory(stock):
    pass
