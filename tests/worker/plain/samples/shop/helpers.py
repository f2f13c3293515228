import shop

PLAIN = shop.Cart


def fill(cart, *rows):
    for row in rows:
        cart.add(*row)
    return cart


def expect_discount(total, expected):
    assert shop.discounted(total) == expected
