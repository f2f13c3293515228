class EmptyListException(Exception):
    pass


class Node:
    def __init__(self, value, following=None):
        self._value, self._next = value, following

    def value(self):
        return self._value

    def next(self):
        return self._next


class LinkedList:
    def __init__(self, values=()):
        self._head, self._size = None, 0
        for value in values:
            self.push(value)

    def __len__(self):
        return self._size

    def __iter__(self):
        node = self._head
        while node:
            yield node.value()
            node = node.next()

    def head(self):
        if self._head is None:
            raise EmptyListException("The list is empty.")
        return self._head

    def push(self, value):
        self._head, self._size = Node(value, self._head), self._size + 1

    def pop(self):
        node = self.head()
        self._head, self._size = node.next(), self._size - 1
        return node.value()

    def reversed(self):
        return LinkedList(self)
