def append(list1, list2):
    pass


def concat(lists):
    pass


def filter_list(function, items):
    pass


def length(items):
    pass


def map_list(function, items):
    pass


def foldl(function, items, initial):
    pass


def reverse(items):
    pass
