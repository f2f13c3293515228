class EmptyListException(Exception):
    pass


class Node:
    def __init__(self, value):
        pass


class LinkedList:
    def __init__(self, values=()):
        pass

    def __iter__(self):
        pass

    def __len__(self):
        pass

    def head(self):
        pass

    def push(self, value):
        pass

    def pop(self):
        pass

    def reversed(self):
        pass
