def append(one, other):
    return one + other


def concat(lists):
    return [item for one in lists for item in one]


def filter_list(function, items):
    return [item for item in items if function(item)]


def length(items):
    return sum(1 for _ in items)


def map_list(function, items):
    return [function(item) for item in items]


def foldl(function, items, initial):
    for item in items:
        initial = function(initial, item)
    return initial


def reverse(items):
    items[:] = items[::-1]
    return items
