class Cart:
    pass


def discounted(total):
    pass
